//! Does this bucket create an object only once?
//!
//! Everything that must not be overwritten rests on `If-None-Match: *`: leases, numbers of snapshots, refs, manifests. A server that
//! passes the header over gives every owner the same lease, and nobody notices.

use super::{Store, StoreError};
use object_store::PutMode;
use std::sync::atomic::Ordering;

/// The object that is created once in a bucket, and refused ever after.
const PROBE: &str = "probe/create-only.txt";
const TEXT: &str = "deklaro writes this once; a bucket that lets it be written again holds no store\n";

impl Store {
    /// Fails with [`StoreError::Lax`] where the bucket overwrites an object that is there already. Asked once in a process, before
    /// the first object is created.
    pub(super) async fn check_creates_once(&self) -> Result<(), StoreError> {
        if self.location.is_local() || self.creates_once.load(Ordering::Relaxed) {
            return Ok(());
        }
        // The first time it is created; then, and at every later opening, it must be refused.
        for _ in 0..2 {
            match self.put(PROBE, TEXT.into(), PutMode::Create).await {
                Ok(()) => {}
                Err(StoreError::Exists { .. }) => {
                    self.creates_once.store(true, Ordering::Relaxed);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Lax { location: self.location.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::StoreLocation;
    use super::*;
    use object_store::memory::InMemory;
    use std::path::PathBuf;
    use std::sync::Arc;

    /// A bucket in memory, which creates once.
    fn sound() -> Store {
        let (objects, staging) = (Arc::new(InMemory::new()), Arc::new(InMemory::new()));
        let location = StoreLocation::S3 { bucket: "b".to_owned(), prefix: String::new() };
        Store::over((objects, staging), PathBuf::new(), location)
    }

    #[tokio::test]
    async fn a_bucket_that_creates_once_is_asked_once() {
        let store = sound();
        store.create("refs/log/1.json", "a".into()).await.unwrap();
        assert!(store.exists(PROBE).await.unwrap());
        store.delete(PROBE).await.unwrap();
        store.create("refs/log/2.json", "a".into()).await.unwrap();
        assert!(!store.exists(PROBE).await.unwrap(), "not asked again");
        let again = Store { creates_once: Arc::default(), ..store };
        again.create("refs/log/3.json", "a".into()).await.unwrap();
        assert!(again.exists(PROBE).await.unwrap());
    }
}
