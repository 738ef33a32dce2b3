//! Header facts are what the headers of an answer tell the crawl.

use crate::head::{text, x_robots_tag};
use crate::{challenge, content_type, head, refresh, retry_after};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, REFRESH, RETRY_AFTER};
use std::time::Duration;

/// What the headers of an answer say, as far as the crawl acts on it. Whatever the headers hold, this comes back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderFacts {
    /// Media type in lower case (RFC 9110 section 8.3); none longer than 100 octets.
    pub content_type: Option<String>,
    /// Its charset parameter, as sent.
    pub charset: Option<String>,
    /// `Location`, as sent (RFC 9110 section 10.2.2).
    pub location: Option<String>,
    /// Where a `Refresh` header leads within five seconds, as written.
    pub refresh: Option<String>,
    /// The wait a `Retry-After` asks for (RFC 9110 section 10.2.3).
    pub retry_after: Option<Duration>,
    /// All `X-Robots-Tag` headers, joined; at most 1,000 characters.
    pub x_robots_tag: Option<String>,
    /// True when the server says that it wants proof of a person.
    pub is_challenge: bool,
    /// True for more headers than any page needs: over 100 lines or 64 KiB. Such an answer is not read on.
    pub is_flood: bool,
}

impl HeaderFacts {
    /// Reads the headers of an answer that came at `now`.
    pub fn of(headers: &HeaderMap, now: jiff::Timestamp) -> Self {
        let (content_type, charset) =
            text(headers, CONTENT_TYPE).map_or((None, None), |text| content_type::split(&text));
        Self {
            content_type,
            charset,
            location: text(headers, LOCATION),
            refresh: text(headers, REFRESH).as_deref().and_then(refresh::target),
            retry_after: text(headers, RETRY_AFTER).and_then(|text| retry_after::parse(&text, now)),
            x_robots_tag: x_robots_tag(headers),
            is_challenge: challenge::is_announced(headers),
            is_flood: head::is_flood(headers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    const NAMES: [&str; 8] = [
        "content-type",
        "location",
        "refresh",
        "retry-after",
        "x-robots-tag",
        "cf-mitigated",
        "x-amzn-waf-action",
        "x",
    ];

    proptest! {
        #[test]
        fn any_headers_are_read(
            lines in proptest::collection::vec((0..NAMES.len(), proptest::collection::vec(0x20..=0xff_u8, 0..300)), 0..130),
        ) {
            let mut headers = HeaderMap::new();
            for (name, value) in &lines {
                if let Ok(value) = HeaderValue::from_bytes(value) {
                    headers.append(HeaderName::from_static(NAMES[*name]), value);
                }
            }
            let facts = HeaderFacts::of(&headers, jiff::Timestamp::UNIX_EPOCH);
            prop_assert_eq!(&facts, &HeaderFacts::of(&headers, jiff::Timestamp::UNIX_EPOCH));
            prop_assert!(facts.is_flood || headers.len() <= 100);
            prop_assert!(facts.content_type.is_none_or(|name| !name.is_empty() && name.len() <= 100));
            prop_assert!(facts.x_robots_tag.is_none_or(|tags| tags.chars().count() <= 1_000));
            prop_assert!(facts.refresh.is_none_or(|target| !target.is_empty()));
        }
    }
}
