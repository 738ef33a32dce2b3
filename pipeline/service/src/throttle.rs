//! How much one client may ask for, and how many requests are under way at once.

use governor::{DefaultKeyedRateLimiter, Quota};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests for scans per client.
const SCANS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");

/// The address a connection came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

/// How much is let through.
#[derive(Debug)]
pub(crate) struct Throttle {
    pub(crate) reads: DefaultKeyedRateLimiter<IpAddr>,
    pub(crate) scans: DefaultKeyedRateLimiter<IpAddr>,
    pub(crate) in_flight: Semaphore,
    pub(crate) timeout: Duration,
}

impl Throttle {
    /// So many requests per second and client, so many at once, so long for each.
    pub(crate) fn new(per_second: NonZeroU32, in_flight: usize, timeout: Duration) -> Self {
        Self {
            reads: DefaultKeyedRateLimiter::keyed(Quota::per_second(per_second)),
            scans: DefaultKeyedRateLimiter::keyed(Quota::per_minute(SCANS_PER_MINUTE)),
            in_flight: Semaphore::new(in_flight),
            timeout,
        }
    }

    /// Forgets clients that have not come for a while.
    pub(crate) fn tidy(&self) {
        self.reads.retain_recent();
        self.scans.retain_recent();
    }
}
