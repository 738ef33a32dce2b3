//! A website as the list of its country shows it.

use deklaro_schemas::codes::ReasonCode;
use serde::Deserialize;

/// A website as the list shows it.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row of the query, column by column")]
pub(crate) struct Site {
    pub(crate) host: String,
    pub(crate) is_in_scope: bool,
    pub(crate) is_stale: bool,
    pub(crate) status: String,
    pub(crate) confidence: String,
    pub(crate) reasons: Vec<String>,
    pub(crate) statement_url: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) conformance: Option<String>,
    pub(crate) age_days: Option<i64>,
    pub(crate) is_overdue: bool,
    pub(crate) absent: Vec<String>,
    pub(crate) has_proof: bool,
    pub(crate) asked_at: Option<String>,
    pub(crate) status_code: Option<i64>,
    pub(crate) body: Option<String>,
    pub(crate) verdict_snapshot: String,
    pub(crate) file: Option<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) row: Option<i64>,
}

impl Site {
    /// The reason codes that are known, in order.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = ReasonCode> {
        self.reasons.iter().filter_map(|code| ReasonCode::parse(code).ok())
    }

    /// The letter of the verdict in the search data.
    pub(crate) fn letter(&self) -> char {
        match (self.is_in_scope, self.status.as_str()) {
            (false, _) => 'x',
            (_, "found") => 'f',
            (_, "not_found") => 'n',
            _ => 'u',
        }
    }
}
