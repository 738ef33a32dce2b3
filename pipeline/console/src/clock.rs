//! The clock, read at the edge, and times as people type them.

use crate::errors::UsageError;
use deklaro_schemas::Timestamp;

/// Now, in UTC.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// A time as it was typed: RFC 3339.
pub fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let expected = "expected one such as `2026-11-22T00:00:00Z`";
    Ok(text.parse().map_err(|error| UsageError::new(format!("time `{text}`: {error}"), expected))?)
}
