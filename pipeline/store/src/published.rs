//! Published files are compared with their manifest before anything is made of them.

use super::{Store, StoreError};
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{Sha256, SnapshotId};
use std::sync::PoisonError;

impl Store {
    /// Compares the bytes of a table's file with its snapshot's manifest, once in a process; other paths are passed over.
    pub(super) async fn check_published(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(snapshot) = snapshot_of(path) else { return Ok(()) };
        if self.checked.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
            return Ok(());
        }
        let corrupt = |why: String| StoreError::Corrupt { path: path.to_owned(), why };
        let files = self.manifest(&snapshot).await?.files;
        let listed = files.iter().find(|file| file.store_path(&snapshot) == path);
        let Some(ManifestFile { sha256, .. }) = listed else {
            return Err(corrupt("it is not listed in the manifest".to_owned()));
        };
        let found = Sha256::of(bytes);
        if found != *sha256 {
            return Err(corrupt(format!("sha256 is `{found}`, expected `{sha256}`")));
        }
        self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Ok(())
    }

    /// Compares the files of these tables with the manifest, before another program reads them in their place. Copies from a
    /// bucket were compared when they were made.
    pub async fn check_tables(
        &self,
        snapshot: &SnapshotId,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<(), StoreError> {
        if !self.location().is_local() {
            return Ok(());
        }
        for file in self.manifest(snapshot).await?.files {
            if !file.table.as_deref().is_some_and(&is_wanted) {
                continue;
            }
            let path = file.store_path(snapshot);
            if let Some(why) = self.problem_with(&path, &file.sha256).await? {
                return Err(StoreError::Corrupt { path, why });
            }
        }
        Ok(())
    }
}

/// The snapshot whose table a path is part of.
fn snapshot_of(path: &str) -> Option<SnapshotId> {
    let (snapshot, rest) = Manifest::snapshot_of(path)?;
    (rest.starts_with("tables/") && path.starts_with(&Manifest::folder(&snapshot))).then_some(snapshot)
}
