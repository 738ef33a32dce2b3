//! What keeps us welcome: one request at a time per host, a gap between two, few per address, a bound on all.

use crate::answer::{Answer, Stop};
use crate::config::CrawlConfig;
use crate::names::Names;
use deklaro_schemas::HostKey;
use deklaro_schemas::codes::ReasonCode;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The pace of one host, shared by all who ask it for something. Holding its lock is the permit for the one request.
#[derive(Debug, Default)]
pub(crate) struct HostPace {
    /// When the last request ended.
    ended_at: Option<Instant>,
    /// The pause kept before it, and by a newcomer after it.
    gap: Duration,
    /// Not before this, as the server asked for, or as failures suggest.
    not_before: Option<Instant>,
    /// Failures in a row.
    strikes: u32,
}

/// The pace of every host in use.
#[derive(Debug)]
pub(crate) struct Politeness {
    hosts: Kept<HostKey, Turns<HostPace>>,
    addresses: Kept<IpAddr, Semaphore>,
    all: Arc<Semaphore>,
    names: Names,
    config: CrawlConfig,
}

/// The right to make one request to a host; the guards are taken in the order of the methods.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    politeness: &'a Politeness,
    pace: OwnedMutexGuard<HostPace>,
    address: Option<OwnedSemaphorePermit>,
    slot: Option<OwnedSemaphorePermit>,
}

impl Politeness {
    pub(crate) fn new(config: &CrawlConfig, names: Names) -> Self {
        let all = Arc::new(Semaphore::new(config.max_in_flight.max(1)));
        Self { hosts: Kept::default(), addresses: Kept::default(), all, names, config: config.clone() }
    }

    /// Waits until nobody else asks this host; first come, first served.
    pub(crate) async fn host_permit(&self, host: &HostKey) -> Turn<'_> {
        let is_idle = |pace: &Arc<Turns<HostPace>>| pace.try_lock().is_ok_and(|pace| pace.is_over());
        let pace = self.hosts.state(host, is_idle, || Turns::new(HostPace::default())).lock_owned().await;
        Turn { politeness: self, pace, address: None, slot: None }
    }

    /// The pause between two requests to a host whose robots.txt asks for this delay.
    pub(crate) fn gap(&self, crawl_delay: Option<Duration>) -> Duration {
        self.config.gap.max(crawl_delay.unwrap_or_default().min(self.config.max_crawl_delay))
    }
}

impl Turn<'_> {
    /// Waits until the host had its pause, and for as long as it asked for; gives back how long that was.
    ///
    /// The gap counts from the end of the last request: counted from its start, a slow handshake before it and a kept
    /// connection after it would bring the two closer together at the server than they are here.
    pub(crate) async fn wait_for_gap(&mut self, gap: Duration) -> Duration {
        self.pace.gap = gap;
        let Some(free_at) = self.pace.free_at() else { return Duration::ZERO };
        let wait = free_at.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        wait
    }

    /// Waits for one of the few places at the host's address, as many sites share one server.
    pub(crate) async fn address_permit(&mut self, host: &HostKey) -> Result<(), Stop> {
        let politeness = self.politeness;
        if politeness.config.connect_to.is_some() {
            return Ok(());
        }
        let found =
            politeness.names.look_up(host.as_str()).await.map_err(|error| Stop::Failed(error.reason()))?;
        let Some(address) = found.first() else { return Err(Stop::Failed(ReasonCode::DnsFailure)) };
        let places = politeness.config.per_address.max(1);
        let is_idle = |free: &Arc<Semaphore>| free.available_permits() == places;
        let permits = politeness.addresses.state(address, is_idle, || Semaphore::new(places));
        self.address = permits.acquire_owned().await.ok();
        Ok(())
    }

    /// Waits for one of the places over all hosts; last, so that nobody waits for a host while holding one.
    pub(crate) async fn slot(&mut self) {
        self.slot = self.politeness.all.clone().acquire_owned().await.ok();
    }

    /// Ends the turn: the gap begins, and a failure that may pass backs the host off.
    pub(crate) fn end(mut self, result: &Result<Answer, Stop>) {
        let now = Instant::now();
        let config = &self.politeness.config;
        let (may_pass, asked) = match result {
            Ok(answer) => (answer.may_pass(), answer.retry_after),
            Err(stop) => (stop.may_pass(), None),
        };
        let pace = &mut *self.pace;
        pace.ended_at = Some(now);
        pace.strikes = if may_pass { pace.strikes.saturating_add(1) } else { 0 };
        pace.not_before = may_pass.then(|| {
            now + asked.unwrap_or_else(|| backoff(config, pace.strikes)).min(config.max_retry_after)
        });
    }
}

