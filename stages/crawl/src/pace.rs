//! The pace of one host: when it may be asked next, and why not sooner.

use crate::config::CrawlConfig;
use deklaro_schemas::HostKey;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use tokio::time::Instant;

/// How long a request waited, by cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Waits {
    /// For the gap, Crawl-delay included.
    pub(crate) gap: Duration,
    /// After failures.
    pub(crate) backoff: Duration,
    /// As the server asked for.
    pub(crate) retry_after: Duration,
    /// For permits: others had their turn.
    pub(crate) queue: Duration,
    /// For the name servers; no pause, and in no row.
    pub(crate) names: Duration,
    /// The pause promised to the first host that was asked.
    pub(crate) promised: Option<Duration>,
}

impl Waits {
    /// What the host is owed: all but the queue.
    pub(crate) fn owed(&self) -> Duration {
        self.gap + self.backoff + self.retry_after
    }
}

/// Why a host is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoldCause {
    Backoff,
    RetryAfter,
}

/// The pace of one host, shared by all who ask it for something. Holding its lock is the permit for the one request.
#[derive(Debug, Default)]
pub(crate) struct HostPace {
    /// When the last request ended.
    ended_at: Option<Instant>,
    /// The pause kept before it, and by a newcomer after it.
    gap: Duration,
    /// Not before this, as the server asked for, or as failures suggest.
    hold: Option<(Instant, HoldCause)>,
    /// Failures in a row.
    strikes: u32,
    /// After too many of them nobody asks until then.
    open_until: Option<Instant>,
}

impl HostPace {
    /// True while the circuit is open: too many failures in a row.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }

    /// Until when the host is left alone after failures, and why.
    pub(crate) fn hold(&self) -> Option<(Instant, HoldCause)> {
        self.hold
    }

    /// Sets the pause and gives the time it ends.
    pub(crate) fn gap_ends(&mut self, gap: Duration) -> Option<Instant> {
        self.gap = gap;
        self.ended_at.map(|ended| ended + gap)
    }

    /// True when the host may be forgotten: no wait is left that a newcomer would have to keep.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        let gap_ends = self.ended_at.map(|ended| ended + self.gap);
        let held_until = self.hold.map(|(until, _)| until);
        gap_ends.max(held_until).max(self.open_until).is_none_or(|at| at <= now)
    }

    /// A request ended well, or in a way that time does not mend.
    pub(crate) fn settle(&mut self, now: Instant) {
        *self = Self { ended_at: Some(now), gap: self.gap, ..Self::default() };
    }

    /// A request ended in a way that says nothing of the host's health, such as a redirect: its strikes stay.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.ended_at = Some(now);
        self.hold = None;
    }

    /// A request failed in a way that may pass: the host is left alone for as long as it asked, or as the strikes say.
    pub(crate) fn strike(
        &mut self,
        now: Instant,
        host: &HostKey,
        asked: Option<Duration>,
        config: &CrawlConfig,
    ) {
        self.ended_at = Some(now);
        self.strikes = self.strikes.saturating_add(1);
        let (wait, cause) = match asked {
            Some(asked) => (asked, HoldCause::RetryAfter),
            None => (backoff(config, host, self.strikes), HoldCause::Backoff),
        };
        self.hold = Some((now + wait.min(config.max_retry_after), cause));
        let is_broken = config.breaker_after > 0 && self.strikes >= config.breaker_after;
        self.open_until = is_broken.then(|| now + config.breaker_pause);
    }
}

/// The wait after a failure. It doubles with each strike, at most as often as one URL is retried, so that a
/// dead host does not grow slower for ever. Up to a quarter is added, so that hosts that failed together do
/// not come back together. The same seed gives the same waits.
fn backoff(config: &CrawlConfig, host: &HostKey, strikes: u32) -> Duration {
    let doublings = strikes.saturating_sub(1).min(config.retries).min(16);
    let mut hasher = DefaultHasher::new();
    (config.seed, host, strikes).hash(&mut hasher);
    let wait = config.backoff.saturating_mul(1 << doublings);
    wait + (wait / 4).mul_f64((hasher.finish() % 1_024) as f64 / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> HostKey {
        HostKey::parse("a.example.at").unwrap()
    }

    #[test]
    fn backoff_doubles_up_to_the_retries_with_jitter_from_the_seed() {
        let config = CrawlConfig { backoff: Duration::from_secs(4), retries: 2, ..CrawlConfig::default() };
        for (strikes, seconds) in [(1, 4.0), (2, 8.0), (3, 16.0), (4, 16.0), (9, 16.0)] {
            let wait = backoff(&config, &host(), strikes);
            assert!((seconds..seconds * 1.25).contains(&wait.as_secs_f64()), "{strikes} {wait:?}");
            assert_eq!(wait, backoff(&config, &host(), strikes));
        }
        let other = CrawlConfig { seed: 9, ..config.clone() };
        assert_ne!(backoff(&config, &host(), 1), backoff(&other, &host(), 1));
    }

    #[test]
    fn a_strike_holds_the_host_and_a_success_lets_it_go() {
        let config = CrawlConfig { breaker_after: 3, ..CrawlConfig::default() };
        let now = Instant::now();
        let mut pace = HostPace::default();
        assert!(pace.is_over(now) && pace.hold().is_none());
        pace.strike(now, &host(), Some(Duration::from_secs(7_200)), &config);
        assert_eq!(pace.hold(), Some((now + config.max_retry_after, HoldCause::RetryAfter)));
        pace.strike(now, &host(), None, &config);
        assert!(pace.hold().is_some_and(|(until, cause)| until > now && cause == HoldCause::Backoff));
        assert!(!pace.is_open(now));
        pace.strike(now, &host(), None, &config);
        assert!(pace.is_open(now) && !pace.is_open(now + config.breaker_pause));
        pace.pass(now);
        assert!(pace.is_open(now) && pace.hold().is_none(), "a redirect does not mend a host");
        pace.settle(now);
        assert!(!pace.is_open(now) && pace.hold().is_none());
    }

    #[test]
    fn a_host_is_remembered_until_its_last_wait_is_over() {
        let now = Instant::now();
        let mut pace = HostPace::default();
        pace.settle(now);
        let ends = pace.gap_ends(Duration::from_secs(9)).unwrap();
        assert!(!pace.is_over(now) && pace.is_over(ends));
    }
}
