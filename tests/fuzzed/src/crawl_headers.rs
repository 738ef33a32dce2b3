//! Any header lines of an answer: what they say comes back within its bounds, the same each time.

use deklaro_crawl::HeaderFacts;
use http::{HeaderMap, HeaderName, HeaderValue};

/// A clock that stands still.
const NOW: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|octet| *octet == b'\n').take(200) {
        let Some(colon) = line.iter().position(|octet| *octet == b':') else { continue };
        let (name, value) =
            (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(&line[colon + 1..]));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let facts = HeaderFacts::of(&headers, NOW);
    assert_eq!(facts, HeaderFacts::of(&headers, NOW));
    assert!(facts.is_flood || headers.len() <= 100);
    assert!(facts.content_type.is_none_or(|name| !name.is_empty() && name.len() <= 100));
    assert!(facts.charset.is_none_or(|name| !name.is_empty() && name.len() <= 100));
    assert!(facts.x_robots_tag.is_none_or(|tags| tags.chars().count() <= 1_000));
    assert!(facts.refresh.is_none_or(|target| !target.is_empty()));
}
