//! What only an engine over the tables of a snapshot can tell.

use deklaro_judge::Summary;
use deklaro_judge::release::DataDelta;
use deklaro_schemas::SnapshotId;
use deklaro_store::Store;
use std::fmt::Debug;
use std::pin::Pin;

/// An answer that is on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = anyhow::Result<T>> + Send + 'a>>;

/// Answers from the tables of snapshots. A crate that has DuckDB and Polars hands them in: nothing here links
/// them.
pub trait Tables: Debug + Send + Sync {
    /// A month's figures, counted from the tables of a snapshot that was published without them.
    fn figures<'a>(&'a self, store: &'a Store, snapshot: &'a SnapshotId) -> Answer<'a, Summary>;

    /// How the hosts of two snapshots differ, for a release manifest.
    fn data_delta<'a>(
        &'a self,
        store: &'a Store,
        from: &'a SnapshotId,
        to: &'a SnapshotId,
    ) -> Answer<'a, DataDelta>;
}

/// For tests that ask nothing of the tables.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct NoTables;

#[cfg(test)]
impl Tables for NoTables {
    fn figures<'a>(&'a self, _: &'a Store, snapshot: &'a SnapshotId) -> Answer<'a, Summary> {
        Box::pin(async move { anyhow::bail!("nobody counts the figures of {snapshot} here") })
    }

    fn data_delta<'a>(
        &'a self,
        _: &'a Store,
        from: &'a SnapshotId,
        _: &'a SnapshotId,
    ) -> Answer<'a, DataDelta> {
        Box::pin(async move { anyhow::bail!("nobody compares {from} here") })
    }
}
