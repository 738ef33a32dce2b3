//! What the registry's tables about operation hold: test suites, drills, incidents, broken leases.

use super::Registered;
use crate::codes::IncidentAction;
use crate::{RunId, Sha256, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// A test suite as it came out of one readiness run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteRun {
    /// The suite, as the scorecard names it.
    pub suite: String,
    /// passed, failed or not_checked.
    pub status: String,
    /// Tests that passed, of those that were run, 0 to 1.
    pub success_share: Option<f64>,
    /// Tests that passed only when they were tried again, of those that were run, 0 to 1.
    pub flake_share: Option<f64>,
    /// How long it took.
    pub duration_ms: Option<u64>,
    /// Nineteen of twenty requests were answered in this time.
    pub p95_ms: Option<f64>,
    /// SHA-256 of what its tests printed, where there are tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results_sha256: Option<Sha256>,
}

impl Registered for SuiteRun {
    const FOLDER: &'static str = "registry/suite_runs";
}

/// Something was broken on purpose, and mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// Which drill.
    pub name: String,
    /// True when it was noticed and mended, and nothing was lost.
    pub passed: bool,
    /// From the fault until the system said so.
    pub detected_ms: u64,
    /// From the fault until all was well again.
    pub recovered_ms: u64,
    /// Rows or files that should be there afterwards and are not.
    pub lost: u64,
    /// What was done and found, one line each.
    pub details: Vec<String>,
}

impl Registered for Drill {
    const FOLDER: &'static str = "registry/drills";
}

/// A lease that somebody took from a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseBreak {
    /// The run that held it.
    pub run_id: RunId,
    /// Name of its machine.
    pub host: String,
    /// Number of its process there.
    pub process: u32,
    /// Since when it held the lease.
    #[serde(with = "rfc3339")]
    pub since_at: Timestamp,
    /// When the lease was to end.
    #[serde(with = "rfc3339")]
    pub expires_at: Timestamp,
    /// Why it was taken.
    pub reason: String,
}

impl Registered for LeaseBreak {
    const FOLDER: &'static str = "registry/lease_breaks";
}

/// What was said about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Its name.
    pub id: String,
    /// What was done.
    pub action: IncidentAction,
    /// The filled template when it was opened, the note, or the postmortem when it was closed.
    pub text: String,
    /// The trace it is about, where one is known.
    pub trace_id: Option<String>,
}

impl Registered for Incident {
    const FOLDER: &'static str = "registry/incidents";
}
