//! The refusal of a step of a release.

use deklaro_console::{Ending, Exit, Knows, known};

/// Every ending this module knows.
pub const ENDINGS: &[Knows] = &[known::<Refused>];

/// Something about a release that is not done, and why. It is on record.
#[derive(Debug, thiserror::Error)]
#[error("refused: {reason}")]
pub struct Refused {
    /// Why.
    pub reason: String,
}

impl Ending for Refused {
    fn exit(&self) -> Exit {
        Exit::CheckFailed
    }
}
