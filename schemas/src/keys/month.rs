//! A run month is a calendar month, spelled `YYYY-MM`.

use super::{KeyError, text_key};
use crate::Date;
use crate::codes::ReasonCode;

/// A calendar month as `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunMonth([u8; 7]);

impl RunMonth {
    /// Reads `YYYY-MM` with a month from 01 to 12.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError::new(text, "a month such as `2026-11`", ReasonCode::KeyMalformed);
        let bytes: [u8; 7] = text.as_bytes().try_into().map_err(|_| error())?;
        let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
        let month: u8 = if digits(5..7) { text[5..7].parse().unwrap_or(0) } else { 0 };
        if digits(0..4) && bytes[4] == b'-' && (1..=12).contains(&month) {
            Ok(Self(bytes))
        } else {
            Err(error())
        }
    }

    /// The month of a day; nothing outside the years 0 to 9999.
    pub fn of(day: Date) -> Option<Self> {
        Self::parse(day.to_string().get(..7)?).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and a dash, checked in parse")
    }

    /// The month after this one; December 9999 has none and stays.
    #[must_use]
    pub fn next(&self) -> Self {
        let (year, month) = self.as_str().split_once('-').expect("checked in parse");
        let (year, month): (u32, u32) = (year.parse().unwrap_or(0), month.parse().unwrap_or(1));
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Self::parse(&format!("{year:04}-{month:02}")).unwrap_or(*self)
    }
}

text_key!(RunMonth);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_turns() {
        assert_eq!(RunMonth::parse("2026-12").unwrap().next().as_str(), "2027-01");
        assert_eq!(RunMonth::parse("2026-09").unwrap().next().as_str(), "2026-10");
    }

    #[test]
    fn a_day_is_in_its_month() {
        let month = |year| Date::new(year, 2, 28).and_then(RunMonth::of);
        assert_eq!(month(2026), RunMonth::parse("2026-02").ok());
        assert_eq!((month(-1), RunMonth::of(Date(i32::MAX))), (None, None));
    }

    #[test]
    fn only_real_months() {
        for text in ["2026-13", "2026-00", "2026-1", "26-01", "2026/01", "2026-11 "] {
            assert!(RunMonth::parse(text).is_err(), "{text}");
        }
    }
}
