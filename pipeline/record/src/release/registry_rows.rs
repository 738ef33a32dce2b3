//! What does a table of the registry hold, as far as its chain is whole?

use anyhow::Context;
use deklaro_schemas::stored::{REGISTRY_TABLES, Registered};
use deklaro_schemas::{Sha256, Timestamp};
use deklaro_store::Store;

/// A row with when and by whom it was written, and its number. Unlike an [`Entry`](deklaro_schemas::stored::Entry),
/// it may come from a table that is broken further on.
pub(super) struct RegistryRow<R> {
    pub(super) sequence: u64,
    pub(super) at: Timestamp,
    pub(super) by: Option<String>,
    /// Of the row's file.
    pub(super) sha256: Sha256,
    pub(super) row: R,
}

/// The rows of a table as far as its chain holds; one that cannot be read is a problem.
pub(super) async fn rows<R: Registered>(
    store: &Store,
    problems: &mut Vec<String>,
) -> anyhow::Result<Vec<RegistryRow<R>>> {
    let table = REGISTRY_TABLES
        .iter()
        .find(|table| table.folder == R::FOLDER)
        .with_context(|| format!("`{}` is not a table of the registry", R::FOLDER))?;
    let mut rows = Vec::new();
    for raw in store.raw_table(table).await?.rows {
        match serde_json::from_value(raw.row) {
            Ok(row) => rows.push(RegistryRow {
                sequence: raw.sequence,
                at: raw.at,
                by: raw.by,
                sha256: raw.sha256,
                row,
            }),
            Err(error) => problems.push(format!("table {}, row {}: {error}", table.name, raw.sequence)),
        }
    }
    Ok(rows)
}

/// What the rows say, without when and by whom.
pub(super) fn bare<R>(rows: Vec<RegistryRow<R>>) -> Vec<R> {
    rows.into_iter().map(|known| known.row).collect()
}
