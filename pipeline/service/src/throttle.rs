//! How much one client may ask for, and how many requests are under way at once.

use super::client;
use super::origin::Origin;
use axum::extract::Request;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota};
use ipnet::IpNet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Scans that are asked for with the token.
const SCANS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Scans that one client asks for without it.
const REFUSED_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// The address a connection came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

/// How much is let through.
#[derive(Debug)]
pub(crate) struct Throttle {
    pub(crate) reads: DefaultKeyedRateLimiter<Origin>,
    /// What is asked for with the token: nobody else can use it up.
    pub(crate) scans: DefaultDirectRateLimiter,
    /// What is asked for without the token, or with a wrong one.
    pub(crate) refused: DefaultKeyedRateLimiter<Origin>,
    pub(crate) in_flight: Semaphore,
    pub(crate) timeout: Duration,
    /// Who is believed about the client that asked.
    proxies: Vec<IpNet>,
}

impl Throttle {
    /// So many requests per second and client, so many at once, so long for each; these proxies say who asks.
    pub(crate) fn new(
        per_second: NonZeroU32,
        in_flight: usize,
        timeout: Duration,
        proxies: &[IpNet],
    ) -> Self {
        Self {
            reads: DefaultKeyedRateLimiter::keyed(Quota::per_second(per_second)),
            scans: DefaultDirectRateLimiter::direct(Quota::per_minute(SCANS_PER_MINUTE)),
            refused: DefaultKeyedRateLimiter::keyed(Quota::per_minute(REFUSED_PER_MINUTE)),
            in_flight: Semaphore::new(in_flight),
            timeout,
            proxies: proxies.to_vec(),
        }
    }

    /// Whom a request counts for; nothing where no connection brought it.
    pub(crate) fn origin(&self, request: &Request) -> Option<Origin> {
        let Peer(peer) = request.extensions().get()?;
        Some(Origin::of(client::address(*peer, request.headers(), &self.proxies)))
    }

    /// Forgets clients that have not come for a while.
    pub(crate) fn tidy(&self) {
        self.reads.retain_recent();
        self.refused.retain_recent();
    }
}
