//! Time stamps of manifests (RFC 3161): kept as they came. What they say is read elsewhere.

use super::{Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::Manifest;

impl Store {
    /// The bytes of a complete snapshot's manifest, which is what its time stamp is about.
    pub async fn manifest_bytes(&self, snapshot: &SnapshotId) -> Result<Bytes, StoreError> {
        Ok(self.manifest_and_bytes(snapshot).await?.1)
    }

    /// What the authority answered about the manifest; nothing where none was asked.
    pub async fn timestamp(&self, snapshot: &SnapshotId) -> Result<Option<Bytes>, StoreError> {
        match self.read_record(&Manifest::timestamp_path(snapshot)).await {
            Ok(answer) => Ok(Some(answer)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the answer beside the manifest, which stays as it is. Of two that come at once the first stays.
    pub async fn keep_timestamp(&self, snapshot: &SnapshotId, answer: Bytes) -> Result<(), StoreError> {
        if self.history().await?.state(snapshot) == Some(SnapshotState::Vacuumed) {
            return Err(StoreError::NoSuchSnapshot(snapshot.clone()));
        }
        self.create(&Manifest::timestamp_path(snapshot), answer).await
    }
}
