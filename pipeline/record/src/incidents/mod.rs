//! Incidents: what is known when one is opened, where each stands, and what its postmortem must say (mission B10).

mod excerpt;
mod known;
mod postmortem;
mod standing;

use excerpt::excerpt;
pub use known::Known;
pub use postmortem::missing_sections;
pub use standing::{DUE_AFTER_US, Standing, overdue, standings};
