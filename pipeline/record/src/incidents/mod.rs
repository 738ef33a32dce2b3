//! Incidents: what is known when one is opened, where each stands, and what its postmortem must say (mission B10).

mod excerpt;
mod platform_state;
mod postmortem;
mod standing;

use excerpt::excerpt;
pub use platform_state::PlatformState;
pub use postmortem::missing_sections;
pub use standing::{DUE_AFTER_US, IncidentStanding, overdue, standings};
