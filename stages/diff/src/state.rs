use crate::{DiffError, month_text};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{Lifecycle, RetiredReason};
use polars::prelude::*;

/// Columns of the verdict that both `statements` and `hosts` have under the same name.
const VERDICT: [&str; 11] = [
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
];

/// Columns that identify a host.
const IDENTITY: [&str; 3] = ["host_id", "country_code", "canonical_hostname"];

/// Every host ever known: its state, and the verdict that stands.
pub(crate) fn hosts(now: LazyFrame, last: LazyFrame, snapshot: &SnapshotId) -> Result<LazyFrame, DiffError> {
    let state = with_lifecycle(joined(&now, &last), snapshot);
    let is_kept = || col("is_stale").or(col("lifecycle").eq(lit(Lifecycle::Retired.as_str())));
    let fresh = with_verdict(state.clone().filter(is_kept().not()), now, lit(snapshot.to_string()));
    let kept = with_verdict(state.filter(is_kept()), last, col("verdict_snapshot"));
    Ok(concat([fresh, kept], UnionArgs::default())?)
}

/// These hosts as if no list named them any more.
pub(crate) fn retired(hosts: LazyFrame) -> LazyFrame {
    hosts.with_column(lit(Lifecycle::Retired.as_str()).alias("lifecycle"))
}

/// Both sides by host: what this run saw, and the last state with a `last_` before each name.
fn joined(now: &LazyFrame, last: &LazyFrame) -> LazyFrame {
    let now = now.clone().select(
        [IDENTITY.map(col).to_vec(), vec![col("is_reachable"), lit(true).alias("is_listed")]].concat(),
    );
    let state =
        ["lifecycle", "unreachable_streak", "first_seen_month", "last_seen_month", "last_reached_month"];
    let last = last.clone().select(
        [IDENTITY.map(col).to_vec(), state.map(|name| col(name).alias(format!("last_{name}"))).to_vec()]
            .concat(),
    );
    let full = JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns);
    now.join(last, IDENTITY.map(col), IDENTITY.map(col), full)
        .with_columns([col("is_listed").fill_null(lit(false)), col("is_reachable").fill_null(lit(false))])
        .with_column(col("last_unreachable_streak").fill_null(lit(0)))
}

/// The table in the crate's README, as expressions.
fn with_lifecycle(both: LazyFrame, snapshot: &SnapshotId) -> LazyFrame {
    let code = |lifecycle: Lifecycle| lit(lifecycle.as_str());
    let reason = |reason: RetiredReason| lit(reason.as_str());
    let listed = || col("is_listed");
    let reached = || col("is_reachable");
    let was_reached = || col("last_last_reached_month").is_not_null();
    let first_miss = || col("last_unreachable_streak").eq(lit(0));
    both.with_columns([
        when(listed().not())
            .then(code(Lifecycle::Retired))
            .when(reached())
            .then(code(Lifecycle::Active))
            .when(was_reached().and(first_miss()))
            .then(code(Lifecycle::Stale))
            .otherwise(code(Lifecycle::Inactive))
            .alias("lifecycle"),
        when(listed().not())
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
    .select([IDENTITY.map(col).to_vec(), STATE.map(col).to_vec()].concat())
}

/// Columns of the state, in the order both halves are put together.
const STATE: [&str; 7] = [
    "lifecycle",
    "is_stale",
    "unreachable_streak",
    "retired_reason",
    "first_seen_month",
    "last_seen_month",
    "last_reached_month",
];

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

/// The state with the verdict of one side beside it.
fn with_verdict(state: LazyFrame, side: LazyFrame, snapshot: Expr) -> LazyFrame {
    let verdict = side.select(
        [vec![col("host_id"), snapshot.alias("verdict_snapshot")], VERDICT.map(col).to_vec()].concat(),
    );
    state.join(verdict, [col("host_id")], [col("host_id")], JoinArgs::new(JoinType::Inner))
}
