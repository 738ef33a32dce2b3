//! What becomes of one line at a moment.

use deklaro_schemas::Timestamp;
use ring::hmac;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

const DAY_US: i64 = 86_400_000_000;
/// A line stays as it was written for so long.
const FULL_DAYS: i64 = 30;
/// And with its personal fields hashed until it is so old.
const HASHED_DAYS: i64 = 180;
/// Fields that say which person, or which person's machine, it was about, in lower case and without `_`; wherever they stand.
const PERSONAL: [&str; 9] = [
    "requestid",
    "idempotencykey",
    "client",
    "address",
    "remoteaddress",
    "useragent",
    "referer",
    "user",
    "by",
];
/// What a hashed value begins with; such a value is not hashed again.
const HASHED: &str = "hmac:";
/// Colons of a word behind which an address is looked for; an IPv6 address has seven itself.
const COLONS: usize = 8;
/// Hex digits kept of a hash: 128 bits.
const DIGITS: usize = 32;
/// Shorter keys can be guessed.
pub const MIN_KEY_BYTES: usize = 16;

/// The key personal fields are hashed with: who has it can tell that two lines are about the same person.
pub struct Key(hmac::Key);

impl Key {
    /// A key of these bytes; nothing where they are too few.
    pub fn of(bytes: &[u8]) -> Option<Self> {
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
    any_left(false, line)
}

fn any_left(of_person: bool, fields: &Map<String, Value>) -> bool {
    let is_to_do = |text: &str| hashed(false, text, &mut |_| String::new()).is_some();
    fields.iter().any(|(name, value)| is_to_do(name) || is_left(of_person || names_person(name), value))
}

/// True where something in a value is still to be hashed; `of_person` is true for what a personal field holds.
fn is_left(of_person: bool, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(fields) => any_left(of_person, fields),
        Value::Array(items) => items.iter().any(|item| is_left(of_person, item)),
        Value::String(text) => hashed(of_person, text, &mut |_| String::new()).is_some(),
        Value::Bool(_) | Value::Number(_) => of_person,
    }
}

/// The line with its personal fields, and the addresses of machines and people in its texts and names, hashed.
pub(super) fn anonymous(line: &Map<String, Value>, key: &Key) -> Map<String, Value> {
    fields(false, line, key)
}

fn fields(of_person: bool, fields: &Map<String, Value>, key: &Key) -> Map<String, Value> {
    let field = |(name, value): (&String, &Value)| {
        (words(false, name, key), cleansed(of_person || names_person(name), value, key))
    };
    fields.iter().map(field).collect()
}

fn words(of_person: bool, text: &str, key: &Key) -> String {
    hashed(of_person, text, &mut |text| key.hash(text)).unwrap_or_else(|| text.to_owned())
}

fn cleansed(of_person: bool, value: &Value, key: &Key) -> Value {
    match value {
        Value::Object(inner) => Value::Object(fields(of_person, inner, key)),
        Value::Array(items) => items.iter().map(|item| cleansed(of_person, item, key)).collect(),
        Value::String(text) => Value::String(words(of_person, text, key)),
        Value::Bool(_) | Value::Number(_) if of_person => Value::String(key.hash(&value.to_string())),
        other => other.clone(),
    }
}

/// True for the name of a personal field: `user_agent`, `User-Agent`, `userAgent` and `user_agent.original` are the same.
fn names_person(name: &str) -> bool {
    name.split('.').any(|part| {
        let folded: String = part
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        PERSONAL.contains(&folded.as_str())
    })
}

/// The text of a field with what is personal in it hashed; nothing where there is nothing.
fn hashed(of_person: bool, text: &str, hash: &mut impl FnMut(&str) -> String) -> Option<String> {
    if text.is_empty() || is_hash(text) {
        return None;
    }
    if of_person {
        return Some(hash(text));
    }
    let mut found = false;
    let words = text.split_inclusive(is_break).map(|word| {
        let bare = word.trim_end_matches(is_break);
        if !holds_address(bare) {
            return word.to_owned();
        }
        found = true;
        format!("{}{}", hash(bare), &word[bare.len()..])
    });
    let whole: String = words.collect();
    found.then_some(whole)
}

