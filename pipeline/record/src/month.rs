//! Which months may be begun today?
//!
//! A month that is published bars all earlier ones, so one that lies far ahead would end the record.

use deklaro_console::{UsageError, now};
use deklaro_schemas::{RunMonth, Timestamp};

/// This month, by the machine's clock in UTC.
pub fn this_month() -> Result<RunMonth, UsageError> {
    month_of(now())
}

/// Refuses a month later than the next one, by the machine's clock in UTC.
pub fn not_ahead(month: RunMonth) -> Result<(), UsageError> {
    not_beyond(month, month_of(now())?.next())
}

fn month_of(at: Timestamp) -> Result<RunMonth, UsageError> {
    let wrong = || UsageError::new(format!("the clock says `{at}`"), "set it right");
    RunMonth::of(at.date()).ok_or_else(wrong)
}

fn not_beyond(month: RunMonth, latest: RunMonth) -> Result<(), UsageError> {
    if month <= latest {
        return Ok(());
    }
    let message = format!("month `{month}` lies ahead; expected `{latest}` or an earlier one");
    Err(UsageError::new(
        message,
        "once it is published, no earlier month can be run; `--future` runs it all the same",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_month_may_be_begun_and_no_later_one() {
        let today = month_of("2026-12-31T23:59:59Z".parse().unwrap()).unwrap();
        let begun = |text: &str| not_beyond(RunMonth::parse(text).unwrap(), today.next());
        for text in ["1999-01", "2026-12", "2027-01"] {
            assert!(begun(text).is_ok(), "{text}");
        }
        for text in ["2027-02", "2062-11", "9999-12"] {
            assert!(begun(text).unwrap_err().to_string().contains("lies ahead"), "{text}");
        }
        assert!(not_ahead(this_month().unwrap().next()).is_ok());
        assert!(not_ahead(RunMonth::parse("9999-12").unwrap()).is_err());
    }

    #[test]
    fn a_clock_beyond_all_years_has_no_month() {
        assert!(month_of(Timestamp(i64::MAX)).is_err());
    }
}
