//! Each kind of change has a rule over the two sides of a host.

use crate::DiffError;
use crate::month::month_text;
use deklaro_schemas::RunMonth;
use deklaro_schemas::codes::{ChangeType, DetectionStatus, Lifecycle};
use polars::prelude::*;

/// Columns compared; both tables have them under the same name.
pub(crate) const COMPARED: [&str; 8] = [
    "detection_status",
    "confidence",
    "statement_url",
    "conformance_status",
    "reviewed_on",
    "policy_mentions",
    "is_read",
    "answering_hostname",
];

/// One row per difference, from both sides beside each other and the lifecycle now and then.
pub(crate) fn changes(both: LazyFrame, month: RunMonth) -> Result<DataFrame, DiffError> {
    // Most hosts are as they were; the rules are asked of the others only.
    let differing = COMPARED
        .iter()
        .fold(differs("lifecycle").or(col("successor").is_not_null()), |any, name| any.or(differs(name)));
    let identity = ["host_id", "country_code", "canonical_hostname"];
    let differing = both
        .filter(differing)
        .with_columns(identity.map(|name| coalesce(&[col(name), col(format!("last_{name}"))]).alias(name)))
        .collect()?
        .lazy();
    let rows = rules().into_iter().map(|rule| {
        differing.clone().filter(rule.holds.fill_null(lit(false))).select([
            col("host_id"),
            col("country_code"),
            col("canonical_hostname"),
            month_text(month).alias("run_month"),
            lit(rule.change.as_str()).alias("change_type"),
            rule.before.cast(DataType::String).alias("before"),
            rule.after.cast(DataType::String).alias("after"),
        ])
    });
    Ok(concat(rows.collect::<Vec<_>>(), UnionArgs::default())?.collect()?)
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
        Rule::new(
            ChangeType::HostRemoved,
            "lifecycle",
            was_listed().and(lifecycle(Lifecycle::Retired)).and(col("successor").is_null()),
        ),
        Rule {
            change: ChangeType::HostRenamed,
            holds: was_listed().and(relisted().or(answers_otherwise())),
            before: when(relisted())
                .then(col("last_canonical_hostname"))
                .otherwise(col("last_answering_hostname")),
            after: when(relisted()).then(col("successor")).otherwise(col("answering_hostname")),
        },
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

/// No list names the host any more, but a list has what it is called now.
fn relisted() -> Expr {
    is("lifecycle", Lifecycle::Retired.as_str()).and(col("successor").is_not_null())
}

/// The host's own name is listed as before, but its pages come from another one now; a `www.` more or less is no other name.
fn answers_otherwise() -> Expr {
    let bare = |name: &str| col(name).str().strip_prefix(lit("www."));
    is("lifecycle", Lifecycle::Active.as_str())
        .and(bare("answering_hostname").neq(bare("last_answering_hostname")))
}

/// A date that is later than the last one, or was not given then.
fn later(column: &str) -> Expr {
    let last = col(format!("last_{column}"));
    col(column).is_not_null().and(last.clone().is_null().or(col(column).gt(last)))
}
