//! Where does each thing lie in a store?
//!
//! Snapshots, evidence, refs, runs and lists stand here alone. The folder of a table of the registry stands at its row. Queue and leases
//! stand in `deklaro-store`, which nobody else writes them with; its first page shows the whole tree.

use super::file_path::{EVIDENCE, TO_ROOT};
use super::{Lists, Manifest, ManifestFile, RefEntry, RunFile};
use crate::{CountryCode, RunId, Sha256, SnapshotId};

/// What the folder of a snapshot begins with.
const SNAPSHOT: &str = "snapshots/snapshot=";
/// The artifacts, from a snapshot's folder.
const ARTIFACTS: &str = "artifacts";

/// An entry of a log, by its number: `<folder>/00000000000000000001.json`.
pub fn entry_path(folder: &str, sequence: u64) -> String {
    format!("{folder}/{sequence:020}.json")
}

impl Manifest {
    /// The folder of a snapshot.
    pub fn folder(snapshot: &SnapshotId) -> String {
        format!("{SNAPSHOT}{snapshot}")
    }

    /// The folder of its page bytes, which have a retention of their own.
    pub fn evidence_folder(snapshot: &SnapshotId) -> String {
        format!("{EVIDENCE}{snapshot}")
    }

    /// The folder of its artifacts.
    pub fn artifacts_folder(snapshot: &SnapshotId) -> String {
        Self::file_path(snapshot, ARTIFACTS)
    }

    /// The folder of one of its tables.
    pub fn table_folder(snapshot: &SnapshotId, table: &str) -> String {
        Self::file_path(snapshot, &ManifestFile::table_folder(table))
    }

    /// A file of a snapshot, by its path from the snapshot's folder.
    pub fn file_path(snapshot: &SnapshotId, path: &str) -> String {
        format!("{}/{path}", Self::folder(snapshot))
    }

    /// Where the manifest of a snapshot is.
    pub fn path(snapshot: &SnapshotId) -> String {
        Self::file_path(snapshot, "manifest.json")
    }

    /// Where what a time-stamp authority answered about the manifest is.
    pub fn timestamp_path(snapshot: &SnapshotId) -> String {
        Self::file_path(snapshot, "manifest.tsr")
    }

    /// Where it stands which run took the snapshot's number.
    pub fn claim_path(snapshot: &SnapshotId) -> String {
        Self::file_path(snapshot, "claim.json")
    }

    /// A page or document of the report.
    pub fn report_path(snapshot: &SnapshotId, name: &str) -> String {
        Self::file_path(snapshot, &ManifestFile::report_path(name))
    }

    /// Where the manifest of a deleted snapshot is kept.
    pub fn tombstone_path(snapshot: &SnapshotId) -> String {
        format!("tombstones/snapshot={snapshot}.json")
    }

    /// Where the time stamp of a deleted snapshot's manifest is kept.
    pub fn tombstone_timestamp_path(snapshot: &SnapshotId) -> String {
        format!("tombstones/snapshot={snapshot}.tsr")
    }

    /// The snapshot that a path is of, and the rest from its folder; nothing for a path that is of none.
    pub fn snapshot_of(path: &str) -> Option<(SnapshotId, &str)> {
        named(path, SNAPSHOT)
    }

    /// The snapshot whose page bytes a path is of, and the rest from their folder; nothing for a path that is of none.
    pub fn evidence_of(path: &str) -> Option<(SnapshotId, &str)> {
        named(path, EVIDENCE)
    }
}

/// The snapshot that a folder beginning with `folder` is of, and the rest of the path.
fn named<'a>(path: &'a str, folder: &str) -> Option<(SnapshotId, &'a str)> {
    let (id, rest) = path.strip_prefix(folder)?.split_once('/')?;
    Some((SnapshotId::parse(id).ok()?, rest))
}

/// Paths from the snapshot's folder, as a manifest lists them.
impl ManifestFile {
    /// The folder of a table.
    pub fn table_folder(table: &str) -> String {
        format!("tables/{table}")
    }

    /// A file of a table; they are numbered from 0.
    pub fn part_path(table: &str, number: usize) -> String {
        format!("{}/part-{number:05}.parquet", Self::table_folder(table))
    }

