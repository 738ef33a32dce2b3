//! The figures of the months before a snapshot.

use crate::tables::Tables;
use anyhow::Context;
use deklaro_judge::Summary;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{RunMonth, SnapshotId};
use deklaro_store::{Store, StoreError};
use std::collections::BTreeSet;

/// Months that health and the pages look back on at most.
const MONTHS: usize = 24;

/// The figures of each month before this snapshot's, oldest first: those of the snapshot that was last made current of it.
pub async fn history(
    store: &Store,
    tables: &dyn Tables,
    before: Option<&SnapshotId>,
) -> anyhow::Result<Vec<Summary>> {
    let record = store.history().await?;
    let months: BTreeSet<RunMonth> = record
        .snapshots()
        .map(|(snapshot, _)| snapshot.month())
        .filter(|month| before.is_none_or(|this| *month < this.month()))
        .collect();
    let last: Vec<&SnapshotId> = months.into_iter().filter_map(|month| record.current_of(month)).collect();
    let mut summaries = Vec::new();
    for snapshot in &last[last.len().saturating_sub(MONTHS)..] {
        summaries.push(month_figures(store, tables, snapshot).await?);
    }
    Ok(summaries)
}

/// The key figures a snapshot was published with.
pub async fn read_summary(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Summary> {
    let path = ManifestFile::report_path("summary.json");
    serde_json::from_slice(&store.read_listed(snapshot, &path).await?).context("reading `summary.json`")
}

/// A snapshot's figures: those it was published with or, where it has none, from its tables.
pub async fn month_figures(
    store: &Store,
    tables: &dyn Tables,
    snapshot: &SnapshotId,
) -> anyhow::Result<Summary> {
    match read_summary(store, snapshot).await {
        Err(error) if is_missing(&error) => {}
        read => return read,
    }
    tables.figures(store, snapshot).await
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(StoreError::Missing { .. })))
}
