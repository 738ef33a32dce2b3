//! What is wrong with the whole web for a while, whatever a host's habit is.

use crate::reply::Answer;
use std::time::Duration;

/// A connection nobody answers on is held open for so long at most.
pub(super) const HELD: Duration = Duration::from_secs(60);

/// Something that is wrong with the web for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every host of this country answers 503, robots.txt included.
    Failing(&'static str),
    /// No host answers; connections are taken and held open.
    Silent,
}

/// What a fault does to a request.
pub(super) enum Struck {
    /// It is answered so.
    Answered(Answer),
    /// It is not answered.
    Held,
}