    /// A file of page bytes; they are numbered from 0.
    pub fn evidence_path(snapshot: &SnapshotId, number: usize) -> String {
        format!("{TO_ROOT}{}/part-{number:05}.parquet", Manifest::evidence_folder(snapshot))
    }

    /// A country's artifact in a format.
    pub fn artifact_path(country: CountryCode, extension: &str) -> String {
        format!("{ARTIFACTS}/{country}.{extension}")
    }

    /// A page or document of the report.
    pub fn report_path(name: &str) -> String {
        format!("reports/{name}")
    }

    /// The country whose artifact in this format the file is; nothing for any other file.
    pub fn artifact_of(&self, extension: &str) -> Option<CountryCode> {
        let name = self.path.inside()?.strip_prefix(ARTIFACTS)?.strip_prefix('/')?;
        CountryCode::parse(name.strip_suffix(extension)?.strip_suffix('.')?).ok()
    }

    /// Path from the store's root: evidence stands beside the snapshots.
    pub fn store_path(&self, snapshot: &SnapshotId) -> String {
        match self.path.inside() {
            Some(inside) => Manifest::file_path(snapshot, inside),
            None => self.path.bare().to_owned(),
        }
    }

    /// Where it waits in the staging of a run.
    pub fn staged_path(&self, run: &RunId) -> String {
        RunFile::staged_path(run, self.path.bare())
    }
}

impl RefEntry {
    /// The ref log.
    pub const FOLDER: &'static str = "refs/log";

    /// What time-stamp authorities answered about entries of the ref log.
    pub const STAMPS: &'static str = "stamps/refs";

    /// An entry of the ref log, by its number.
    pub fn path_of(sequence: u64) -> String {
        entry_path(Self::FOLDER, sequence)
    }

    /// Where the time stamp of an entry is, by the entry's number.
    pub fn timestamp_path(sequence: u64) -> String {
        format!("{}/{sequence:020}.tsr", Self::STAMPS)
    }

    /// The number of the entry whose time stamp lies at this path; nothing for any other path.
    pub fn stamped_at(path: &str) -> Option<u64> {
        let sequence =
            path.strip_prefix(Self::STAMPS)?.strip_prefix('/')?.strip_suffix(".tsr")?.parse().ok()?;
        (Self::timestamp_path(sequence) == path).then_some(sequence)
    }
}

impl RunFile {
    /// Work in progress: always on a local disk, whatever the rest of the store is on.
    pub const STAGING: &'static str = "staging";
    /// Work in progress of runs that several processes share: in the store itself.
    pub const SHARED: &'static str = "parts";
    /// Stored pages that were read again by several processes.
    pub const REREAD: &'static str = "parts/reread";

    /// The folder of a run that one process does.
    pub fn staging_folder(run: &RunId) -> String {
        format!("{}/{run}", Self::STAGING)
    }

    /// The folder of a run that several processes share.
    pub fn shared_folder(run: &RunId) -> String {
        format!("{}/{run}", Self::SHARED)
    }

    /// The file of a run that one process does.
    pub fn staging_path(run: &RunId) -> String {
        format!("{}/run.json", Self::staging_folder(run))
    }

    /// The file of a run that several processes share.
    pub fn shared_path(run: &RunId) -> String {
        format!("{}/run.json", Self::shared_folder(run))
    }

    /// A file that waits for the commit, or the folder of some, by its path from the snapshot's folder.
    pub fn staged_path(run: &RunId, path: &str) -> String {
        format!("{}/snapshot/{path}", Self::staging_folder(run))
    }

    /// What is written once everything is staged and hashed.
    pub fn ready_path(run: &RunId) -> String {
        format!("{}/ready.json", Self::staging_folder(run))
    }

    /// The run whose file lies at this path, in staging or shared; nothing where it is no run's file.
    pub fn run_of(path: &str) -> Option<&str> {
        let folders = [Self::STAGING, Self::SHARED];
        let rest = folders.iter().find_map(|folder| path.strip_prefix(folder)?.strip_prefix('/'))?;
        rest.strip_suffix("/run.json")
    }