/// True for what [`Key::hash`] makes. Somebody outside may begin a value in the same way, so the whole form counts.
fn is_hash(text: &str) -> bool {
    let digits = text.strip_prefix(HASHED).unwrap_or_default();
    digits.len() == DIGITS && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// A text without the addresses of machines and people.
pub fn without_addresses(text: &str) -> String {
    hashed(false, text, &mut |_| "[address]".to_owned()).unwrap_or_else(|| text.to_owned())
}

fn is_break(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            ',' | ';'
                | '"'
                | '\''
                | '`'
                | '('
                | ')'
                | '<'
                | '>'
                | '='
                | '/'
                | '?'
                | '&'
                | '#'
                | '{'
                | '}'
                | '|'
                | '\\'
        )
}

/// True for an address, also behind a word and a colon (`client:192.0.2.7`).
fn holds_address(word: &str) -> bool {
    let behind = word.match_indices(':').take(COLONS).map(|(at, _)| &word[at + 1..]);
    std::iter::once(word).chain(behind).any(is_address)
}

/// An IP address with or without port and zone, or an e-mail address.
fn is_address(word: &str) -> bool {
    let word = without_zone(word.trim_matches(['.', '!', '*']));
    let word = word.as_ref();
    let bare = word.trim_matches(['[', ']', '.']);
    let is_ip = |text: &str| text.parse::<IpAddr>().is_ok();
    let is_mail = || bare.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
    // A colon may end the word: `192.0.2.7: refused`.
    is_ip(bare)
        || bare.strip_suffix(':').is_some_and(|bare| is_ip(bare.trim_matches(['[', ']'])))
        || word.trim_end_matches(':').parse::<SocketAddr>().is_ok()
        || is_mail()
}

/// The address without its zone (RFC 4007 section 11): `fe80::1%eth0`, `[fe80::1%25eth0]:80`.
fn without_zone(word: &str) -> Cow<'_, str> {
    let Some((before, zone)) = word.split_once('%').filter(|(before, _)| before.contains(':')) else {
        return Cow::Borrowed(word);
    };
    let after = zone.find(']').map_or("", |end| &zone[end..]);
    Cow::Owned(format!("{before}{after}"))
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
    fn wherever_it_stands_and_however_it_is_written_it_is_hashed() {
        let line = object(json!({
            "timestamp": "2026-09-01T00:00:00Z",
            "hops": [{ "client": "192.0.2.4", "user": "anna" }, ["192.0.2.5"]], "list": ["192.0.2.3", "kept"],
            "User": "berta", "User-Agent": "c/1", "userAgent": "d/1", "client.port": 50123, "user": { "name": ["emil"] },
            "zone": "from fe80::1%eth0, [fe80::2%25eth0]:80", "behind": "client:192.0.2.6 192.0.2.7: refused",
            "request_id": "hmac:frieda", "note": "hmac: of 192.0.2.8", "by": ["hmac:0123456789abcdef0123456789ABCDEF"],
            "counts": { "192.0.2.9": 4 },
        }));
        assert!(is_personal(&line));
        let once = anonymous(&line, &key());
        let text = serde_json::to_string(&once).unwrap();
        for gone in
            ["192.0.2.", "anna", "berta", "c/1", "d/1", "50123", "emil", "fe80", "eth0", "frieda", "ABCDEF"]
        {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert!(
            text.contains("kept")
                && text.contains("refused")
                && text.contains("\"hops\":[{\"client\":\"hmac:")
        );
        for (name, value) in &line {
            let alone = object(json!({ name.as_str(): value }));
            assert_eq!(is_personal(&alone), name != "timestamp", "{name}");
        }
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
        hashed(false, text, &mut |_| "X".to_owned()).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn texts_without_an_address_stay() {
        for text in ["2026-11.0", "10:20", "1.2", "@", "a@b", "12:34:56", "version 0.1.0 of x", ""] {
            assert_eq!(hashed(false, text, &mut |_| "X".to_owned()), None, "{text}");
        }
        for (text, expected) in [
            ("from (10.0.0.1): no", "from (X): no"),
            ("listening on http://10.0.0.1:80/", "listening on http://X/"),
            ("http://[2001:db8::1]:80?of=10.0.0.1&a#b", "http://X?of=X&a#b"),
            ("https://town.example/2026/11", "https://town.example/2026/11"),
            ("at deklaro::serve::answer, 10:20:30", "at deklaro::serve::answer, 10:20:30"),
            ("100%of:it", "100%of:it"),
            ("fe80::1%eth0 is gone", "X is gone"),
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
