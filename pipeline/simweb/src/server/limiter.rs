//! The limiter of hosts that answer 429 first: bounded, and forgetful, so that a restarted reader is
//! treated like a new one.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// How long a reader must wait after the first 429; a little less than the `Retry-After` of one second.
const WAIT: Duration = Duration::from_millis(900);
/// How long a silence may last before the host starts over.
const MEMORY: Duration = Duration::from_secs(5);
/// Hosts remembered at once.
const MOST_HOSTS: usize = 16_384;

/// First and last request of a host since it last started over.
#[derive(Debug, Clone, Copy)]
struct Visit {
    first: Duration,
    last: Duration,
}

/// Requests to the hosts that limit their readers.
#[derive(Debug, Default)]
pub(super) struct Limiter(Mutex<HashMap<String, Visit>>);

impl Limiter {
    /// True when a request to `host` at `now` (time since start) comes too soon. The first request does, and
    /// so does every one within [`WAIT`] of it. Later ones do not, until nothing came for [`MEMORY`].
    pub(super) fn is_too_soon(&self, host: &str, now: Duration) -> bool {
        let mut visits = self.lock();
        if visits.len() >= MOST_HOSTS {
            visits.retain(|_, visit| now.saturating_sub(visit.last) <= MEMORY);
            if visits.len() >= MOST_HOSTS {
                visits.clear();
            }
        }
        let fresh = Visit { first: now, last: now };
        let visit = visits.entry(host.to_owned()).or_insert(fresh);
        if now.saturating_sub(visit.last) > MEMORY {
            *visit = fresh;
        }
        visit.last = now;
        now.saturating_sub(visit.first) < WAIT
    }

    /// Starts over for every host.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Visit>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Limiter, MOST_HOSTS};

    #[test]
    fn first_is_too_soon_then_fine_until_silence() {
        let limiter = Limiter::default();
        let at = |ms| limiter.is_too_soon("a.example", Duration::from_millis(ms));
        assert_eq!([0, 100, 899, 900, 5000, 9999].map(at), [true, true, true, false, false, false]);
        assert!(at(15_100), "five seconds of silence start it over");
        assert!(limiter.is_too_soon("b.example", Duration::from_secs(15)));
    }

    #[test]
    fn hosts_are_bounded_and_forgotten() {
        let limiter = Limiter::default();
        for index in 0..MOST_HOSTS + 10 {
            limiter.is_too_soon(&index.to_string(), Duration::from_secs(1));
        }
        assert!(limiter.lock().len() <= MOST_HOSTS);
        assert!(!limiter.is_too_soon(&(MOST_HOSTS + 9).to_string(), Duration::from_secs(3)));
        limiter.forget();
        assert!(limiter.is_too_soon(&(MOST_HOSTS + 9).to_string(), Duration::from_secs(3)));
    }
}
