//! What becomes of one line at a moment.

use deklaro_schemas::Timestamp;
use ring::hmac;
use serde_json::{Map, Value};
use std::net::{IpAddr, SocketAddr};

const DAY_US: i64 = 86_400_000_000;
/// A line stays as it was written for so long.
const FULL_DAYS: i64 = 30;
/// And with its personal fields hashed until it is so old.
const HASHED_DAYS: i64 = 180;
/// Fields that say which person, or which person's machine, it was about; the same in `fields`.
const PERSONAL: [&str; 9] = [
    "request_id",
    "idempotency_key",
    "client",
    "address",
    "remote_address",
    "user_agent",
    "referer",
    "user",
    "by",
];
/// What a hashed value begins with; such a value is not hashed again.
const HASHED: &str = "hmac:";
/// Hex digits kept of a hash: 128 bits.
const DIGITS: usize = 32;
/// Shorter keys can be guessed.
pub(crate) const MIN_KEY_BYTES: usize = 16;

/// The key personal fields are hashed with: who has it can tell that two lines are about the same person.
pub(crate) struct Key(hmac::Key);

impl Key {
    /// A key of these bytes; nothing where they are too few.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.trim_ascii();
        (bytes.len() >= MIN_KEY_BYTES).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    fn hash(&self, value: &str) -> String {
        let tag = hmac::sign(&self.0, value.as_bytes());
        format!("{HASHED}{}", &hex::encode(tag)[..DIGITS])
    }
}

/// What is to become of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays as it is.
    Kept,
    /// Its personal fields are hashed.
    Hashed,
    /// It goes.
    Gone,
}

impl Fate {
    /// Of a line written at that time.
    pub(super) fn of(written: Timestamp, now: Timestamp) -> Self {
        match now.0.saturating_sub(written.0) {
            age if age > HASHED_DAYS * DAY_US => Self::Gone,
            age if age > FULL_DAYS * DAY_US => Self::Hashed,
            _ => Self::Kept,
        }
    }
}

/// A line as an object, and when it was written; nothing where it is none of ours.
pub(super) fn read(line: &str) -> Option<(Map<String, Value>, Timestamp)> {
    let Value::Object(line) = serde_json::from_str(line).ok()? else { return None };
    let written = line.get("timestamp")?.as_str()?.parse::<jiff::Timestamp>().ok()?;
    Some((line, Timestamp(written.as_microsecond())))
}

/// True where something in the line is still to be hashed.
pub(super) fn is_personal(line: &Map<String, Value>) -> bool {
    line.iter().any(|(name, value)| match value {
        Value::Object(fields) => is_personal(fields),
        Value::String(text) => hashed(name, text, &mut |_| String::new()).is_some(),
        _ => PERSONAL.contains(&name.as_str()) && !value.is_null(),
    })
}

/// The line with its personal fields, and the addresses of machines and people in its texts, hashed.
pub(super) fn anonymous(line: &Map<String, Value>, key: &Key) -> Map<String, Value> {
    let mut line = line.clone();
    for (name, value) in &mut line {
        match value {
            Value::Object(fields) => *fields = anonymous(fields, key),
            Value::String(text) => {
                if let Some(hashed) = hashed(name, text, &mut |text| key.hash(text)) {
                    *text = hashed;
                }
            }
            Value::Null => {}
            other if PERSONAL.contains(&name.as_str()) => {
                *other = Value::String(key.hash(&other.to_string()));
            }
            _ => {}
        }
    }
    line
}

/// The text of a field with what is personal in it hashed; nothing where there is nothing.
fn hashed(name: &str, text: &str, hash: &mut impl FnMut(&str) -> String) -> Option<String> {
    if text.is_empty() || text.starts_with(HASHED) {
        return None;
    }
    if PERSONAL.contains(&name) {
        return Some(hash(text));
    }
    let mut found = false;
    let words = text.split_inclusive(is_break).map(|word| {
        let bare = word.trim_end_matches(is_break);
        if !is_address(bare) {
            return word.to_owned();
        }
        found = true;
        format!("{}{}", hash(bare), &word[bare.len()..])
    });
    let whole: String = words.collect();
    found.then_some(whole)
}

