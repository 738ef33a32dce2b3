//! How a manifest is read, and when it is refused.

use super::{Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::stored::Manifest;
use serde::Deserialize;

/// The part of a manifest that says how to read the rest.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Store {
    /// The manifest of a complete snapshot. One that is not what the ref log says it was is refused.
    pub async fn manifest(&self, snapshot: &SnapshotId) -> Result<Manifest, StoreError> {
        let (manifest, bytes) = self.manifest_as_found(snapshot).await?;
        self.check_bound(snapshot, &bytes).await?;
        Ok(manifest)
    }

    /// The manifest with its bytes, whatever the ref log says of it: for those who say what is wrong with it.
    pub(super) async fn manifest_as_found(
        &self,
        snapshot: &SnapshotId,
    ) -> Result<(Manifest, Bytes), StoreError> {
        let path = Manifest::path(snapshot);
        let bytes = match self.read(&path).await {
            Err(StoreError::Missing { .. }) => return Err(StoreError::NoSuchSnapshot(snapshot.clone())),
            read => read?,
        };
        let corrupt = |why: String| StoreError::Corrupt { path: path.clone(), why };
        // The format is looked at first: a later one may have fields this program does not know.
        let format: Format = serde_json::from_slice(&bytes).map_err(|error| corrupt(error.to_string()))?;
        if format.format > deklaro_schemas::stored::STORE_FORMAT {
            return Err(StoreError::Newer {
                path,
                found: format.format,
                expected: deklaro_schemas::stored::STORE_FORMAT,
            });
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| corrupt(error.to_string()))?;
        if manifest.snapshot != *snapshot || manifest.format != deklaro_schemas::stored::STORE_FORMAT {
            let (found, format) = (manifest.snapshot, manifest.format);
            return Err(corrupt(format!("it is of snapshot `{found}`, format {format}")));
        }
        Ok((manifest, bytes))
    }
}
