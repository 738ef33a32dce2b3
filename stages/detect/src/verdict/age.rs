//! A statement has an age, and promises that are past, on the day of its fetch.

use deklaro_schemas::Date;
use deklaro_schemas::tables::{Fetch, Reading};

/// What the dates of a statement come to on the day it was fetched: the same bytes give the same rows at any later time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Age {
    /// Days since it was prepared or reviewed, whichever is later; a date in the future counts as the day of the visit.
    pub(super) days: Option<i32>,
    /// Promised repairs whose date was past.
    pub(super) promises_past: Option<i32>,
}

impl Age {
    pub(super) fn of(reading: &Reading, fetch: Option<&Fetch>) -> Self {
        let Some(visit) = fetch.map(|fetch| fetch.started_at.date()) else { return Self::default() };
        let written_on: Option<Date> = reading.prepared_on.max(reading.reviewed_on);
        let is_past = |date: &&Date| **date < visit;
        Self {
            days: written_on.map(|date| (visit.0 - date.0).max(0)),
            promises_past: reading
                .promised_on
                .as_ref()
                .map(|dates| dates.iter().filter(is_past).count() as i32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing;

    #[test]
    fn ages_are_counted_to_the_visit() {
        let fetch = testing::fetch("a.example.at");
        let visit = fetch.started_at.date();
        let reading = Reading {
            prepared_on: Some(Date(visit.0 - 400)),
            reviewed_on: Some(Date(visit.0 - 30)),
            promised_on: Some(vec![Date(visit.0 - 1), Date(visit.0), Date(visit.0 + 9)]),
            ..testing::reading("a.example.at")
        };
        assert_eq!(Age::of(&reading, Some(&fetch)), Age { days: Some(30), promises_past: Some(1) });
        let later = Reading { reviewed_on: Some(Date(visit.0 + 5)), ..reading };
        assert_eq!(Age::of(&later, Some(&fetch)).days, Some(0));
        assert_eq!(Age::of(&later, None), Age::default());
    }
}
