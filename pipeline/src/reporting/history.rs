use super::tables_of;
use crate::run::read_summary;
use anyhow::Context;
use deklaro_judge::Summary;
use deklaro_report::Database;
use deklaro_schemas::{RunMonth, SnapshotId};
use deklaro_store::{Store, StoreError};
use std::collections::BTreeSet;

/// Months that health and the pages look back on at most.
const MONTHS: usize = 24;

/// The figures of each month before this snapshot's, oldest first: those of the snapshot that was last made current of it.
pub(crate) async fn history(store: &Store, before: Option<&SnapshotId>) -> anyhow::Result<Vec<Summary>> {
    let record = store.history().await?;
    let months: BTreeSet<RunMonth> = record
        .snapshots()
        .map(|(snapshot, _)| snapshot.month())
        .filter(|month| before.is_none_or(|this| *month < this.month()))
        .collect();
    let last: Vec<&SnapshotId> = months.into_iter().filter_map(|month| record.current_of(month)).collect();
    let mut summaries = Vec::new();
    for snapshot in &last[last.len().saturating_sub(MONTHS)..] {
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
