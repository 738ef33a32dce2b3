//! Politeness keeps us welcome. Hosts that opted out are left alone; the others get one request at a time,
//! with a gap between two. Requests are few per address, and bounded over all.
//!
//! The guards of a request in their order: opt-out → robots.txt → host permit → backoff → address permit →
//! gap → a place among all → send. `ask` in `request.rs` takes them in this order. A host that asks for a pause holds no place at its
//! address meanwhile; the gap is kept with the place, so that an address has a pause too, however many names it has.

use crate::answer::{Answer, Stop};
use crate::config::CrawlConfig;
use crate::names::Names;
use crate::pace::{HoldCause, HostPace, Waits};
use crate::shared_states::SharedStates;
use deklaro_schemas::HostKey;
use deklaro_schemas::codes::ReasonCode;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// The pace of every host in use.
#[derive(Debug)]
pub(crate) struct Politeness {
    hosts: SharedStates<HostKey, Turns<HostPace>>,
    addresses: SharedStates<IpAddr, Semaphore>,
    all: Arc<Semaphore>,
    names: Names,
    config: CrawlConfig,
}

/// The right to make one request to a host; the guards are taken in the order of the methods.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    politeness: &'a Politeness,
    host: HostKey,
    pace: OwnedMutexGuard<HostPace>,
    /// Where it is asked, and the place there; nothing before that is looked up, and where all go to one place.
    address: Option<(IpAddr, OwnedSemaphorePermit)>,
    slot: Option<OwnedSemaphorePermit>,
}

impl Politeness {
    pub(crate) fn new(config: &CrawlConfig, names: Names) -> Self {
        let all = Arc::new(Semaphore::new(config.max_in_flight.max(1)));
        Self {
            hosts: SharedStates::default(),
            addresses: SharedStates::default(),
            all,
            names,
            config: config.clone(),
        }
    }

    /// Requests that have a place at this moment.
    pub(crate) fn in_flight(&self) -> usize {
        self.config.max_in_flight.max(1).saturating_sub(self.all.available_permits())
    }

    /// Refuses hosts that asked not to be visited.
    pub(crate) fn consent(&self, host: &HostKey) -> Result<(), Stop> {
        if self.config.opt_out.holds(host) { Err(Stop::OptedOut) } else { Ok(()) }
    }

    /// Waits until nobody else asks this host; first come, first served. Refused while its circuit is open.
    pub(crate) async fn host_permit(&self, host: &HostKey, waits: &mut Waits) -> Result<Turn<'_>, Stop> {
        let begin = Instant::now();
        let is_idle = |pace: &Arc<Turns<HostPace>>| pace.try_lock().is_ok_and(|pace| pace.is_over(begin));
        let pace = self.hosts.state(host, is_idle, || Turns::new(HostPace::default())).lock_owned().await;
        waits.queue += begin.elapsed();
        if pace.is_open(Instant::now()) {
            return Err(Stop::CircuitOpen);
        }
        Ok(Turn { politeness: self, host: host.clone(), pace, address: None, slot: None })
    }

    /// The pause between two requests to a host whose robots.txt asks for this delay.
    fn gap(&self, host: &HostKey, crawl_delay: Option<Duration>) -> Duration {
        let own = self.config.hosts.get(host).and_then(|policy| policy.gap).unwrap_or(self.config.gap);
        own.max(crawl_delay.unwrap_or_default().min(self.config.max_crawl_delay))
    }
}

impl Turn<'_> {
    /// Waits for as long as the host asked for, or as its failures suggest.
    pub(crate) async fn backoff(&mut self, waits: &mut Waits) {
        let Some((until, cause)) = self.pace.hold() else { return };
        let waited = wait_until(until).await;
        match cause {
            HoldCause::Backoff => waits.backoff += waited,
            HoldCause::RetryAfter => waits.retry_after += waited,
        }
    }

    /// Waits for one of the few places at the host's address, as many sites share one server.
    pub(crate) async fn address_permit(&mut self, waits: &mut Waits) -> Result<(), Stop> {
        let politeness = self.politeness;
        if politeness.config.connect_to.is_some() {
            return Ok(());
        }
        let begin = Instant::now();
        let found = politeness.names.look_up(self.host.as_str()).await;
        waits.names += begin.elapsed();
        let found = found.map_err(|error| Stop::Failed(error.reason()))?;
        let Some(address) = found.first() else { return Err(Stop::Failed(ReasonCode::DnsNotFound)) };
        let places = politeness.config.per_address.max(1);
        let is_idle = |free: &Arc<Semaphore>| free.available_permits() == places;
        let permits = politeness.addresses.state(address, is_idle, || Semaphore::new(places));
        let begin = Instant::now();
        self.address = permits.acquire_owned().await.ok().map(|permit| (*address, permit));
        waits.queue += begin.elapsed();
        Ok(())
    }

    /// Where the host is asked, once there is a place.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.address.as_ref().map(|(address, _)| *address)
    }

    /// Waits until the host had its pause.
    ///
    /// The gap counts from the end of the last request, not from its start. Otherwise a slow handshake, and
    /// then a kept connection, would bring two requests closer together at the server than here.
    pub(crate) async fn gap(&mut self, crawl_delay: Option<Duration>, waits: &mut Waits) {
        let gap = self.politeness.gap(&self.host, crawl_delay);
        waits.promised.get_or_insert(gap);
        if let Some(ends) = self.pace.gap_ends(gap) {
            waits.gap += wait_until(ends).await;
        }
    }

    /// Waits for one of the places over all hosts; last, so that nobody waits for a host while holding one.
    pub(crate) async fn slot(&mut self, waits: &mut Waits) {
        let begin = Instant::now();
        self.slot = self.politeness.all.clone().acquire_owned().await.ok();
        waits.queue += begin.elapsed();
    }

    /// Ends the turn: the gap begins, and a failure that may pass backs the host off.
    pub(crate) fn end(mut self, result: &Result<Answer, Stop>) {
        let (may_pass, asked) = match result {
            Ok(answer) => (answer.may_pass(), answer.facts.retry_after),
            Err(stop) => (stop.may_pass(), None),
        };
        let says_nothing = match result {
            Ok(answer) => answer.is_redirect(),
            Err(stop) => *stop == Stop::Failed(ReasonCode::HostTooSlow),
        };
        let now = Instant::now();
        if may_pass {
            self.pace.strike(now, &self.host, asked, &self.politeness.config);
        } else if says_nothing {
            self.pace.pass(now);
        } else {
            self.pace.settle(now);
        }
    }
}

/// Sleeps and gives back how long: nothing where the time has come.
async fn wait_until(at: Instant) -> Duration {
    let wait = at.saturating_duration_since(Instant::now());
    if !wait.is_zero() {
        sleep_until(at).await;
    }
    wait
}

#[cfg(test)]
mod tests;
