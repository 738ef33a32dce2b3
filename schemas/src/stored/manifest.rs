//! What a snapshot consists of.

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
