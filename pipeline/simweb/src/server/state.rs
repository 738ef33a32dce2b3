//! What do all connections share?

use super::authority::Authority;
use super::fault::{Fault, Struck};
use super::limiter::Limiter;
use super::seen::Log;
use crate::Europe;
use crate::reply::{Answer, Reply};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What all connections share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) europe: Europe,
    pub(super) month: AtomicU32,
    pub(super) log: Log,
    pub(super) limiter: Limiter,
    pub(super) authority: Arc<Authority>,
    pub(super) started: Instant,
    pub(super) connections: AtomicU64,
    fault: Mutex<Option<Fault>>,
}

impl State {
    pub(super) fn new(europe: Europe, month: u32, authority: Arc<Authority>) -> State {
        State {
            europe,
            month: AtomicU32::new(month.max(1)),
            log: Log::default(),
            limiter: Limiter::default(),
            authority,
            started: Instant::now(),
            connections: AtomicU64::new(0),
            fault: Mutex::default(),
        }
    }

    pub(super) fn month(&self) -> u32 {
        self.month.load(Ordering::Relaxed)
    }

    pub(super) fn set_month(&self, month: u32) {
        self.month.store(month.max(1), Ordering::Relaxed);
        self.limiter.forget();
    }

    pub(super) fn forget(&self) {
        self.log.forget();
        self.limiter.forget();
    }

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
