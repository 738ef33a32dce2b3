//! Which snapshots are not what the ref log says was published?

use deklaro_schemas::SnapshotId;
use deklaro_store::{Store, StoreError};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Snapshots whose manifest was found changed. They are not handed out, and the status names them.
#[derive(Debug, Default)]
pub(crate) struct ChangedSnapshots(Mutex<BTreeSet<SnapshotId>>);

impl ChangedSnapshots {
    /// Remembers whether what was read is what was published; other failures say nothing about it.
    pub(crate) fn note<T>(&self, snapshot: &SnapshotId, read: &Result<T, StoreError>) {
        match read {
            Ok(_) => drop(self.found().remove(snapshot)),
            Err(StoreError::Changed { .. }) => drop(self.found().insert(snapshot.clone())),
            Err(_) => {}
        }
    }

    /// Compares a snapshot's manifest with the ref log once more, whatever was read of it before.
    pub(crate) async fn look(&self, store: &Store, snapshot: &SnapshotId) {
        self.note(snapshot, &store.manifest(snapshot).await);
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.found().iter().map(ToString::to_string).collect()
    }

    fn found(&self) -> MutexGuard<'_, BTreeSet<SnapshotId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
