//! The `Retry-After` header (RFC 9110 section 10.2.3).

use std::time::Duration;

/// The wait asked for: seconds, or a date less `now`. A date that has passed asks for no wait; what is neither is `None`.
pub(crate) fn parse(value: &str, now: jiff::Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit ask for longer than any cap.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> jiff::Timestamp {
        "1994-11-06T08:49:00Z".parse().unwrap()
    }

    #[test]
    fn seconds_and_dates() {
        assert_eq!(parse(" 120 ", now()), Some(Duration::from_secs(120)));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", now()), Some(Duration::from_secs(37)));
        assert_eq!(parse("Sun, 06 Nov 1994 08:48:00 GMT", now()), Some(Duration::ZERO));
        assert_eq!(parse("99999999999999999999999", now()), Some(Duration::from_secs(u64::MAX)));
        for text in ["", "soon", "-5", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(parse(text, now()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,60}") {
            parse(&text, now());
        }

        #[test]
        fn any_number_of_seconds_is_read(seconds: u64) {
            prop_assert_eq!(parse(&seconds.to_string(), now()), Some(Duration::from_secs(seconds)));
        }
    }
}
