#![doc = include_str!("../README.md")]

mod changes;
mod state;
#[cfg(test)]
mod tests;

use arrow::array::RecordBatch;
use deklaro_frames::{lazy, table};
use deklaro_schemas::batch::{self, BatchError};
use deklaro_schemas::tables::{Change, Host, Statement};
use deklaro_schemas::{Row, RunMonth, SnapshotId};
use polars::prelude::{IntoLazy, JoinArgs, JoinType, UnionArgs, col, concat};

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct DiffInput<'a> {
    /// The snapshot this run makes.
    pub snapshot: &'a SnapshotId,
    /// The verdicts of this run: one per target.
    pub statements: &'a [RecordBatch],
    /// The last snapshot's hosts of the same countries; empty for the first run.
    pub last_hosts: &'a [RecordBatch],
}

/// The two tables of the stage, in their declared order.
#[derive(Debug, Clone)]
pub struct Diff {
    /// Every host ever known.
    pub hosts: RecordBatch,
    /// What changed.
    pub changes: RecordBatch,
}

/// Why the comparison failed.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A table did not cross to Polars or back.
    #[error(transparent)]
    Frame(#[from] deklaro_frames::FrameError),
    /// A row does not fit its table.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A query failed.
    #[error("polars query")]
    Polars(#[from] polars::prelude::PolarsError),
}

/// Lifecycle and changes of every host.
pub fn diff(input: &DiffInput<'_>) -> Result<Diff, DiffError> {
    let month = input.snapshot.month();
    let last = lazy::<Host>(input.last_hosts)?;
    let mut hosts =
        state::hosts(lazy::<Statement>(input.statements)?, last.clone(), input.snapshot)?.collect()?;
    let mut changes = changes::changes(hosts.clone().lazy(), last, month)?.collect()?;
    Ok(Diff { hosts: sorted::<Host>(&mut hosts)?, changes: sorted::<Change>(&mut changes)? })
}

/// What changed between two snapshots: the changes of the later one's hosts against the earlier one's. Hosts that only the
/// earlier one knows are added as removed, which a run's own comparison never meets: it forgets no host.
pub fn between(
    earlier: &[RecordBatch],
    later: &[RecordBatch],
    month: RunMonth,
) -> Result<RecordBatch, DiffError> {
    let (earlier, later) = (lazy::<Host>(earlier)?, lazy::<Host>(later)?);
    let gone = state::retired(earlier.clone().join(
        later.clone(),
        [col("host_id")],
        [col("host_id")],
        JoinArgs::new(JoinType::Anti),
    ));
    let later = concat([later, gone], UnionArgs::default())?;
    let mut changes = changes::changes(later, earlier, month)?.collect()?;
    sorted::<Change>(&mut changes)
}

fn sorted<R: Row>(frame: &mut polars::prelude::DataFrame) -> Result<RecordBatch, DiffError> {
    Ok(batch::sorted(&R::table(), &[table(&R::table(), frame)?])?)
}

/// The month as a literal column value.
fn month_text(month: RunMonth) -> polars::prelude::Expr {
    polars::prelude::lit(month.to_string())
}
