//! A rule about the tables: its query returns the rows that break it.

use deklaro_schemas::codes::Severity;

/// A rule about the tables: a query that returns the rows that break it.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    /// Table, two underscores, rule.
    pub(crate) name: String,
    /// What must hold, in one sentence.
    pub(crate) description: String,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// The query.
    pub(crate) sql: String,
}

impl Check {
    /// Reads a file of `sql/checks`: a sentence, the severity, the query.
    pub(crate) fn parse(name: &str, text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let description = lines.next()?.strip_prefix("-- ")?.to_owned();
        let severity = Severity::parse(lines.next()?.strip_prefix("-- severity: ")?).ok()?;
        Some(Self { name: name.to_owned(), description, severity, sql: text.to_owned() })
    }

    pub(crate) fn table(&self) -> &str {
        self.name.split_once("__").map_or(&self.name, |(table, _)| table)
    }
}