impl HostPace {
    fn free_at(&self) -> Option<Instant> {
        self.ended_at.map(|ended| ended + self.gap).max(self.not_before)
    }

    /// True when the host may be forgotten: no wait is left that a newcomer would have to keep.
    fn is_over(&self) -> bool {
        self.free_at().is_none_or(|at| at <= Instant::now())
    }
}

/// Doubled with each strike as far as one URL's retries go, so that one dead host does not grow slower for ever.
fn backoff(config: &CrawlConfig, strikes: u32) -> Duration {
    let doublings = strikes.saturating_sub(1).min(config.retries).min(16);
    config.backoff.saturating_mul(1 << doublings)
}

/// Shared states by key. Those nobody uses are dropped each time the map has doubled, so it holds what is in use.
#[derive(Debug)]
struct Kept<K, V>(Mutex<Shelf<K, V>>);

#[derive(Debug)]
struct Shelf<K, V> {
    states: HashMap<K, Arc<V>>,
    sweep_at: usize,
}

/// Below this a sweep is not worth its while.
const MIN_SWEEP: usize = 1_024;

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Shelf { states: HashMap::new(), sweep_at: MIN_SWEEP }))
    }
}

impl<K: Hash + Eq + Clone, V> Kept<K, V> {
    fn state(&self, key: &K, is_idle: impl Fn(&Arc<V>) -> bool, new: impl FnOnce() -> V) -> Arc<V> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = kept.states.get(key) {
            return state.clone();
        }
        if kept.states.len() >= kept.sweep_at {
            kept.states.retain(|_, state| Arc::strong_count(state) > 1 || !is_idle(state));
            kept.sweep_at = MIN_SWEEP.max(2 * kept.states.len());
        }
        let state = Arc::new(new());
        kept.states.insert(key.clone(), state.clone());
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_the_retries() {
        let config = CrawlConfig { backoff: Duration::from_secs(1), retries: 2, ..CrawlConfig::default() };
        let seconds: Vec<u64> = (1..=5).map(|strikes| backoff(&config, strikes).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 4, 4]);
    }

    #[test]
    fn the_longer_wait_counts() {
        let now = Instant::now();
        let (short, long) = (Duration::from_secs(1), Duration::from_secs(9));
        let backed_off =
            HostPace { ended_at: Some(now), gap: short, not_before: Some(now + long), strikes: 1 };
        assert_eq!(backed_off.free_at(), Some(now + long));
        let free = HostPace { ended_at: Some(now), gap: short, ..HostPace::default() };
        assert_eq!(free.free_at(), Some(now + short));
        assert_eq!(HostPace::default().free_at(), None);
    }

    #[test]
    fn idle_states_are_dropped_and_used_ones_kept() {
        let kept: Kept<usize, u8> = Kept::default();
        let used = kept.state(&0, |_| true, || 7);
        for key in 1..10 * MIN_SWEEP {
            kept.state(&key, |_| true, || 0);
        }
        let states = &kept.0.lock().unwrap().states;
        assert!(states.len() <= MIN_SWEEP, "{}", states.len());
        assert!(Arc::ptr_eq(&used, &states[&0]));
    }

    #[tokio::test]
    async fn a_failure_backs_off_everybody_who_asks_the_host() {
        let config = CrawlConfig { gap: Duration::ZERO, ..CrawlConfig::default() };
        let politeness = Politeness::new(&config, Names::new(&config));
        let host = HostKey::parse("a.example.at").unwrap();
        politeness.host_permit(&host).await.end(&Err(Stop::Failed(ReasonCode::ConnectFailed)));
        let turn = politeness.host_permit(&host).await;
        assert!(turn.pace.not_before.is_some_and(|at| at > Instant::now()));
        turn.end(&Err(Stop::Failed(ReasonCode::TlsCertificate)));
        assert_eq!(politeness.host_permit(&host).await.pace.not_before, None);
    }
}
