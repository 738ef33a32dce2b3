//! Any bytes as a page's head and as a `Refresh` header: what they ask for comes back within its bounds, the same each time.

use deklaro_crawl::doors::{is_challenge, refresh_in, refresh_target, robots_in};

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let target = refresh_in(bytes);
    assert_eq!(target, refresh_in(bytes));
    assert!(target.as_ref().is_none_or(|target| !target.is_empty()));
    assert!(robots_in(bytes).is_none_or(|asked| !asked.is_empty() && asked.chars().count() <= 1_000));
    assert!(!is_challenge(200, bytes), "a page that was served is no challenge by its title");
    assert_eq!(is_challenge(403, bytes), is_challenge(503, bytes));
    let header = String::from_utf8_lossy(bytes);
    assert!(refresh_target(&header).is_none_or(|target| !target.is_empty() && target == target.trim()));
    // A comment in front hides nothing that follows it.
    if let Some(target) = target.filter(|_| bytes.len() < 60_000) {
        assert_eq!(refresh_in(&[b"<!-- x -->", bytes].concat()), Some(target));
    }
}
