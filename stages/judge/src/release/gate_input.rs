//! What the gate looks at.

use super::manifest::ReleaseManifest;
use deklaro_schemas::stored::{Drill, ReleaseWaiver, ScorecardReference, SuiteRun};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Sha256, Timestamp};
use serde::Serialize;
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

/// A signature under a manifest, as it was checked and as it is shown. The signed bytes stay in the
/// [`Approval`](deklaro_schemas::stored::Approval).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Who.
    pub approver: String,
    /// As what.
    pub role: String,
    /// Why it does not count; nothing where it does.
    pub problem: Option<String>,
}

/// A waiver as it was signed, with what checking it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedWaiver {
    /// The row on record.
    pub waiver: ReleaseWaiver,
    /// Why it does not count; nothing where it does.
    pub problem: Option<String>,
}

impl CheckedWaiver {
    /// True when it counts on this day.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.problem.is_none()
            && self.waiver.rule.may_be_waived()
            && self.waiver.until >= at.date().to_string()
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

/// What the gate looks at: all of it is read before the first rule is judged.
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
    pub waivers: Vec<CheckedWaiver>,
    /// The limits.
    pub limits: GateLimits,
}

impl GateInput {
    /// Waivers that count now.
    pub fn waivers_in_force(&self) -> impl Iterator<Item = &ReleaseWaiver> {
        self.waivers.iter().filter(|checked| checked.is_in_force(self.at)).map(|checked| &checked.waiver)
    }
}
