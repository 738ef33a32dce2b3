use crate::{DiffError, month_text};
use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::{ChangeType, DetectionStatus, Lifecycle};
use polars::prelude::*;

/// Columns compared, of which the last state's get a `last_` before their name.
const COMPARED: [&str; 9] = [
    "lifecycle",
    "detection_status",
    "confidence",
    "statement_url",
    "conformance_status",
    "reviewed_on",
    "policy_mentions",
    "is_read",
    "is_stale",
];

/// One row per difference between the state now and the last one.
pub(crate) fn changes(now: LazyFrame, last: LazyFrame, month: RunMonth) -> Result<LazyFrame, DiffError> {
    let both = joined(now, last);
    let rows = rules().into_iter().map(|rule| {
        both.clone().filter(rule.holds.fill_null(lit(false))).select([
            col("host_id"),
            col("country_code"),
            col("canonical_hostname"),
            month_text(month).alias("run_month"),
            lit(rule.change.as_str()).alias("change_type"),
            rule.before.cast(DataType::String).alias("before"),
            rule.after.cast(DataType::String).alias("after"),
        ])
    });
    Ok(concat(rows.collect::<Vec<_>>(), UnionArgs::default())?)
}

fn joined(now: LazyFrame, last: LazyFrame) -> LazyFrame {
    let identity = ["host_id", "country_code", "canonical_hostname"].map(col).to_vec();
    let now = now.select([identity, COMPARED.map(col).to_vec()].concat());
    let last = last.select(
        [
            vec![col("host_id"), lit(true).alias("was_known")],
            COMPARED.map(|name| col(name).alias(format!("last_{name}"))).to_vec(),
        ]
        .concat(),
    );
    // Lists are compared and shown as text.
    let as_text = |name: &str| col(name).list().join(lit(" "), true).alias(name);
    now.join(last, [col("host_id")], [col("host_id")], JoinArgs::new(JoinType::Left))
        .with_columns([as_text("policy_mentions"), as_text("last_policy_mentions")])
        .with_column(col("was_known").fill_null(lit(false)))
}

/// When a change is claimed, and what stands before and after.
struct Rule {
    change: ChangeType,
    holds: Expr,
    before: Expr,
    after: Expr,
}

impl Rule {
    fn new(change: ChangeType, column: &str, holds: Expr) -> Self {
        Self { change, holds, before: col(format!("last_{column}")), after: col(column) }
    }
}

fn is(column: &str, value: &'static str) -> Expr {
    col(column).eq(lit(value))
}

fn differs(column: &str) -> Expr {
    col(column).neq_missing(col(format!("last_{column}")))
}

/// Every kind of change and its rule. A kept verdict is not an observation, so only fresh ones are compared.
fn rules() -> Vec<Rule> {
    let lifecycle = |state: Lifecycle| is("lifecycle", state.as_str());
    let last_lifecycle = |state: Lifecycle| is("last_lifecycle", state.as_str());
    let known = || col("was_known");
    let was_listed = || known().and(last_lifecycle(Lifecycle::Retired).not());
    let fresh = || was_listed().and(lifecycle(Lifecycle::Active));
    let found = || is("detection_status", DetectionStatus::Found.as_str());
    let was_found = || is("last_detection_status", DetectionStatus::Found.as_str());
    let is_gone = || is("detection_status", DetectionStatus::NotFound.as_str());
    let read_twice = || col("is_read").and(col("last_is_read"));
    let appeared = || found().and(was_found().not()).and(read_twice());
    let vanished = || was_found().and(is_gone()).and(read_twice());
    let found_twice = || fresh().and(found()).and(was_found());
    vec![
        Rule::new(
            ChangeType::HostAdded,
            "lifecycle",
            was_listed().not().and(lifecycle(Lifecycle::Retired).not()),
        ),
        Rule::new(ChangeType::HostRemoved, "lifecycle", was_listed().and(lifecycle(Lifecycle::Retired))),
        Rule::new(
            ChangeType::BecameStale,
            "lifecycle",
            was_listed().and(lifecycle(Lifecycle::Stale)).and(last_lifecycle(Lifecycle::Stale).not()),
        ),
        Rule::new(
            ChangeType::Deactivated,
            "lifecycle",
            was_listed().and(lifecycle(Lifecycle::Inactive)).and(last_lifecycle(Lifecycle::Inactive).not()),
        ),
        Rule::new(ChangeType::Recovered, "lifecycle", fresh().and(last_lifecycle(Lifecycle::Active).not())),
        // An uncertain verdict may carry an address too; it is no statement before or after.
        Rule {
            before: lit(NULL),
            ..Rule::new(ChangeType::StatementAppeared, "statement_url", fresh().and(appeared()))
        },
        Rule {
            after: lit(NULL),
            ..Rule::new(ChangeType::StatementVanished, "statement_url", fresh().and(vanished()))
        },
        Rule::new(ChangeType::StatementMoved, "statement_url", found_twice().and(differs("statement_url"))),
        Rule::new(
            ChangeType::StatusChanged,
            "detection_status",
            fresh().and(differs("detection_status")).and(appeared().or(vanished()).not()),
        ),
        Rule::new(
            ChangeType::ConformanceChanged,
            "conformance_status",
            found_twice().and(differs("conformance_status")),
        ),
        Rule::new(ChangeType::Reviewed, "reviewed_on", found_twice().and(later("reviewed_on"))),
        Rule::new(
            ChangeType::ConfidenceChanged,
            "confidence",
            fresh().and(differs("confidence")).and(differs("detection_status").not()),
        ),
        Rule::new(
            ChangeType::PolicyMentionsChanged,
            "policy_mentions",
            found_twice().and(differs("policy_mentions")),
        ),
    ]
}

/// A date that is later than the last one, or was not given then.
fn later(column: &str) -> Expr {
    let last = col(format!("last_{column}"));
    col(column).is_not_null().and(last.clone().is_null().or(col(column).gt(last)))
}