/// A text without the addresses of machines and people.
pub(crate) fn without_addresses(text: &str) -> String {
    hashed("", text, &mut |_| "[address]".to_owned()).unwrap_or_else(|| text.to_owned())
}

fn is_break(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            ',' | ';' | '"' | '\'' | '`' | '(' | ')' | '<' | '>' | '=' | '/' | '?' | '&' | '#'
        )
}

/// An IP address with or without port, or an e-mail address.
fn is_address(word: &str) -> bool {
    let bare = word.trim_matches(['[', ']', '.']);
    let is_mail = || bare.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    bare.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok() || is_mail()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key() -> Key {
        Key::of(b"a key that is used in tests\n").unwrap()
    }

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else { panic!("{value}") };
        object
    }

    #[test]
    fn thirty_days_in_full_a_hundred_and_eighty_hashed_then_gone() {
        let now = Timestamp(1_795_305_600_000_000);
        let fate = |days: i64, us: i64| Fate::of(Timestamp(now.0 - days * DAY_US - us), now);
        assert_eq!([fate(0, 0), fate(30, 0), fate(30, 1)], [Fate::Kept, Fate::Kept, Fate::Hashed]);
        assert_eq!([fate(180, 0), fate(180, 1), fate(9_999, 0)], [Fate::Hashed, Fate::Gone, Fate::Gone]);
        assert_eq!(fate(-1, 0), Fate::Kept, "written by a clock that was ahead");
    }

    #[test]
    fn what_is_personal_is_hashed_once_and_the_rest_stays() {
        let line = object(json!({
            "timestamp": "2026-09-01T00:00:00Z", "message": "refused 192.0.2.7:8080, asked by a.b@c.example",
            "hostname": "stadt.example", "request_id": "r-1", "trace_id": null, "status": 503,
            "fields": { "client": "2001:db8::1", "count": 3, "user": 7 },
        }));
        assert!(is_personal(&line));
        let once = anonymous(&line, &key());
        let text = serde_json::to_string(&once).unwrap();
        for gone in ["192.0.2.7", "c.example", "r-1", "2001:db8", "\"user\":7"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert!(
            text.contains("stadt.example") && text.contains("\"count\":3") && text.contains("refused hmac:")
        );
        assert!(!is_personal(&once));
        assert_eq!(anonymous(&once, &key()), once);
    }

    #[test]
    fn the_same_person_has_the_same_hash_under_one_key_and_another_under_another() {
        let of = |key: &Key, id: &str| anonymous(&object(json!({ "request_id": id })), key);
        let other = Key::of(b"another key of the same length").unwrap();
        assert_eq!(of(&key(), "r-1"), of(&key(), "r-1"));
        assert_ne!(of(&key(), "r-1"), of(&key(), "r-2"));
        assert_ne!(of(&key(), "r-1"), of(&other, "r-1"));
        assert!(Key::of(b"short").is_none());
    }

    fn without_addresses_as_x(text: &str) -> String {
        hashed("error", text, &mut |_| "X".to_owned()).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn texts_without_an_address_stay() {
        for text in ["2026-11.0", "10:20", "1.2", "@", "a@b", "12:34:56", "version 0.1.0 of x", ""] {
            assert_eq!(hashed("message", text, &mut |_| "X".to_owned()), None, "{text}");
        }
        for (text, expected) in [
            ("from (10.0.0.1): no", "from (X): no"),
            ("listening on http://10.0.0.1:80/", "listening on http://X/"),
            ("http://[2001:db8::1]:80?of=10.0.0.1&a#b", "http://X?of=X&a#b"),
            ("https://town.example/2026/11", "https://town.example/2026/11"),
        ] {
            assert_eq!(without_addresses_as_x(text), expected);
        }
    }

    #[test]
    fn lines_that_are_not_ours_are_told() {
        assert!(read("{\"timestamp\":\"2026-09-01T00:00:00.000001Z\"}").is_some());
        for line in ["", "plain text", "[1]", "{\"timestamp\":5}", "{\"timestamp\":\"today\"}", "{}"] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
