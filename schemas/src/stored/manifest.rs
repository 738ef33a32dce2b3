//! What a snapshot consists of: its manifest, and where its files lie in a store.

use crate::codes::FileKind;
use crate::{CountryCode, RunId, RunMonth, Sha256, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// Raised when folders or the meaning of the store's own files change.
pub const STORE_FORMAT: u32 = 1;

/// What a snapshot consists of. Present in the store = the snapshot is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format of this file.
    pub format: u32,
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The run that made it.
    pub run_id: RunId,
    /// Month of the run.
    pub run_month: RunMonth,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub created_at: Timestamp,
    /// The snapshot that was current before.
    pub previous: Option<SnapshotId>,
    /// The countries that were run; the others' rows were carried over.
    pub countries: Vec<CountryCode>,
    /// Every file, sorted by path.
    pub files: Vec<ManifestFile>,
}

/// One file of a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Path from the snapshot's folder.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// The table, for its parts.
    pub table: Option<String>,
    /// SHA-256.
    pub sha256: Sha256,
    /// Length.
    pub size_bytes: u64,
    /// Rows, for Parquet.
    pub row_count: Option<i64>,
}

impl ManifestFile {
    /// Path from the store's root: evidence stands beside the snapshots.
    pub fn store_path(&self, snapshot: &SnapshotId) -> String {
        match self.path.strip_prefix("../../") {
            Some(outside) => outside.to_owned(),
            None => format!("{}/{}", Manifest::folder(snapshot), self.path),
        }
    }
}

impl Manifest {
    /// The folder of a snapshot.
    pub fn folder(snapshot: &SnapshotId) -> String {
        format!("snapshots/snapshot={snapshot}")
    }

    /// The folder of its page bytes, which have a retention of their own.
    pub fn evidence_folder(snapshot: &SnapshotId) -> String {
        format!("evidence/snapshot={snapshot}")
    }

    /// Where the manifest of a snapshot is.
    pub fn path(snapshot: &SnapshotId) -> String {
        format!("{}/manifest.json", Self::folder(snapshot))
    }

    /// Where what a time-stamp authority answered about the manifest is.
    pub fn timestamp_path(snapshot: &SnapshotId) -> String {
        format!("{}/manifest.tsr", Self::folder(snapshot))
    }
}
