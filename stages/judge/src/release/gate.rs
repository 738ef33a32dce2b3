//! The gate judges a drafted release rule by rule.

use super::{ReleaseManifest, rules};
use deklaro_schemas::codes::{GateRule, RuleVerdict};
use deklaro_schemas::stored::{DecidedRule, Drill, ScorecardReference, SuiteRun};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Sha256, Timestamp};
use std::collections::BTreeMap;

/// What a release is judged by.
#[derive(Debug, Clone, Copy)]
pub struct GateLimits {
    /// Least share of tests that succeed.
    pub success_share: f64,
    /// The share of flaky tests stays below this.
    pub flake_share: f64,
    /// The 95th percentile of answers stays below this.
    pub p95_ms: f64,
    /// Approvers needed.
    pub approvals: usize,
    /// Days a scorecard is good for.
    pub scorecard_days: i64,
    /// Days a rehearsal is good for (mission B4).
    pub rehearsal_days: i64,
}

/// The last scorecard recorded for the release.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its row.
    pub reference: ScorecardReference,
    /// When it was made, or the oldest result it was made from.
    pub generated_at: Timestamp,
    /// True when every suite passed or was waived.
    pub overall_passed: bool,
    /// Suites that neither passed nor were waived.
    pub failing: Vec<String>,
    /// The least share of successes of a suite that measures it.
    pub success_share: Option<f64>,
    /// 95th percentile of the service's answers.
    pub p95_ms: Option<f64>,
}

/// A signature under a manifest, as it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub approver: String,
    /// As what.
    pub role: String,
    /// Why it does not count; nothing where it does.
    pub problem: Option<String>,
}

/// A waiver on record, as its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverOnRecord {
    /// The rule.
    pub rule: GateRule,
    /// Last day, `YYYY-MM-DD`.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub approver: String,
    /// Why it does not count; nothing where it does.
    pub problem: Option<String>,
}

impl WaiverOnRecord {
    /// True when it counts on this day.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        let today = at.to_string();
        self.problem.is_none()
            && self.rule.may_be_waived()
            && self.until.as_str() >= today.get(..10).unwrap_or("9999-99-99")
    }
}

/// A rehearsal of a rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehearsed {
    /// When.
    pub at: Timestamp,
    /// True when it went as it should.
    pub is_ok: bool,
}

/// What the gate looks at.
#[derive(Debug, Clone)]
pub struct GateInput {
    /// Now.
    pub at: Timestamp,
    /// When the store's logs were written last.
    pub last_written: Option<Timestamp>,
    /// What is wrong with the registry.
    pub registry: Vec<String>,
    /// What is wrong with the snapshot's files.
    pub integrity: Vec<String>,
    /// The draft.
    pub manifest: ReleaseManifest,
    /// SHA-256 of the snapshot's own manifest, as it stands now.
    pub snapshot_manifest_sha256: Sha256,
    /// The draft's window.
    pub window: (Timestamp, Timestamp),
    /// The checks of the snapshot.
    pub checks: Vec<MetaCheck>,
    /// The last scorecard of the release.
    pub scorecard: Option<Scored>,
    /// Runs of suites, first one first.
    pub suite_runs: Vec<SuiteRun>,
    /// Signatures under this manifest.
    pub signatures: Vec<Signature>,
    /// Who ran the snapshot, where that is on record.
    pub ran_by: Option<String>,
    /// The approver that is, where it is one.
    pub runner: Option<String>,
    /// What became current since the snapshot was put together, where it waits and can no longer be published.
    pub superseded: Option<String>,
    /// The last rehearsal.
    pub rehearsal: Option<Rehearsed>,
    /// Drills, first one first.
    pub drills: Vec<Drill>,
    /// The thresholds the program judges by.
    pub thresholds: BTreeMap<String, String>,
    /// The thresholds last recorded.
    pub recorded: Option<BTreeMap<String, String>>,
    /// Waivers on record.
    pub waivers: Vec<WaiverOnRecord>,
    /// The limits.
    pub limits: GateLimits,
}

/// The gate's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// True when every rule holds or is waived.
    pub passed: bool,
    /// Every rule, in order.
    pub rules: Vec<DecidedRule>,
}

/// Judges a release by every rule (mission B3). What was not measured does not hold.
pub fn judge(input: &GateInput) -> Judged {
    let rules: Vec<DecidedRule> = GateRule::ALL.iter().map(|rule| decided(*rule, input)).collect();
    Judged { passed: rules.iter().all(|rule| rule.verdict != RuleVerdict::Failed), rules }
}

fn decided(rule: GateRule, input: &GateInput) -> DecidedRule {
    let found = rules::found(rule, input);
    let waiver = input.waivers.iter().find(|waiver| waiver.rule == rule && waiver.is_in_force(input.at));
    let verdict = match (found.holds, waiver) {
        (true, _) => RuleVerdict::Passed,
        (false, Some(_)) => RuleVerdict::Waived,
        (false, None) => RuleVerdict::Failed,
    };
    let value = match waiver.filter(|_| verdict == RuleVerdict::Waived) {
        Some(WaiverOnRecord { until, approver, reason, .. }) => {
            format!("{}; waived until {until} by {approver}: {reason}", found.value)
        }
        None => found.value,
    };
    let satisfied_by = (verdict != RuleVerdict::Passed).then_some(found.satisfied_by);
    DecidedRule { rule, verdict, value, limit: found.limit, satisfied_by }
}
