//! The times at which a run of all countries is asked for.

use clap::ValueEnum;
use croner::Cron;
use deklaro_console::{UsageError, now};
use deklaro_schemas::Timestamp;
use std::str::FromStr;

/// Missed times that are written down one by one; of a longer absence the last ones.
const WRITTEN: usize = 32;

/// How often, in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cadence {
    /// On the first of each month.
    Monthly,
    /// On Mondays.
    Weekly,
    /// Every day.
    Daily,
}

impl Cadence {
    /// At two o'clock, when few people look.
    pub fn cron(self) -> &'static str {
        match self {
            Self::Monthly => "0 2 1 * *",
            Self::Weekly => "0 2 * * 1",
            Self::Daily => "0 2 * * *",
        }
    }
}

/// Times at which a run of all countries is asked for, in UTC.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    cron: Cron,
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Schedule {
    /// Reads a cron expression of five parts.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let usage = |problem: String| {
            UsageError::new(
                format!("schedule `{text}`: {problem}"),
                "expected five parts as in `0 2 1 * *`: minute, hour, day, month, weekday; in UTC",
            )
        };
        let cron = Cron::from_str(text).map_err(|error| usage(error.to_string()))?;
        let schedule = Self { text: text.to_owned(), cron };
        schedule.next(now()).ok_or_else(|| usage("it is never due".to_owned()))?;
        Ok(schedule)
    }

    /// The next time after this one.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let utc = jiff::tz::TimeZone::UTC;
        let after = jiff::Timestamp::from_microsecond(after.0).ok()?.to_zoned(utc.clone()).datetime();
        let next = self.cron.find_next_occurrence(&after, false).ok()?;
        Some(Timestamp(next.to_zoned(utc).ok()?.timestamp().as_microsecond()))
    }

    /// The times after the first and up to the second; the last ones of many.
    pub(crate) fn between(&self, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let times = std::iter::successors(self.next(after), |time| self.next(*time));
        let mut times: Vec<Timestamp> = times.take_while(|time| *time <= until).take(100_000).collect();
        times.drain(..times.len().saturating_sub(WRITTEN));
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn cadences_and_expressions_have_their_times() {
        let next =
            |text: &str| Schedule::parse(text).unwrap().next(at("2026-11-22T10:00:00Z")).unwrap().to_string();
        assert_eq!(next(Cadence::Monthly.cron()), "2026-12-01T02:00:00Z");
        assert_eq!(next(Cadence::Weekly.cron()), "2026-11-23T02:00:00Z");
        assert_eq!(next(Cadence::Daily.cron()), "2026-11-23T02:00:00Z");
        assert_eq!(next("*/15 * * * *"), "2026-11-22T10:15:00Z");
        for text in ["", "every day", "61 * * * *", "0 0 31 2 *"] {
            let error = Schedule::parse(text).unwrap_err();
            assert!(deklaro_console::hint_of(&error).is_some(), "{text}: {error}");
        }
    }
}
