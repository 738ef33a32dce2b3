//! Deleting the files of an expired snapshot, the only deletion there is besides staging.

use super::chain::Link;
use super::{StampSubject, Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::codes::{Lifecycle, RefAction, SnapshotState};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Row, Selection, SnapshotId, Timestamp};

/// What deleting a snapshot's files frees.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Vacuumed {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Files in its folder.
    pub file_count: usize,
    /// Their length.
    pub size_bytes: u64,
}

impl Store {
    /// What [`Store::vacuum`] would delete of a snapshot. Evidence stays: it has a retention of its own, and later snapshots
    /// may carry rows that point to it.
    pub async fn would_vacuum(&self, snapshot: &SnapshotId) -> Result<Vacuumed, StoreError> {
        let files = self.list(&Manifest::folder(snapshot)).await?;
        let size_bytes = files.iter().map(|(_, size)| size).sum();
        Ok(Vacuumed { snapshot: snapshot.clone(), file_count: files.len(), size_bytes })
    }

    /// The first snapshot with files that kept the verdict on an active or stale host from this one. Without
    /// this snapshot's tables, nobody could trace that verdict. None when no snapshot rests on it.
    pub async fn rests_on(&self, snapshot: &SnapshotId) -> Result<Option<SnapshotId>, StoreError> {
        let wanted = |lifecycle: Lifecycle| {
            let rows = Selection::columns(&["host_id"]).only("verdict_snapshot", snapshot.as_str());
            rows.only("lifecycle", lifecycle.as_str())
        };
        for (other, state) in self.history().await?.snapshots() {
            if other == snapshot || state == SnapshotState::Vacuumed {
                continue;
            }
            for lifecycle in [Lifecycle::Stale, Lifecycle::Active] {
                let kept = self.read_table(&Host::table(), other, &wanted(lifecycle)).await?;
                if kept.iter().any(|batch| batch.num_rows() > 0) {
                    return Ok(Some(other.clone()));
                }
            }
        }
        Ok(None)
    }

    /// Deletes the files of an expired snapshot on which no other rests. First come the tombstone (its
    /// manifest, kept for good) and the ref that says so, then the manifest, then the rest. A call after a
    /// crash goes on where it stopped.
    ///
    /// `reached` is called after the tombstone, the ref and each file; an error from it ends the work there.
    pub async fn vacuum(
        &self,
        snapshot: &SnapshotId,
        at: Timestamp,
        reason: &str,
        reached: impl Fn(&str) -> Result<(), StoreError>,
    ) -> Result<Vacuumed, StoreError> {
        let history = self.history().await?;
        history.allows(RefAction::Vacuum, snapshot)?;
        let freed = self.would_vacuum(snapshot).await?;
        if history.state(snapshot) == Some(SnapshotState::Expired) {
            if let Some(by) = self.rests_on(snapshot).await? {
                return Err(StoreError::RestedOn { snapshot: snapshot.clone(), by });
            }
            self.bury(snapshot).await?;
            reached(&Manifest::tombstone_path(snapshot))?;
            let entry = self.append_ref(RefAction::Vacuum, snapshot, None, at, Some(reason)).await?;
            reached(&entry.path())?;
        }
        let manifest = Manifest::path(snapshot);
        let mut files: Vec<String> =
            self.list(&Manifest::folder(snapshot)).await?.into_iter().map(|(path, _)| path).collect();
        // The manifest goes first: without it there is no snapshot, and readers never meet half of one.
        files.sort_by_key(|path| *path != manifest);
        for path in files {
            self.delete(&path).await?;
            reached(&path)?;
        }
        Ok(freed)
    }

    /// Keeps the manifest, with the hash of every file, where the snapshot was, and its time stamp where it has one.
    async fn bury(&self, snapshot: &SnapshotId) -> Result<(), StoreError> {
        let path = Manifest::path(snapshot);
        let manifest = self.read_record(&path).await?;
        self.check_bound(snapshot, &path, &manifest).await?;
        self.create_once(&Manifest::tombstone_path(snapshot), manifest).await?;
        match self.timestamp(StampSubject::Manifest(snapshot)).await? {
            Some(stamp) => self.create_once(&Manifest::tombstone_timestamp_path(snapshot), stamp).await,
            None => Ok(()),
        }
    }

    async fn create_once(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        match self.create(path, bytes).await {
            Ok(()) | Err(StoreError::Exists { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
