//! What only DuckDB and Polars tell of a snapshot's tables, for those who link neither.

use crate::data_delta::data_delta;
use crate::reporting::tables_of;
use anyhow::Context;
use deklaro_judge::Summary;
use deklaro_judge::release::DataDelta;
use deklaro_record::{Answer, Tables};
use deklaro_report::Database;
use deklaro_schemas::SnapshotId;
use deklaro_store::Store;

/// Answers with DuckDB and Polars.
#[derive(Debug, Clone, Copy)]
pub struct DuckTables;

impl Tables for DuckTables {
    fn figures<'a>(&'a self, store: &'a Store, snapshot: &'a SnapshotId) -> Answer<'a, Summary> {
        Box::pin(async move {
            let temp = tempfile::tempdir().context("making a folder for DuckDB")?;
            let options = tables_of(store, snapshot, temp.path()).await?;
            let figures = tokio::task::spawn_blocking(move || Database::open(&options)?.summary());
            Ok(figures.await??)
        })
    }

    fn data_delta<'a>(
        &'a self,
        store: &'a Store,
        from: &'a SnapshotId,
        to: &'a SnapshotId,
    ) -> Answer<'a, DataDelta> {
        Box::pin(data_delta(store, from, to))
    }
}
