//! A host's next lifecycle state follows from this month's verdict and its last state.

use crate::DiffError;
use crate::month::month_text;
use crate::pairs::Pair;
use crate::side::Side;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::compute::interleave;
use arrow::datatypes::{Field, Schema};
use deklaro_frames::FrameError;
use deklaro_schemas::codes::{Lifecycle, RetiredReason};
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Row, SnapshotId, batch};
use polars::prelude::*;
use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use std::sync::Arc;

/// Columns of the verdict that both `statements` and `hosts` have under the same name.
pub(crate) const VERDICT: [&str; 12] = [
    "detection_status",
    "confidence",
    "statement_url",
    "detected_language",
    "conformance_status",
    "prepared_on",
    "reviewed_on",
    "policy_mentions",
    "reason_codes",
    "is_read",
    "proof_fetch_id",
    "answering_hostname",
];

/// Columns that identify a host.
pub(crate) const IDENTITY: [&str; 3] = ["host_id", "country_code", "canonical_hostname"];

/// Columns of the last state that the new one is made from.
pub(crate) const LAST_STATE: [&str; 6] = [
    "lifecycle",
    "unreachable_streak",
    "first_seen_month",
    "last_seen_month",
    "last_reached_month",
    "successor_hostname",
];

/// Columns of the state.
const STATE: [&str; 8] = [
    "lifecycle",
    "is_stale",
    "unreachable_streak",
    "retired_reason",
    "first_seen_month",
    "last_seen_month",
    "last_reached_month",
    "successor_hostname",
];

/// The table in the crate's README, as expressions over both sides beside each other.
pub(crate) fn with_lifecycle(both: LazyFrame, snapshot: &SnapshotId) -> LazyFrame {
    let code = |lifecycle: Lifecycle| lit(lifecycle.as_str());
    let reason = |reason: RetiredReason| lit(reason.as_str());
    let listed = || col("is_listed");
    let reached = || col("is_reachable");
    let was_reached = || col("last_last_reached_month").is_not_null();
    let first_miss = || col("last_unreachable_streak").eq(lit(0));
    let successor = || coalesce(&[col("successor"), col("last_successor_hostname")]);
    both.with_columns([
        col("is_reachable").fill_null(lit(false)),
        col("last_unreachable_streak").fill_null(lit(0)),
        when(listed())
            .then(lit(NULL))
            .otherwise(successor())
            .cast(DataType::String)
            .alias("successor_hostname"),
    ])
    .with_columns([
        when(listed().not())
            .then(code(Lifecycle::Retired))
            .when(reached())
            .then(code(Lifecycle::Active))
            .when(was_reached().and(first_miss()))
            .then(code(Lifecycle::Stale))
            .otherwise(code(Lifecycle::Inactive))
            .alias("lifecycle"),
        when(listed().not().and(col("successor_hostname").is_not_null()))
            .then(reason(RetiredReason::Renamed))
            .when(listed().not())
            .then(reason(RetiredReason::Delisted))
            .when(reached().or(was_reached().and(first_miss())))
            .then(lit(NULL))
            .when(was_reached())
            .then(reason(RetiredReason::UnreachableTwice))
            .otherwise(reason(RetiredReason::NeverReached))
            .alias("retired_reason"),
        when(reached())
            .then(lit(0))
            .when(listed())
            .then(col("last_unreachable_streak") + lit(1))
            .otherwise(col("last_unreachable_streak"))
            .cast(DataType::Int32)
            .alias("unreachable_streak"),
        listed().and(reached().not()).and(was_reached()).alias("is_stale"),
    ])
    .with_columns(months(snapshot))
}

fn months(snapshot: &SnapshotId) -> [Expr; 3] {
    let now = || month_text(snapshot.month());
    [
        col("last_first_seen_month").fill_null(now()).alias("first_seen_month"),
        when(col("is_listed")).then(now()).otherwise(col("last_last_seen_month")).alias("last_seen_month"),
        when(col("is_reachable"))
            .then(now())
            .otherwise(col("last_last_reached_month"))
            .alias("last_reached_month"),
    ]
}

/// Every host ever known: its state, and the verdict that stands. The verdicts never cross to Polars: they are taken row by row from
/// the table they stand in.
pub(crate) fn hosts(
    pairs: &[Pair],
    both: &DataFrame,
    now: &Side,
    last: &Side,
    snapshot: &SnapshotId,
) -> Result<RecordBatch, DiffError> {
    let mut state = both.select(STATE)?;
    let state = deklaro_frames::plain(&mut state)?;
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (field, column) in state.schema_ref().fields().iter().zip(state.columns()) {
        columns.push((field.name().clone(), column.clone()));
    }
    let named: Vec<(usize, usize)> = pairs.iter().map(|pair| place(pair, pair.now.is_some())).collect();
    let kept = is_kept(both)?;
    let standing: Vec<(usize, usize)> =
        pairs.iter().zip(&kept).map(|(pair, is_kept)| place(pair, !is_kept)).collect();
    let wanted =
        IDENTITY.iter().map(|name| (*name, &named)).chain(VERDICT.iter().map(|name| (*name, &standing)));
    let taken_columns: Result<Vec<(String, ArrayRef)>, DiffError> = wanted
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(name, rows)| Ok((name.to_owned(), taken(now.column(name)?, last.column(name)?, rows)?)))
        .collect();
    columns.extend(taken_columns?);
    let this: ArrayRef = Arc::new(StringArray::from(vec![snapshot.as_str()]));
    let of_now = |(side, row): &(usize, usize)| if *side == 0 { (0, 0) } else { (1, *row) };
    let origins: Vec<(usize, usize)> = standing.iter().map(of_now).collect();
    columns.push(("verdict_snapshot".to_owned(), taken(&this, last.column("verdict_snapshot")?, &origins)?));
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(name, column.data_type().clone(), true)).collect();
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(FrameError::from)?;
    Ok(batch::conform(&Host::table(), &rows)?)
}

/// Hosts whose verdict is the last one's: those that could not be reached, and those no list names.
fn is_kept(both: &DataFrame) -> Result<Vec<bool>, DiffError> {
    let (stale, listed) = (both.column("is_stale")?.bool()?, both.column("is_listed")?.bool()?);
    let kept = |(stale, listed): (Option<bool>, Option<bool>)| stale == Some(true) || listed != Some(true);
    Ok(stale.iter().zip(listed.iter()).map(kept).collect())
}

/// Side and row: 0 for this month's table, 1 for the last one's.
fn place(pair: &Pair, is_now: bool) -> (usize, usize) {
    match (is_now, pair.now, pair.last) {
        (true, Some(row), _) | (false, Some(row), None) => (0, row as usize),
        (_, _, row) => (1, row.unwrap_or_default() as usize),
    }
}

fn taken(now: &ArrayRef, last: &ArrayRef, rows: &[(usize, usize)]) -> Result<ArrayRef, DiffError> {
    Ok(interleave(&[now.as_ref(), last.as_ref()], rows).map_err(FrameError::from)?)
}
