//! Does a snapshot's manifest have the bytes that the ref log says it had when the snapshot became readable?

use super::logged::{Bound, Logged, Named, ToBind};
use super::{Finding, History, Store, StoreError};
use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::{Manifest, RefEntry};
use deklaro_schemas::{Sha256, SnapshotId};
use std::sync::{MutexGuard, PoisonError};

impl Store {
    /// What the ref log says of the manifest's bytes, log and manifest read once more.
    pub async fn bound(&self, snapshot: &SnapshotId) -> Result<Bound, StoreError> {
        let (_, bytes) = self.manifest_as_found(snapshot).await?;
        let logged = Logged::of(&self.refs().await?);
        Ok(Bound::of(logged.of_snapshot(snapshot), Sha256::of(&bytes)))
    }

    /// Tombstones of deleted snapshots that are gone, or are not the manifests that the ref log names.
    pub async fn changed_tombstones(&self) -> Result<Vec<Finding>, StoreError> {
        let entries = self.refs().await?;
        let (history, logged) = (History::of(&entries), Logged::of(&entries));
        let mut findings = Vec::new();
        for (snapshot, _) in history.snapshots().filter(|(_, state)| *state == SnapshotState::Vacuumed) {
            let path = Manifest::tombstone_path(snapshot);
            let problem = match self.hash(&path).await {
                Err(StoreError::Missing { .. }) => Some("missing".to_owned()),
                hashed => Bound::of(logged.of_snapshot(snapshot), hashed?).problem(),
            };
            findings.extend(problem.map(|problem| Finding { path, problem }));
        }
        Ok(findings)
    }

    /// Fails where the bytes at this path are not those of the manifest that the ref log names.
    pub(super) async fn check_bound(
        &self,
        snapshot: &SnapshotId,
        path: &str,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let named = self.named(snapshot).await?;
        Bound::of(&named, Sha256::of(bytes)).checked(path.to_owned())
    }

    /// The manifest that an entry with this action is to name, read back from the store.
    pub(super) async fn manifest_to_bind(
        &self,
        action: RefAction,
        snapshot: &SnapshotId,
    ) -> Result<ToBind, StoreError> {
        match action {
            RefAction::Publish | RefAction::Rollback | RefAction::Restore => {}
            RefAction::Retract | RefAction::Expire | RefAction::Vacuum => return Ok(ToBind::Nothing),
        }
        match self.read_record(&Manifest::path(snapshot)).await {
            Ok(bytes) => Ok(ToBind::Found(Sha256::of(&bytes))),
            Err(StoreError::Missing { .. }) => Ok(ToBind::Missing),
            Err(error) => Err(error),
        }
    }

    /// The names of a manifest's bytes. What was read once holds; a snapshot without a name is looked for again when the log has grown.
    async fn named(&self, snapshot: &SnapshotId) -> Result<Vec<Named>, StoreError> {
        let known = self.logged().of_snapshot(snapshot).to_vec();
        if !known.is_empty() {
            return Ok(known);
        }
        let entries = self.list(RefEntry::FOLDER).await?.len();
        if entries != self.logged().entries {
            let logged = Logged::of(&self.refs().await?);
            *self.logged() = logged;
        }
        Ok(self.logged().of_snapshot(snapshot).to_vec())
    }

    fn logged(&self) -> MutexGuard<'_, Logged> {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
