//! What does a snapshot consist of, and when is its manifest refused?

use super::FilePath;
use crate::codes::FileKind;
use crate::{CountryCode, RunId, RunMonth, Sha256, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

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
    pub path: FilePath,
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

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is no manifest, or lists a path that no file of a snapshot has.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// A later version wrote it.
    #[error("it is of format {0}, expected {STORE_FORMAT}")]
    Newer(u32),
    /// It is another snapshot's.
    #[error("it is of snapshot `{0}`, format {1}")]
    Other(SnapshotId, u32),
    /// A file is listed that cannot be there.
    #[error("it lists `{path}`, which {problem}")]
    File {
        /// The path it lists.
        path: FilePath,
        /// Why not.
        problem: &'static str,
    },
}

/// The part of a manifest that says how to read the rest.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Manifest {
    /// Reads the manifest of a snapshot. Fails unless it is that snapshot's, in the format this program reads, and every file it
    /// lists lies where its kind lies.
    pub fn read(bytes: &[u8], snapshot: &SnapshotId) -> Result<Self, ManifestError> {
        // The format is looked at first: a later one may have fields this program does not know.
        let Format { format } = serde_json::from_slice(bytes)?;
        if format > STORE_FORMAT {
            return Err(ManifestError::Newer(format));
        }
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.snapshot != *snapshot || format != STORE_FORMAT {
            return Err(ManifestError::Other(manifest.snapshot, format));
        }
        manifest.check_files()?;
        Ok(manifest)
    }

    /// Fails with the first file that is listed twice, stands where another one's folder is, or lies where its kind does not lie.
    pub fn check_files(&self) -> Result<(), ManifestError> {
        let refused = |file: &ManifestFile, problem| ManifestError::File { path: file.path.clone(), problem };
        let mut seen = HashSet::new();
        for file in &self.files {
            if !file.is_at_home() {
                return Err(refused(file, "is not where files of its kind and table are"));
            }
            // Some file systems take two spellings for one file.
            if !seen.insert(file.path.as_str().to_ascii_lowercase()) {
                return Err(refused(file, "another entry names too"));
            }
        }
        let is_below_a_file = |file: &&ManifestFile| {
            let path = file.path.as_str().to_ascii_lowercase();
            path.match_indices('/').any(|(end, _)| seen.contains(&path[..end]))
        };
        match self.files.iter().find(is_below_a_file) {
            Some(file) => Err(refused(file, "lies below another file")),
            None => Ok(()),
        }
    }
}

impl ManifestFile {
    /// True where files of its kind and table lie.
    fn is_at_home(&self) -> bool {
        let Some(inside) = self.path.inside() else {
            return self.kind == FileKind::Evidence && self.table.is_some();
        };
        let (folder, rest) = inside.split_once('/').unwrap_or(("", inside));
        match folder {
            "tables" => {
                let is_of_table = |table: &str| {
                    rest.split_once('/').is_some_and(|(name, file)| name == table && is_part(file))
                };
                self.kind == FileKind::Table && self.table.as_deref().is_some_and(is_of_table)
            }
            "artifacts" => self.kind == FileKind::Artifact && self.table.is_none(),
            "reports" => self.kind == FileKind::Report && self.table.is_none(),
            _ => self.kind == FileKind::Document && self.table.is_none(),
        }
    }
}

/// True for the name of a Parquet file.
fn is_part(name: &str) -> bool {
    !name.contains('/') && name.ends_with(".parquet")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "2026-11.0";

    fn listing(files: &[(&str, &str, Option<&str>)]) -> Result<Manifest, ManifestError> {
        let file = |(path, kind, table): &(&str, &str, Option<&str>)| {
            let sha256 = Sha256::of(b"");
            serde_json::json!({ "path": path, "kind": kind, "table": table, "sha256": sha256, "size_bytes": 0, "row_count": null })
        };
        let files: Vec<_> = files.iter().map(file).collect();
        let manifest = serde_json::json!({
            "format": STORE_FORMAT, "snapshot": SNAPSHOT, "run_id": "2026-11-00000007", "run_month": "2026-11",
            "created_at": "2026-11-22T00:00:00Z", "previous": null, "countries": [], "files": files,
        });
        Manifest::read(manifest.to_string().as_bytes(), &SnapshotId::parse(SNAPSHOT).unwrap())
    }

    #[test]
    fn files_lie_where_their_kind_lies() {
        let sound = [
            ("tables/hosts/part-00000.parquet", "table", Some("hosts")),
            ("../../evidence/snapshot=2026-11.0/part-00000.parquet", "evidence", Some("bodies")),
            ("artifacts/AT.toon", "artifact", None),
            ("reports/index.html", "report", None),
            ("lineage/sbom.cdx.json", "document", None),
            ("README.md", "document", None),
        ];
        assert_eq!(listing(&sound).unwrap().files.len(), sound.len());
        for (path, kind, table) in [
            ("tables/hosts/part-00000.parquet", "table", Some("seeds")),
            ("tables/hosts/part-00000.parquet", "table", None),
            ("tables/hosts/part-00000.parquet", "document", None),
            ("tables/hosts/deep/part-00000.parquet", "table", Some("hosts")),
            ("tables/hosts/run.sh", "table", Some("hosts")),
            ("tables/part-00000.parquet", "table", Some("hosts")),
            ("../../evidence/snapshot=2026-11.0/part-00000.parquet", "evidence", None),
            ("../../evidence/snapshot=2026-11.0/part-00000.parquet", "table", Some("bodies")),
            ("../../evidence/snapshot=2026-11.0/part-00000.parquet", "document", None),
            ("evidence/part-00000.parquet", "evidence", Some("bodies")),
            ("catalog.sql", "artifact", None),
            ("catalog.sql", "document", Some("hosts")),
            ("reports/index.html", "artifact", None),
        ] {
            let refused = listing(&[(path, kind, table)]).unwrap_err().to_string();
            assert_eq!(
                refused,
                format!("it lists `{path}`, which is not where files of its kind and table are")
            );
        }
    }

    #[test]
    fn no_two_files_share_a_place() {
        let twice = listing(&[("README.md", "document", None), ("readme.MD", "document", None)]);
        assert_eq!(twice.unwrap_err().to_string(), "it lists `readme.MD`, which another entry names too");
        let below = listing(&[("README.md/x", "document", None), ("readme.md", "document", None)]);
        assert_eq!(below.unwrap_err().to_string(), "it lists `README.md/x`, which lies below another file");
    }

    #[test]
    fn a_path_that_points_elsewhere_is_named() {
        let refused = listing(&[("../../../x", "document", None)]).unwrap_err().to_string();
        assert!(refused.starts_with("`../../../x` is not the path of a file inside a snapshot"), "{refused}");
    }

    #[test]
    fn a_manifest_of_a_later_format_or_another_snapshot_is_told_apart() {
        let other = SnapshotId::parse("2026-10.0").unwrap();
        let bytes = serde_json::to_vec(&listing(&[]).unwrap()).unwrap();
        let refused = Manifest::read(&bytes, &other).unwrap_err();
        assert_eq!(refused.to_string(), "it is of snapshot `2026-11.0`, format 1");
        let later = br#"{"format":2,"what":"is new"}"#;
        assert!(matches!(Manifest::read(later, &other), Err(ManifestError::Newer(2))));
    }
}