    /// The folder of its work in progress: on this machine, or in the store when several processes share the
    /// run.
    pub fn home(&self) -> String {
        if self.partitions.is_some() {
            Self::shared_folder(&self.run_id)
        } else {
            Self::staging_folder(&self.run_id)
        }
    }

    /// Where its rounds are worked on.
    pub fn work_folder(&self) -> String {
        format!("{}/work", self.home())
    }

    /// Its own file.
    pub fn path(&self) -> String {
        format!("{}/run.json", self.home())
    }
}

impl Lists {
    /// The lists that were imported.
    pub const FOLDER: &'static str = "lists";

    /// The bytes of a list, by their hash.
    pub fn bytes_path(sha256: &Sha256) -> String {
        format!("{}/{sha256}.bin", Self::FOLDER)
    }

    /// What is known of a list.
    pub fn record_path(sha256: &Sha256) -> String {
        format!("{}/{sha256}.json", Self::FOLDER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::FileKind;

    fn file(path: &str) -> ManifestFile {
        let kind = FileKind::Artifact;
        ManifestFile {
            path: path.parse().unwrap(),
            kind,
            table: None,
            sha256: Sha256::of(b""),
            size_bytes: 0,
            row_count: None,
        }
    }

    /// Stores that were written before lie as these say.
    #[test]
    fn nothing_moves() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let run = RunId::parse("2026-11-f9c7a5a3").unwrap();
        let austria = CountryCode::parse("AT").unwrap();
        let evidence = file(&ManifestFile::evidence_path(&snapshot, 3));
        let artifact = file(&ManifestFile::artifact_path(austria, "json"));
        assert_eq!(
            [
                Manifest::path(&snapshot),
                Manifest::table_folder(&snapshot, "hosts"),
                file(&ManifestFile::part_path("hosts", 0)).store_path(&snapshot),
                artifact.store_path(&snapshot),
                Manifest::report_path(&snapshot, "summary.json"),
                evidence.store_path(&snapshot),
                evidence.staged_path(&run),
                Manifest::tombstone_path(&snapshot),
                RefEntry::path_of(1),
                RunFile::staging_path(&run),
                RunFile::shared_path(&run),
                RunFile::ready_path(&run),
            ],
            [
                "snapshots/snapshot=2026-11.0/manifest.json",
                "snapshots/snapshot=2026-11.0/tables/hosts",
                "snapshots/snapshot=2026-11.0/tables/hosts/part-00000.parquet",
                "snapshots/snapshot=2026-11.0/artifacts/AT.json",
                "snapshots/snapshot=2026-11.0/reports/summary.json",
                "evidence/snapshot=2026-11.0/part-00003.parquet",
                "staging/2026-11-f9c7a5a3/snapshot/evidence/snapshot=2026-11.0/part-00003.parquet",
                "tombstones/snapshot=2026-11.0.json",
                "refs/log/00000000000000000001.json",
                "staging/2026-11-f9c7a5a3/run.json",
                "parts/2026-11-f9c7a5a3/run.json",
                "staging/2026-11-f9c7a5a3/ready.json",
            ]
        );
    }

    #[test]
    fn paths_are_read_as_they_are_written() {
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let run = RunId::parse("2026-11-f9c7a5a3").unwrap();
        let austria = CountryCode::parse("AT").unwrap();
        let path = Manifest::file_path(&snapshot, "tables/hosts/part-00000.parquet");
        assert_eq!(Manifest::snapshot_of(&path), Some((snapshot.clone(), "tables/hosts/part-00000.parquet")));
        assert_eq!(Manifest::snapshot_of(&Manifest::evidence_folder(&snapshot)), None);
        for path in [RunFile::staging_path(&run), RunFile::shared_path(&run)] {
            assert_eq!(RunFile::run_of(&path), Some(run.as_str()));
        }
        assert_eq!(RunFile::run_of(&RunFile::ready_path(&run)), None);
        let artifact = file(&ManifestFile::artifact_path(austria, "json"));
        assert_eq!((artifact.artifact_of("json"), artifact.artifact_of("csv")), (Some(austria), None));
        assert_eq!(file("artifacts/index.json").artifact_of("json"), None);
    }
}
