//! A snapshot id is a month and a counter, spelled `2026-11.0`.

use super::{KeyError, RunMonth, text_key};
use crate::codes::ReasonCode;

/// A snapshot: the month it is for and a counter for runs of the same month, `2026-11.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SnapshotId {
    month: RunMonth,
    counter: u32,
    text: String,
}

impl SnapshotId {
    /// The snapshot of this month with this counter.
    pub fn new(month: RunMonth, counter: u32) -> Self {
        Self { month, counter, text: format!("{month}.{counter}") }
    }

    /// Reads `YYYY-MM.N`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError::new(text, "a snapshot such as `2026-11.0`", ReasonCode::KeyMalformed);
        let (month, counter) = text.split_once('.').ok_or_else(error)?;
        let id =
            Self::new(RunMonth::parse(month).map_err(|_| error())?, counter.parse().map_err(|_| error())?);
        if id.text == text { Ok(id) } else { Err(error()) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The month it is for.
    pub fn month(&self) -> RunMonth {
        self.month
    }

    /// Which run of the month, from 0.
    pub fn counter(&self) -> u32 {
        self.counter
    }
}

impl PartialOrd for SnapshotId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SnapshotId {
    /// By month, then counter as a number: `2026-11.10` comes after `2026-11.9`.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.month, self.counter).cmp(&(other.month, other.counter))
    }
}

text_key!(SnapshotId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_sort_as_numbers() {
        let id = |text| SnapshotId::parse(text).unwrap();
        assert!(id("2026-11.9") < id("2026-11.10"));
        assert!(id("2026-11.10") < id("2026-12.0"));
    }

    #[test]
    fn only_the_canonical_spelling() {
        for text in ["2026-11", "2026-11.", "2026-11.01", "2026-11.-1", "../2026-11.0"] {
            assert!(SnapshotId::parse(text).is_err(), "{text}");
        }
    }
}
