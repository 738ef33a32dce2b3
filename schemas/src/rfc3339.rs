//! How is a time spelled in JSON, and which spellings are read?
//!
//! A field with `#[serde(with = "rfc3339")]` is written as RFC 3339 in UTC, to the second: `2026-11-22T00:00:00Z`. A field with
//! [`exact`] keeps its microseconds, in the same spelling.

use crate::Timestamp;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt::Formatter;
use std::marker::PhantomData;

/// A field that holds a time, or may hold one.
pub trait TimeField: Copy + Sized {
    /// The time; nothing where none is held.
    fn time(self) -> Option<Timestamp>;

    /// The field that holds this; nothing where it must hold a time.
    fn holding(time: Option<Timestamp>) -> Option<Self>;
}

impl TimeField for Timestamp {
    fn time(self) -> Option<Timestamp> {
        Some(self)
    }

    fn holding(time: Option<Timestamp>) -> Option<Self> {
        time
    }
}

impl TimeField for Option<Timestamp> {
    fn time(self) -> Option<Timestamp> {
        self
    }

    fn holding(time: Option<Timestamp>) -> Option<Self> {
        Some(time)
    }
}

/// Writes a time to the second.
pub fn serialize<T: TimeField, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match field.time() {
        Some(time) => serializer.collect_str(&time),
        None => serializer.serialize_none(),
    }
}

/// Reads any RFC 3339 time.
pub fn deserialize<'de, T: TimeField, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Spelled { with_numbers: false, field: PhantomData })
}

/// To the microsecond, for the files that processes reckon with: leases, queue, runs.
pub mod exact {
    use super::{PhantomData, Spelled, TimeField};
    use serde::ser::Error;
    use serde::{Deserializer, Serializer};

    /// Writes a time, with a fraction where it does not fall on a second.
    pub fn serialize<T: TimeField, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
        match field.time() {
            Some(time) => {
                let time = jiff::Timestamp::from_microsecond(time.0).map_err(S::Error::custom)?;
                serializer.collect_str(&time)
            }
            None => serializer.serialize_none(),
        }
    }

    /// Reads any RFC 3339 time, and the microseconds since 1970 that earlier versions wrote.
    pub fn deserialize<'de, T: TimeField, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(Spelled { with_numbers: true, field: PhantomData })
    }
}

/// A time as it is met in JSON.
struct Spelled<T> {
    /// True where microseconds since 1970 are a time too.
    with_numbers: bool,
    field: PhantomData<T>,
}

impl<T: TimeField> Spelled<T> {
    fn micros<E: Error>(&self, number: i64) -> Result<T, E> {
        let time = Some(Timestamp(number)).filter(|_| self.with_numbers);
        time.and_then(|time| T::holding(Some(time)))
            .ok_or_else(|| E::invalid_type(Unexpected::Signed(number), self))
    }
}

impl<T: TimeField> Visitor<'_> for Spelled<T> {
    type Value = T;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a time such as `2026-11-22T00:00:00Z`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let time = text
            .parse::<Timestamp>()
            .map_err(|error| E::custom(format_args!("time `{text}`, expected RFC 3339: {error}")))?;
        T::holding(Some(time)).ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.micros(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        let signed =
            i64::try_from(number).map_err(|_| E::invalid_type(Unexpected::Unsigned(number), &self))?;
        self.micros(signed)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        T::holding(None).ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Times {
        #[serde(with = "super")]
        at: Timestamp,
        #[serde(with = "super", default)]
        ended_at: Option<Timestamp>,
        #[serde(with = "super::exact", alias = "due_us")]
        due_at: Timestamp,
        #[serde(with = "super::exact", default)]
        beat_at: Option<Timestamp>,
    }

    const NOON: Timestamp = Timestamp(1_795_348_800_000_000);

    fn read(json: &str) -> Result<Times, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn one_spelling_is_written() {
        let due_at = Timestamp(NOON.0 + 120_000);
        let times = Times { at: due_at, ended_at: None, due_at, beat_at: Some(NOON) };
        let json = serde_json::to_string(&times).unwrap();
        let expected = r#"{"at":"2026-11-22T12:00:00Z","ended_at":null,"due_at":"2026-11-22T12:00:00.12Z","beat_at":"2026-11-22T12:00:00Z"}"#;
        assert_eq!(json, expected);
        assert_eq!(read(&json), Ok(Times { at: NOON, ..times }), "exact to the microsecond");
    }

    #[test]
    fn the_spellings_of_earlier_versions_are_read() {
        let times = Times { at: NOON, ended_at: None, due_at: NOON, beat_at: Some(Timestamp(-1)) };
        let old = r#"{"at":"2026-11-22T12:00:00Z","ended_at":null,"due_us":1795348800000000,"beat_at":-1}"#;
        assert_eq!(read(old), Ok(times));
        let elsewhere = r#"{"at":"2026-11-22T13:00:00+01:00","due_us":0}"#;
        assert_eq!(read(elsewhere).map(|times| (times.at, times.ended_at)), Ok((NOON, None)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let refused = |json: &str| read(json).unwrap_err();
        let error = refused(r#"{"at":"yesterday","due_at":0}"#);
        assert!(error.contains("time `yesterday`, expected RFC 3339"), "{error}");
        for json in [
            r#"{"at":1795348800000000,"due_at":0}"#,
            r#"{"at":null,"due_at":0}"#,
            r#"{"at":"2026-11-22T12:00:00Z","due_at":18446744073709551615}"#,
            r#"{"at":"2026-11-22T12:00:00Z","due_at":1.5}"#,
        ] {
            assert!(refused(json).contains("expected a time such as"), "{json}: {}", refused(json));
        }
    }
}
