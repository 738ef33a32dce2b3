//! Time stamps of manifests and of the ref log (RFC 3161): kept as they came. What they say is read elsewhere.

use super::{Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::{Manifest, RefEntry};

/// What a time-stamp authority is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampSubject<'a> {
    /// The manifest of a snapshot.
    Manifest(&'a SnapshotId),
    /// The entry of the ref log with this number, and all before it.
    Entry(u64),
}

impl StampSubject<'_> {
    /// Where the authority's answer is kept.
    pub fn path(self) -> String {
        match self {
            Self::Manifest(snapshot) => Manifest::timestamp_path(snapshot),
            Self::Entry(sequence) => RefEntry::timestamp_path(sequence),
        }
    }
}

impl Store {
    /// The bytes of a complete snapshot's manifest, which is what its time stamp is about.
    pub async fn manifest_bytes(&self, snapshot: &SnapshotId) -> Result<Bytes, StoreError> {
        let (_, bytes) = self.manifest_as_found(snapshot).await?;
        self.check_bound(snapshot, &Manifest::path(snapshot), &bytes).await?;
        Ok(bytes)
    }

    /// The bytes that a time stamp is about.
    pub async fn stamped_bytes(&self, subject: StampSubject<'_>) -> Result<Bytes, StoreError> {
        match subject {
            StampSubject::Manifest(snapshot) => self.manifest_bytes(snapshot).await,
            StampSubject::Entry(sequence) => self.read_record(&RefEntry::path_of(sequence)).await,
        }
    }

    /// What the authority answered; nothing where none was asked.
    pub async fn timestamp(&self, subject: StampSubject<'_>) -> Result<Option<Bytes>, StoreError> {
        match self.read_record(&subject.path()).await {
            Ok(answer) => Ok(Some(answer)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the answer; what it is about stays as it is. Of two that come at once the first stays.
    pub async fn keep_timestamp(&self, subject: StampSubject<'_>, answer: Bytes) -> Result<(), StoreError> {
        if let StampSubject::Manifest(snapshot) = subject
            && self.history().await?.state(snapshot) == Some(SnapshotState::Vacuumed)
        {
            return Err(StoreError::NoSuchSnapshot(snapshot.clone()));
        }
        self.create(&subject.path(), answer).await
    }
}
