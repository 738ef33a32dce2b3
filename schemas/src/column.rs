//! A column's Arrow type and nullability follow from the Rust type of its field.

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A Rust type that is a column type: the one place where a field's Arrow type and nullability come from.
pub trait ArrowColumn {
    /// The Arrow type.
    fn data_type() -> DataType;

    /// True for `Option`.
    fn nullable() -> bool {
        false
    }

    /// The allowed texts of a coded value; `None` for any other type.
    fn allowed() -> Option<Vec<&'static str>> {
        None
    }
}

/// Enums are dictionary-encoded text.
pub(crate) fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

macro_rules! plain {
    ($($rust:ty => $arrow:expr),+ $(,)?) => {
        $(impl ArrowColumn for $rust {
            fn data_type() -> DataType { $arrow }
        })+
    };
}

plain! {
    String => DataType::Utf8,
    bool => DataType::Boolean,
    i32 => DataType::Int32,
    i64 => DataType::Int64,
    f64 => DataType::Float64,
    Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
    Date => DataType::Date32,
    Bytes => DataType::Binary,
}

impl<T: ArrowColumn> ArrowColumn for Option<T> {
    fn data_type() -> DataType {
        T::data_type()
    }
    fn nullable() -> bool {
        true
    }
    fn allowed() -> Option<Vec<&'static str>> {
        T::allowed()
    }
}

impl<T: ArrowColumn> ArrowColumn for Vec<T> {
    fn data_type() -> DataType {
        // Dictionaries inside lists are read by few tools; list items are plain text.
        let item = match T::data_type() {
            DataType::Dictionary(..) => DataType::Utf8,
            other => other,
        };
        DataType::List(Arc::new(Field::new("item", item, T::nullable())))
    }
    fn allowed() -> Option<Vec<&'static str>> {
        T::allowed()
    }
}

/// Microseconds since 1970-01-01T00:00:00 UTC; the column has no zone and is always UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From milliseconds since 1970.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000)
    }

    /// The second it falls in.
    #[must_use]
    pub fn to_second(self) -> Self {
        Self(self.0.div_euclid(1_000_000) * 1_000_000)
    }

    /// The day it falls on, in UTC.
    pub fn date(self) -> Date {
        Date(self.0.div_euclid(86_400_000_000) as i32)
    }
}

impl std::fmt::Display for Timestamp {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    /// Any RFC 3339 time, to the microsecond.
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        Ok(Self(text.parse::<jiff::Timestamp>()?.as_microsecond()))
    }
}

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub i32);

impl Date {
    /// A calendar day; `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let epoch = jiff::civil::date(1970, 1, 1);
        Some(Self(epoch.until(date).ok()?.get_days()))
    }
}

impl std::fmt::Display for Date {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let epoch = jiff::civil::date(1970, 1, 1);
        match jiff::Span::new().try_days(self.0).and_then(|days| epoch.checked_add(days)) {
            Ok(date) => write!(f, "{date}"),
            Err(_) => write!(f, "day {}", self.0),
        }
    }
}

/// Raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Bytes(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// Declares a struct that stands inside a list column: fields, types and docs once.
macro_rules! nested {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $fdoc:literal])+ $field:ident: $ty:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $($(#[doc = $fdoc])+ pub $field: $ty,)+ }

        impl $crate::ArrowColumn for $name {
            fn data_type() -> arrow::datatypes::DataType {
                $crate::column::structure(vec![
                    $($crate::column::field::<$ty>(stringify!($field), concat!($($fdoc),+)),)+
                ])
            }
        }
    };
}
pub(crate) use nested;

/// A struct type of these fields.
pub(crate) fn structure(fields: Vec<Field>) -> DataType {
    DataType::Struct(Fields::from(fields))
}

/// A field with its description; coded values inside structs are plain text, as in lists.
pub(crate) fn field<T: ArrowColumn>(name: &str, doc: &str) -> Field {
    let data_type = match T::data_type() {
        DataType::Dictionary(..) => DataType::Utf8,
        other => other,
    };
    Field::new(name, data_type, T::nullable())
        .with_metadata(std::collections::HashMap::from([("description".to_owned(), doc.trim().to_owned())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_1970() {
        assert_eq!(Date::new(1970, 1, 2), Some(Date(1)));
        assert_eq!(Date::new(2024, 2, 29).unwrap().to_string(), "2024-02-29");
        assert_eq!(Date::new(2023, 2, 29), None);
        assert_eq!(Date(i32::MAX).to_string(), "day 2147483647");
        assert_eq!(Timestamp(86_400_000_000 * 2 - 1).date(), Date(1));
        assert_eq!(Timestamp(-1).date(), Date(-1));
    }

    #[test]
    fn a_time_is_read_to_the_microsecond_and_printed_to_the_second() {
        let time: Timestamp = "1969-12-31T23:59:59.5Z".parse().unwrap();
        assert_eq!(time, Timestamp(-500_000));
        assert_eq!(time.to_string(), "1969-12-31T23:59:59Z");
        assert_eq!(time.to_second(), "1970-01-01T00:59:59+01:00".parse().unwrap());
        assert!("1969-12-31".parse::<Timestamp>().is_err());
    }
}
