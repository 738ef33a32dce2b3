//! A release manifest says what would be released and how it would be taken back.

use super::deltas;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Event, Manifest, ScorecardReference, ThresholdDelta};
use deklaro_schemas::tables::MetaRun;
use deklaro_schemas::{RunId, Sha256, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when fields of the manifest change their meaning.
pub const MANIFEST_FORMAT: u32 = 1;

/// Settings that name a run and do not say how it was done.
const NOT_SETTINGS: [&str; 1] = ["previous_snapshot"];

/// What would be released, and how it would be taken back (mission B2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseManifest {
    /// Format of this document.
    pub format: u32,
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The run that made it.
    pub run_id: RunId,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub created_at: Timestamp,
    /// The release it is compared with.
    pub previous_release: Option<SnapshotId>,
    /// SHA-256 of the snapshot's own manifest, which lists every file.
    pub snapshot_manifest_sha256: Sha256,
    /// The files people build on.
    pub artifacts: Vec<ReleasedFile>,
    /// Settings that differ from the last release's; nothing where there is none.
    pub configuration: Option<Vec<ThresholdDelta>>,
    /// Every threshold it is judged by.
    pub thresholds: BTreeMap<String, String>,
    /// Thresholds that differ from those of the last release's manifest; nothing where there is none.
    pub threshold_changes: Option<Vec<ThresholdDelta>>,
    /// What changed among the hosts; nothing for the first release.
    pub data: Option<DataDelta>,
    /// When it may go out.
    pub rollout: Rollout,
    /// How it is taken back.
    pub rollback: RollbackPlan,
    /// Its scorecard; nothing where none is recorded for it.
    pub scorecard: Option<NamedScorecard>,
    /// What the program is built from, as it made the snapshot.
    pub sbom: Option<FileReference>,
    /// The trace of the run, where it was traced.
    pub trace_id: Option<String>,
}

/// A file of the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasedFile {
    /// Path from the snapshot's folder.
    pub path: String,
    /// SHA-256.
    pub sha256: Sha256,
    /// Length.
    pub size_bytes: u64,
}

/// A document of the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReference {
    /// Path from the snapshot's folder.
    pub path: String,
    /// SHA-256.
    pub sha256: Sha256,
}

/// How the hosts differ from the last release's. Only hosts that both list are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataDelta {
    /// Hosts the last release lists.
    pub hosts_before: u64,
    /// Hosts this one lists.
    pub hosts_after: u64,
    /// Hosts both list.
    pub hosts_common: u64,
    /// Hosts only this one lists.
    pub hosts_added: u64,
    /// Hosts only the last one lists.
    pub hosts_removed: u64,
    /// Statements found among the common hosts, then.
    pub found_before: u64,
    /// Statements found among the common hosts, now.
    pub found_after: u64,
    /// Changes by type.
    pub changes: BTreeMap<String, u64>,
}

/// The time in which a release may go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    /// Not before.
    #[serde(with = "rfc3339")]
    pub from: Timestamp,
    /// Not after.
    #[serde(with = "rfc3339")]
    pub until: Timestamp,
}

/// How a release is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackPlan {
    /// The snapshot that is made current again; nothing where there is none to go back to.
    pub target: Option<SnapshotId>,
    /// The command that does it.
    pub command: String,
    /// When it was last tried.
    pub last_rehearsal: Option<LastRehearsal>,
}

/// A rehearsal of a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastRehearsal {
    /// Its number in the registry.
    pub sequence: u64,
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// The snapshot that was made current.
    pub snapshot: SnapshotId,
    /// How long it took.
    pub took_ms: u64,
    /// True when it went as it should.
    pub is_ok: bool,
}

/// The scorecard of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedScorecard {
    /// Its number in the registry.
    pub sequence: u64,
    /// SHA-256 of it as compact JSON.
    pub sha256: Sha256,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// True when every suite passed or was waived.
    pub overall_passed: bool,
}

impl NamedScorecard {
    /// Its row in the registry.
    pub fn reference(&self) -> ScorecardReference {
        ScorecardReference { sequence: self.sequence, sha256: self.sha256.clone() }
    }
}

