//! What is different from last month?
//!
#![doc = include_str!("../README.md")]

mod apart;
mod changes;
mod error;
mod lifecycle;
mod month;
mod pairs;
mod side;
#[cfg(test)]
mod tests;

pub use apart::{Apart, apart};
pub use error::DiffError;

use arrow::array::RecordBatch;
use changes::COMPARED;
use deklaro_frames::table;
use deklaro_schemas::batch;
use deklaro_schemas::tables::{Change, Host, Statement};
use deklaro_schemas::{Row, RunMonth, SnapshotId};
use lifecycle::{IDENTITY, LAST_STATE, VERDICT};
use pairs::{Names, Renames};
use polars::prelude::{DataFrame, IntoLazy, col, lit};
use side::Side;

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

/// Lifecycle and changes of every host.
pub fn diff(input: &DiffInput<'_>) -> Result<Diff, DiffError> {
    let now_columns = [IDENTITY.as_slice(), &VERDICT, &["is_reachable"]].concat();
    let last_columns = [IDENTITY.as_slice(), &VERDICT, &LAST_STATE, &["verdict_snapshot"]].concat();
    let (now, last) = rayon::join(
        || Side::of::<Statement>(input.statements, &now_columns),
        || Side::of::<Host>(input.last_hosts, &last_columns),
    );
    let (now, last) = (now?, last?);
    let names = Names::of(&now, &last)?;
    let mut pairs = pairs::pairs(&now, &last)?;
    names.sort(&mut pairs);
    pairs::follow_renames(&mut pairs, &names, &Renames::of(&now, &last)?);
    let (now_frame, last_frame) = rayon::join(
        || now.frame(&[IDENTITY.as_slice(), &COMPARED, &["is_reachable"]].concat()),
        || last.frame(&[IDENTITY.as_slice(), &COMPARED, &LAST_STATE].concat()),
    );
    let both = pairs::beside(&pairs, &names, &now_frame?, &last_frame?)?;
    let both = lifecycle::with_lifecycle(both.lazy(), input.snapshot).collect()?;
    let hosts = lifecycle::hosts(&pairs, &both, &now, &last, input.snapshot)?;
    let mut changes = changes::changes(both.lazy(), input.snapshot.month())?;
    Ok(Diff { hosts, changes: sorted::<Change>(&mut changes)? })
}

/// What changed between two snapshots: the changes of the later one's hosts against the earlier one's. Hosts that only the
/// earlier one knows are removed, which a run's own comparison never meets: it forgets no host.
pub fn between(
    earlier: &[RecordBatch],
    later: &[RecordBatch],
    month: RunMonth,
) -> Result<RecordBatch, DiffError> {
    let columns = [IDENTITY.as_slice(), &COMPARED, &["lifecycle", "successor_hostname"]].concat();
    let (now, last) = (Side::of::<Host>(later, &columns)?, Side::of::<Host>(earlier, &columns)?);
    let names = Names::of(&now, &last)?;
    let mut pairs = pairs::pairs(&now, &last)?;
    pairs::link_known(&mut pairs, &names, &now.texts("successor_hostname")?);
    let both = pairs::beside(&pairs, &names, &now.frame(&columns)?, &last.frame(&columns)?)?;
    let retired = lit(deklaro_schemas::codes::Lifecycle::Retired.as_str());
    let both = both.lazy().with_column(col("lifecycle").fill_null(retired));
    sorted::<Change>(&mut changes::changes(both, month)?)
}

fn sorted<R: Row>(frame: &mut DataFrame) -> Result<RecordBatch, DiffError> {
    Ok(batch::sorted(&R::table(), &[table(&R::table(), frame)?])?)
}
