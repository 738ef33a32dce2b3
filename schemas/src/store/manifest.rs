use super::{Store, StoreError};
use crate::codes::FileKind;
use crate::{CountryCode, RunId, RunMonth, Sha256, SnapshotId};
use serde::{Deserialize, Serialize};

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
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// The snapshot that was current before.
    pub previous: Option<SnapshotId>,
    /// The countries that were run; the others' rows were carried over.
    pub countries: Vec<CountryCode>,
    /// Every file, sorted by path.
    pub files: Vec<ManifestFile>,
}

/// The part of a manifest that says how to read the rest.
#[derive(Deserialize)]
struct Format {
    format: u32,
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

impl Store {
    /// The manifest of a complete snapshot.
    pub async fn manifest(&self, snapshot: &SnapshotId) -> Result<Manifest, StoreError> {
        let path = Manifest::path(snapshot);
        let bytes = match self.read(&path).await {
            Err(StoreError::Missing { .. }) => return Err(StoreError::NoSuchSnapshot(snapshot.clone())),
            read => read?,
        };
        let corrupt = |why: String| StoreError::Corrupt { path: path.clone(), why };
        // The format is looked at first: a later one may have fields this program does not know.
        let format: Format = serde_json::from_slice(&bytes).map_err(|error| corrupt(error.to_string()))?;
        if format.format > super::STORE_FORMAT {
            return Err(StoreError::Newer { path, found: format.format, expected: super::STORE_FORMAT });
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| corrupt(error.to_string()))?;
        if manifest.snapshot != *snapshot || manifest.format != super::STORE_FORMAT {
            let (found, format) = (manifest.snapshot, manifest.format);
            return Err(corrupt(format!("it is of snapshot `{found}`, format {format}")));
        }
        Ok(manifest)
    }
}
