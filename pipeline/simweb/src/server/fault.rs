//! What is wrong with the whole web for a while, whatever a host's habit is.

use super::State;
use crate::Answer;
use crate::reply::Reply;
use std::sync::PoisonError;
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

impl State {
    pub(super) fn set_fault(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// What the fault does to a request for this host; nothing without one.
    pub(super) fn struck(&self, host: &str) -> Option<Struck> {
        let fault = (*self.fault.lock().unwrap_or_else(PoisonError::into_inner))?;
        match fault {
            Fault::Silent => Some(Struck::Held),
            Fault::Failing(country) if self.europe.host(host).country == country => {
                Some(Struck::Answered(Answer::Reply(Reply::text(503, "out of service\n"))))
            }
            Fault::Failing(_) => None,
        }
    }
}
