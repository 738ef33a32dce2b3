//! Published files are compared with their manifest before anything is made of them.

use super::manifest::refused;
use super::{Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::Body;
use deklaro_schemas::{Row, Sha256, SnapshotId};
use std::collections::BTreeSet;
use std::sync::PoisonError;

const MISSING: &str = "missing";
const UNLISTED: &str = "it is not listed in the manifest";

impl Store {
    /// The bytes of a file that this manifest of the snapshot lists. A file of another length is not read; one with another hash
    /// is not given out.
    pub async fn read_file(&self, snapshot: &SnapshotId, file: &ManifestFile) -> Result<Bytes, StoreError> {
        let path = file.store_path(snapshot);
        let (bytes, _) = self.read_if(&path, |length| has_length(file, length)).await?;
        has_hash(&path, file, &Sha256::of(&bytes))?;
        self.note_checked(snapshot, path);
        Ok(bytes)
    }

    /// The bytes of a file by its path in the snapshot's folder, compared with the manifest once in a process. `Missing` where the
    /// manifest lists no such file.
    pub async fn read_listed(&self, snapshot: &SnapshotId, path: &str) -> Result<Bytes, StoreError> {
        self.read_of(snapshot, &Manifest::file_path(snapshot, path)).await
    }

    /// The bytes of an object. A table's file and page bytes are compared with their snapshot's manifest, once in a process.
    pub(super) async fn read_published(&self, path: &str) -> Result<Bytes, StoreError> {
        let Some(snapshot) = snapshot_of(path) else { return self.read(path).await };
        match self.read_of(&snapshot, path).await {
            Err(StoreError::Missing { .. }) if self.exists(path).await? => {
                Err(StoreError::Corrupt { path: path.to_owned(), why: UNLISTED.to_owned() })
            }
            read => read,
        }
    }

    async fn read_of(&self, snapshot: &SnapshotId, path: &str) -> Result<Bytes, StoreError> {
        if self.is_checked(snapshot, path) {
            return self.read(path).await;
        }
        let files = self.kept_manifest(snapshot).await?.files;
        match files.iter().find(|file| file.store_path(snapshot) == path) {
            Some(file) => self.read_file(snapshot, file).await,
            None => Err(StoreError::Missing { path: path.to_owned() }),
        }
    }

    /// The manifest of a snapshot, also of one whose files are deleted: its page bytes stay.
    async fn kept_manifest(&self, snapshot: &SnapshotId) -> Result<Manifest, StoreError> {
        let missing = match self.manifest(snapshot).await {
            Err(missing @ StoreError::NoSuchSnapshot(_)) => missing,
            read => return read,
        };
        let path = Manifest::tombstone_path(snapshot);
        match self.read_record(&path).await {
            Ok(bytes) => {
                self.check_bound(snapshot, &path, &bytes).await?;
                Manifest::read(&bytes, snapshot).map_err(|error| refused(path, &error))
            }
            Err(StoreError::Missing { .. }) => Err(missing),
            Err(error) => Err(error),
        }
    }

    /// True when this process has compared the file with what this snapshot's manifest says. Another one's may say something else.
    pub(super) fn is_checked(&self, snapshot: &SnapshotId, path: &str) -> bool {
        let file = (snapshot.clone(), path.to_owned());
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).contains(&file)
    }

    pub(super) fn note_checked(&self, snapshot: &SnapshotId, path: String) {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert((snapshot.clone(), path));
    }

    /// The bytes of a table's file, compared with the manifest once in a process. A listed file that is gone is damage.
    pub(super) async fn read_table_file(
        &self,
        snapshot: &SnapshotId,
        file: &ManifestFile,
    ) -> Result<Bytes, StoreError> {
        let path = file.store_path(snapshot);
        let read = if self.is_checked(snapshot, &path) {
            self.read(&path).await
        } else {
            self.read_file(snapshot, file).await
        };
        match read {
            Err(StoreError::Missing { path }) => Err(StoreError::Corrupt { path, why: MISSING.to_owned() }),
            read => read,
        }
    }

    /// Compares the files of these tables with the manifest, once in a process, before another program reads them in their
    /// place. A file beside them that is not listed is refused: that program would read it too. Copies from a bucket were
    /// compared when they were made.
    pub async fn check_tables(
        &self,
        snapshot: &SnapshotId,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<(), StoreError> {
        if !self.location().is_local() {
            return Ok(());
        }
        let mut listed = BTreeSet::new();
        for file in self.manifest(snapshot).await?.files {
            if !file.table.as_deref().is_some_and(&is_wanted) {
                continue;
            }
            let path = file.store_path(snapshot);
            if !self.is_checked(snapshot, &path) {
                if let Some(why) = self.problem_with(&path, &file.sha256).await? {
                    return Err(StoreError::Corrupt { path, why });
                }
                self.note_checked(snapshot, path.clone());
            }
            listed.insert(path);
        }
        let tables = Manifest::file_path(snapshot, "tables");
        let mut found = self.list(&tables).await?;
        found.retain(|(path, _)| {
            let inside = path.strip_prefix(&tables).and_then(|rest| rest.strip_prefix('/'));
            inside.and_then(|inside| inside.split('/').next()).is_some_and(&is_wanted)
        });
        if is_wanted(Body::TABLE) {
            found.extend(self.list(&Manifest::evidence_folder(snapshot)).await?);
        }
        match found.into_iter().find(|(path, _)| !listed.contains(path)) {
            Some((path, _)) => Err(StoreError::Corrupt { path, why: UNLISTED.to_owned() }),
            None => Ok(()),
        }
    }
}

/// Fails with what is wrong where the manifest gives the file another length.
pub(super) fn has_length(file: &ManifestFile, length: u64) -> Result<(), String> {
    if length == file.size_bytes {
        return Ok(());
    }
    Err(format!("it has {length} bytes, expected {}", file.size_bytes))
}

/// Fails where the manifest gives the file at this path another hash.
pub(super) fn has_hash(path: &str, file: &ManifestFile, found: &Sha256) -> Result<(), StoreError> {
    if *found == file.sha256 {
        return Ok(());
    }
    let why = format!("sha256 is `{found}`, expected `{}`", file.sha256);
    Err(StoreError::Corrupt { path: path.to_owned(), why })
}

/// The snapshot whose table or page bytes a path is part of.
fn snapshot_of(path: &str) -> Option<SnapshotId> {
    Manifest::evidence_of(path)
        .or_else(|| Manifest::snapshot_of(path).filter(|(_, rest)| rest.starts_with("tables/")))
        .map(|(snapshot, _)| snapshot)
}
