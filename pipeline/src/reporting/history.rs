use super::tables_of;
use crate::run::read_summary;
use anyhow::Context;
use deklaro_report::{Database, Summary};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::store::{Store, StoreError};
use std::collections::BTreeMap;

/// Months that health and the pages look back on at most.
const MONTHS: usize = 24;

/// The figures of the last live snapshot of each month before this snapshot, oldest first.
pub(crate) async fn history(store: &Store, before: Option<&SnapshotId>) -> anyhow::Result<Vec<Summary>> {
    let record = store.history().await?;
    let mut months = BTreeMap::new();
    for (snapshot, state) in record.snapshots() {
        let is_before = before.is_none_or(|this| snapshot.month() < this.month());
        if state == SnapshotState::Live && is_before {
            let last = months.entry(snapshot.month()).or_insert_with(|| snapshot.clone());
            if (snapshot.as_str().len(), snapshot.as_str()) > (last.as_str().len(), last.as_str()) {
                last.clone_from(snapshot);
            }
        }
    }
    let mut summaries = Vec::new();
    for snapshot in months.values().skip(months.len().saturating_sub(MONTHS)) {
        summaries.push(month_figures(store, snapshot).await?);
    }
    Ok(summaries)
}

/// A snapshot's figures: those it was published with or, where it has none, from its tables.
pub(crate) async fn month_figures(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Summary> {
    match read_summary(store, snapshot).await {
        Err(error) if is_missing(&error) => {}
        read => return read,
    }
    let temp = tempfile::tempdir().context("making a folder for DuckDB")?;
    let options = tables_of(store, snapshot, temp.path()).await?;
    let figures = tokio::task::spawn_blocking(move || Database::open(&options)?.summary());
    Ok(figures.await??)
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(StoreError::Missing { .. })))
}
