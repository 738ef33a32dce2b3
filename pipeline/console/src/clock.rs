//! The clock, read at the edge, and times as people type them.

use crate::errors::UsageError;
use deklaro_schemas::Timestamp;

/// Now, in UTC.
pub fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

/// A time as it stands in the registry, or was typed: RFC 3339.
pub fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let parsed = text.parse::<jiff::Timestamp>().map_err(|error| {
        UsageError::new(format!("time `{text}`: {error}"), "expected one such as `2026-11-22T00:00:00Z`")
    })?;
    Ok(Timestamp(parsed.as_microsecond()))
}