/// What a manifest is put together from.
#[derive(Debug, Clone, Copy)]
pub struct DraftInput<'a> {
    /// The snapshot's manifest.
    pub manifest: &'a Manifest,
    /// SHA-256 of its bytes.
    pub manifest_sha256: &'a Sha256,
    /// The last release.
    pub previous: Option<&'a SnapshotId>,
    /// The settings of the snapshot's run.
    pub settings: &'a [MetaRun],
    /// The settings of the last release's run.
    pub previous_settings: Option<&'a [MetaRun]>,
    /// The thresholds the program judges by.
    pub thresholds: &'a BTreeMap<String, String>,
    /// Those of the last release's manifest.
    pub previous_thresholds: Option<&'a BTreeMap<String, String>>,
    /// How the hosts differ.
    pub data: Option<&'a DataDelta>,
    /// When it may go out.
    pub rollout: &'a Rollout,
    /// The last rehearsal of a rollback.
    pub rehearsal: Option<&'a Event>,
    /// The last scorecard recorded for this snapshot.
    pub scorecard: Option<&'a NamedScorecard>,
    /// The trace of the run.
    pub trace_id: Option<&'a str>,
}

/// The manifest. Lists are in the order of the snapshot's own manifest or by name, so that the same input gives the same bytes.
pub fn draft(input: &DraftInput<'_>) -> ReleaseManifest {
    let Manifest { snapshot, run_id, created_at, files, .. } = input.manifest;
    let sbom = files.iter().find(|file| file.path.as_str().ends_with("sbom.cdx.json"));
    ReleaseManifest {
        format: MANIFEST_FORMAT,
        snapshot: snapshot.clone(),
        run_id: run_id.clone(),
        created_at: *created_at,
        previous_release: input.previous.cloned(),
        snapshot_manifest_sha256: input.manifest_sha256.clone(),
        artifacts: artifacts(input.manifest),
        configuration: input.previous_settings.map(|before| deltas(&named(before), &named(input.settings))),
        thresholds: input.thresholds.clone(),
        threshold_changes: input.previous_thresholds.map(|before| deltas(before, input.thresholds)),
        data: input.data.cloned(),
        rollout: input.rollout.clone(),
        rollback: rollback(input),
        scorecard: input.scorecard.cloned(),
        sbom: sbom.map(|file| FileReference { path: file.path.to_string(), sha256: file.sha256.clone() }),
        trace_id: input.trace_id.map(str::to_owned),
    }
}

fn artifacts(manifest: &Manifest) -> Vec<ReleasedFile> {
    let released = |file: &&deklaro_schemas::stored::ManifestFile| file.kind == FileKind::Artifact;
    let file = |file: &deklaro_schemas::stored::ManifestFile| ReleasedFile {
        path: file.path.to_string(),
        sha256: file.sha256.clone(),
        size_bytes: file.size_bytes,
    };
    manifest.files.iter().filter(released).map(file).collect()
}

fn named(settings: &[MetaRun]) -> BTreeMap<String, String> {
    let is_setting = |row: &&MetaRun| !NOT_SETTINGS.contains(&row.name.as_str());
    settings.iter().filter(is_setting).map(|row| (row.name.clone(), row.value.clone())).collect()
}

fn rollback(input: &DraftInput<'_>) -> RollbackPlan {
    let command = match input.previous {
        Some(target) => format!("deklaro rollback {target} --reason TEXT"),
        None => format!("deklaro retract {} --reason TEXT", input.manifest.snapshot),
    };
    let last_rehearsal = input.rehearsal.map(|event| LastRehearsal {
        sequence: event.sequence,
        at: event.at,
        snapshot: event.snapshot.clone(),
        took_ms: event.took_ms,
        is_ok: event.is_ok,
    });
    RollbackPlan { target: input.previous.cloned(), command, last_rehearsal }
}

impl ReleaseManifest {
    /// The document: indented JSON with a line end. Approvals are bound to the SHA-256 of these bytes.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest has only texts and numbers");
        text.push('\n');
        text
    }
}
