//! The states the platform can be in.

use serde::{Deserialize, Serialize};

/// The state of the platform, or of one of its measures (mission C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Within every threshold.
    Healthy,
    /// Beyond a threshold that somebody should look at.
    Degraded,
    /// Beyond a threshold that stops the service from being trusted.
    Critical,
}

impl HealthState {
    /// Every state, the best first.
    pub const ALL: [Self; 3] = [Self::Healthy, Self::Degraded, Self::Critical];

    /// healthy, degraded or critical.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Critical => "critical",
        }
    }
}
