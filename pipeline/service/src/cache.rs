//! Files of snapshots in memory: read once, checked against the manifest, at most so many bytes of them.

use super::index::Index;
use bytes::Bytes;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{Sha256, SnapshotId};
use deklaro_store::{Store, StoreError};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// A file's bytes and what was made of them.
#[derive(Debug)]
pub(crate) struct CachedFile {
    /// As stored.
    pub bytes: Bytes,
    gzip: OnceCell<Bytes>,
    index: OnceCell<Arc<Index>>,
}

/// Where a file is on its way into memory, or is already.
#[derive(Debug, Default)]
struct Place {
    cell: Arc<OnceCell<Arc<CachedFile>>>,
    bytes: u64,
    used: u64,
}

#[derive(Debug, Default)]
struct Places {
    by_hash: HashMap<Sha256, Place>,
    clock: u64,
}

/// The files, the longest unused of which go first.
#[derive(Debug)]
pub(crate) struct Cache {
    max_bytes: u64,
    places: Mutex<Places>,
}

impl Cache {
    /// So many bytes at most; a file under way does not count until it is there.
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self { max_bytes, places: Mutex::default() }
    }

    /// A file of a snapshot. Many that ask at once read it once.
    pub(crate) async fn file(
        &self,
        store: &Store,
        snapshot: &SnapshotId,
        file: &ManifestFile,
    ) -> Result<Arc<CachedFile>, StoreError> {
        let cell = self.cell(file);
        let kept = cell.get_or_try_init(|| read(store, snapshot, file)).await.cloned();
        self.settle(&file.sha256, kept.is_ok());
        kept
    }

    fn cell(&self, file: &ManifestFile) -> Arc<OnceCell<Arc<CachedFile>>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.clock += 1;
        let clock = places.clock;
        let place = places.by_hash.entry(file.sha256.clone()).or_default();
        // A sixth more for its compressed form and its index.
        (place.used, place.bytes) = (clock, file.size_bytes + file.size_bytes / 6);
        place.cell.clone()
    }

    /// Drops what there is no room for; what is being answered with stays in memory until it is sent.
    fn settle(&self, asked: &Sha256, is_read: bool) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_read {
            places.by_hash.remove(asked);
        }
        while places.by_hash.values().map(|place| place.bytes).sum::<u64>() > self.max_bytes {
            let Some(oldest) = places.by_hash.iter().min_by_key(|(_, place)| place.used) else { return };
            let oldest = oldest.0.clone();
            places.by_hash.remove(&oldest);
        }
    }
}

async fn read(
    store: &Store,
    snapshot: &SnapshotId,
    file: &ManifestFile,
) -> Result<Arc<CachedFile>, StoreError> {
    let bytes = store.read_file(snapshot, file).await?;
    Ok(Arc::new(CachedFile { bytes, gzip: OnceCell::new(), index: OnceCell::new() }))
}

impl CachedFile {
    /// The bytes, compressed once.
    pub(crate) async fn gzip(&self) -> anyhow::Result<Bytes> {
        let make = || {
            let bytes = self.bytes.clone();
            async move { anyhow::Ok(tokio::task::spawn_blocking(move || compressed(&bytes)).await??) }
        };
        self.gzip.get_or_try_init(make).await.cloned()
    }

    /// Where each host's record is in an artifact as JSON, looked up once.
    pub(crate) async fn index(&self) -> anyhow::Result<Arc<Index>> {
        let make = || {
            let bytes = self.bytes.clone();
            async move { tokio::task::spawn_blocking(move || Index::of(&bytes).map(Arc::new)).await? }
        };
        self.index.get_or_try_init(make).await.cloned()
    }
}

fn compressed(bytes: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::RunMonth;
    use deklaro_schemas::codes::FileKind;

    fn file(name: &str, content: &str) -> ManifestFile {
        ManifestFile {
            path: format!("artifacts/{name}.json").parse().unwrap(),
            kind: FileKind::Artifact,
            table: None,
            sha256: Sha256::of(content.as_bytes()),
            size_bytes: content.len() as u64,
            row_count: None,
        }
    }

    #[tokio::test]
    async fn files_are_read_once_checked_and_dropped_when_there_is_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let snapshot = SnapshotId::new(RunMonth::parse("2026-11").unwrap(), 0);
        let contents = ["a".repeat(60), "b".repeat(60), "c".repeat(60)];
        let files: Vec<ManifestFile> = contents.iter().map(|text| file(&text[..1], text)).collect();
        for (file, content) in files.iter().zip(&contents) {
            store.create(&file.store_path(&snapshot), content.clone().into()).await.unwrap();
        }
        let cache = Cache::new(150);
        let first = cache.file(&store, &snapshot, &files[0]).await.unwrap();
        assert!(Arc::ptr_eq(&first, &cache.file(&store, &snapshot, &files[0]).await.unwrap()));
        for file in &files {
            cache.file(&store, &snapshot, file).await.unwrap();
        }
        assert_eq!(cache.places.lock().unwrap().by_hash.len(), 2);
        assert!(!Arc::ptr_eq(&first, &cache.file(&store, &snapshot, &files[0]).await.unwrap()), "read anew");
        let other = ManifestFile { sha256: Sha256::of(b"other"), ..files[0].clone() };
        let damaged = cache.file(&store, &snapshot, &other).await;
        assert!(matches!(damaged, Err(StoreError::Corrupt { .. })));
        assert!(first.gzip().await.unwrap().len() < 60);
    }
}
