//! Incidents: what is known when one is opened, where each stands, and what its postmortem must say (mission B10).

mod excerpt;
mod known;
mod postmortem;
mod standing;

use excerpt::excerpt;
pub(crate) use known::Known;
pub(crate) use postmortem::missing_sections;
pub(crate) use standing::{DUE_AFTER_US, Standing, overdue, standings};
