//! Coded values: every enum, with the stable snake_case spelling that stands in the tables.

mod advice;
mod change;
mod crawl;
mod declare;
mod import;
mod reason;
mod run;
mod verdict;

pub use advice::reason_table;
pub use change::{ChangeType, Lifecycle, RetiredReason};
pub use crawl::{FetchOutcome, HopKind, Purpose, RobotsDecision, RobotsOutcome, ScopeRule};
pub use import::{RepairCode, SourceType};
pub use reason::{KeyError, ReasonCode};
pub use run::{
    CheckVerdict, DecisionAction, EventType, FileKind, GateRule, IncidentAction, RefAction, RuleVerdict,
    RunState, ScanStatus, Severity, SnapshotState,
};
pub use verdict::{
    Confidence, Conformance, Coverage, DetectionStatus, Finding, Obligation, PageKind, Place, PolicyMention,
    PreparationMethod, ShortfallReason, Signal,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_unique_snake_case_and_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ReasonCode::ALL {
            assert!(
                code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{code}"
            );
            assert!(seen.insert(code.as_str()), "`{code}` is spelled twice");
            assert_eq!(ReasonCode::parse(code.as_str()), Ok(*code));
            assert!(code.meaning().len() > 10, "{code} has no meaning");
        }
    }
}
