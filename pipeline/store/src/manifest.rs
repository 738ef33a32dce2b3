//! How is a manifest read?

use super::{Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::stored::{Manifest, ManifestError, STORE_FORMAT};

impl Store {
    /// The manifest of a complete snapshot. One that is not what the ref log says it was is refused.
    pub async fn manifest(&self, snapshot: &SnapshotId) -> Result<Manifest, StoreError> {
        let (manifest, bytes) = self.manifest_as_found(snapshot).await?;
        self.check_bound(snapshot, &Manifest::path(snapshot), &bytes).await?;
        Ok(manifest)
    }

    /// The manifest with its bytes, whatever the ref log says of it: for those who say what is wrong with it.
    pub(super) async fn manifest_as_found(
        &self,
        snapshot: &SnapshotId,
    ) -> Result<(Manifest, Bytes), StoreError> {
        let path = Manifest::path(snapshot);
        let bytes = match self.read_record(&path).await {
            Err(StoreError::Missing { .. }) => return Err(StoreError::NoSuchSnapshot(snapshot.clone())),
            read => read?,
        };
        let manifest = Manifest::read(&bytes, snapshot).map_err(|error| refused(path, &error))?;
        Ok((manifest, bytes))
    }
}

/// Why a manifest at this path is refused, as the store says it.
pub(super) fn refused(path: String, error: &ManifestError) -> StoreError {
    match error {
        ManifestError::Newer(found) => StoreError::Newer { path, found: *found, expected: STORE_FORMAT },
        error => StoreError::Corrupt { path, why: error.to_string() },
    }
}
