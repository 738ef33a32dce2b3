//! Which store is this? Its id is made when the first text is signed for it, and never changes.

use super::{Store, StoreError};
use deklaro_schemas::StoreId;
use serde::{Deserialize, Serialize};

const PATH: &str = "store-id.json";

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: StoreId,
}

impl Store {
    /// The store's id; nothing where nothing was signed for it yet.
    pub async fn id(&self) -> Result<Option<StoreId>, StoreError> {
        let bytes = match self.read_record(PATH).await {
            Ok(bytes) => bytes,
            Err(StoreError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let named: Named = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { path: PATH.to_owned(), why: error.to_string() })?;
        Ok(Some(named.id))
    }

    /// The store's id; one is made where there is none. Of two that are made at once the first stays.
    pub async fn make_id(&self) -> Result<StoreId, StoreError> {
        if let Some(id) = self.id().await? {
            return Ok(id);
        }
        let id = uuid::Uuid::new_v4();
        match self.create(PATH, format!("{{\"id\":\"{id}\"}}\n").into()).await {
            Ok(()) | Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error),
        }
        self.id().await?.ok_or_else(|| StoreError::Missing { path: PATH.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_keeps_the_first_id_it_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(store.id().await.unwrap(), None);
        let (one, other) = futures::join!(store.make_id(), store.make_id());
        assert_eq!(one.unwrap(), other.unwrap());
        assert_eq!(store.id().await.unwrap(), Some(store.make_id().await.unwrap()));
        let another =
            Store::open(tempfile::tempdir().unwrap().path()).await.unwrap().make_id().await.unwrap();
        assert_ne!(store.make_id().await.unwrap(), another);
    }

    #[tokio::test]
    async fn a_broken_id_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        std::fs::write(folder.path().join(PATH), "{\"id\":\"x\\nrule drills\"}").unwrap();
        assert!(matches!(store.make_id().await, Err(StoreError::Corrupt { .. })));
    }
}
