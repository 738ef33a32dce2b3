//! How long does a test wait, and what does it say when it waited in vain?

use std::time::{Duration, Instant};

/// What happens soon happens in this time, on a slow machine with others at work.
pub(crate) const SOON: Duration = Duration::from_secs(120);

/// Asks until it is so; a promise that is not kept in time is broken.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < SOON, "waited {SOON:?} in vain until {what}");
        std::thread::yield_now();
    }
}
