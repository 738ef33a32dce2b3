//! A snapshot's `verify.sql` finds the files that differ from its manifest.

/// SQL for stock DuckDB, run in the snapshot's folder: returns the files whose bytes differ from the manifest.
///
/// Needs json and parquet from DuckDB's core and nothing else; a missing file is a row too.
pub fn verify_sql() -> &'static str {
    include_str!("../sql/verify.sql")
}
