//! What the registry's tables about releases hold: who judged, drafted, approved, waived and decided what.

use super::Registered;
use crate::codes::{DecisionAction, GateRule, RuleVerdict};
use crate::{RunId, Sha256, SnapshotId, StoreId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A readiness scorecard (mission B1), as it was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedScorecard {
    /// Name of the release.
    pub release: String,
    /// True when every suite passed or was waived.
    pub overall_passed: bool,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// SHA-256 of the scorecard as compact JSON.
    pub sha256: Sha256,
    /// The scorecard.
    pub scorecard: serde_json::Value,
}

impl Registered for RecordedScorecard {
    const FOLDER: &'static str = "registry/scorecards";
}

/// A release manifest (mission B2), as it was drafted. The last one of a snapshot counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftedManifest {
    /// The snapshot it is about.
    pub snapshot: SnapshotId,
    /// SHA-256 of the text, which approvals are bound to.
    pub sha256: Sha256,
    /// The manifest, as it is printed.
    pub text: String,
}

impl Registered for DraftedManifest {
    const FOLDER: &'static str = "registry/manifests";
}

/// A complete snapshot that waits for a decision to publish it. Who wrote the row ran it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingSnapshot {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The run that made it.
    pub run_id: RunId,
    /// The snapshot it was put together on, which must be current when it is published.
    pub base: Option<SnapshotId>,
    /// SHA-256 of the snapshot's own manifest, as the run wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<Sha256>,
}

impl Registered for WaitingSnapshot {
    const FOLDER: &'static str = "registry/held";
}

/// An approver's signature under a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The snapshot the manifest is about.
    pub snapshot: SnapshotId,
    /// SHA-256 of the manifest.
    pub manifest_sha256: Sha256,
    /// Who, as the configuration names them.
    pub approver: String,
    /// As what.
    pub role: String,
    /// When; part of what is signed, as it is written here.
    #[serde(with = "rfc3339")]
    pub signed_at: Timestamp,
    /// The Ed25519 signature, in hexadecimal digits.
    pub signature: String,
    /// The store it was signed for; nothing in rows of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
}

impl Registered for Approval {
    const FOLDER: &'static str = "registry/approvals";
}

/// A rule of the gate that need not hold for some time, as it was signed. What is published leaves out role, time and signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseWaiver {
    /// The rule.
    pub rule: GateRule,
    /// Last day it is in force, `YYYY-MM-DD`.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who, as the configuration names them.
    pub approver: String,
    /// As what.
    pub role: String,
    /// When; part of what is signed, as it is written here.
    #[serde(with = "rfc3339")]
    pub signed_at: Timestamp,
    /// The Ed25519 signature, in hexadecimal digits.
    pub signature: String,
    /// The store it was signed for; nothing in rows of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_id: Option<StoreId>,
}

impl Registered for ReleaseWaiver {
    const FOLDER: &'static str = "registry/waivers";
}

/// A waiver that counts no more, although its last day has not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverRevocation {
    /// The number of the waiver's row.
    pub waiver: u64,
    /// SHA-256 of that row.
    pub waiver_sha256: Sha256,
    /// The store it was signed for.
    pub store_id: StoreId,
    /// Why.
    pub reason: String,
    /// Who, as the configuration names them.
    pub approver: String,
    /// As what.
    pub role: String,
    /// When; part of what is signed, as it is written here.
    #[serde(with = "rfc3339")]
    pub signed_at: Timestamp,
    /// The Ed25519 signature, in hexadecimal digits.
    pub signature: String,
}

impl Registered for WaiverRevocation {
    const FOLDER: &'static str = "registry/waiver_revocations";
}

/// What was decided, refusals too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was asked.
    pub action: DecisionAction,
    /// About which snapshot, where one could be told.
    pub snapshot: Option<SnapshotId>,
    /// About which manifest.
    pub manifest_sha256: Option<Sha256>,
    /// True when it was granted.
    pub passed: bool,
    /// Why, in a sentence.
    pub reason: String,
    /// The scorecard it rests on.
    pub scorecard: Option<ScorecardReference>,
    /// The rules as they were judged; empty where it did not come to that.
    pub rules: Vec<DecidedRule>,
    /// Where every table of the registry ended then: a last row that is changed or taken away later is found by it.
    pub heads: Vec<Head>,
}

impl Registered for Decision {
    const FOLDER: &'static str = "registry/decisions";
}

/// A row of the table of scorecards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScorecardReference {
    /// Its number.
    pub sequence: u64,
    /// SHA-256 of the scorecard.
    pub sha256: Sha256,
}

/// A rule as it was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidedRule {
    /// The rule.
    pub rule: GateRule,
    /// How it was judged.
    pub verdict: RuleVerdict,
    /// What was found.
    pub value: String,
    /// What is asked for.
    pub limit: String,
    /// What would satisfy it; nothing where it holds.
    pub satisfied_by: Option<String>,
}

/// The end of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The table.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 of the last one.
    pub sha256: Sha256,
}

/// A recorded change of the thresholds, or what they were first (mission B10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdChange {
    /// Why.
    pub reason: String,
    /// What is different from the row before.
    pub changes: Vec<ThresholdDelta>,
    /// Every threshold by name, as it stands from here on.
    pub thresholds: BTreeMap<String, String>,
}

impl Registered for ThresholdChange {
    const FOLDER: &'static str = "registry/threshold_changes";
}

/// A threshold that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdDelta {
    /// Its name.
    pub name: String,
    /// What it was; nothing for a new one.
    pub before: Option<String>,
    /// What it is; nothing for one that is gone.
    pub after: Option<String>,
}
