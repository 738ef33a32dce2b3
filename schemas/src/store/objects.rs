use super::StoreError;
use crate::parquet_file;
use crate::{Row, Selection, TableSpec};
use arrow::array::RecordBatch;
use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use std::path::PathBuf;
use std::sync::Arc;

/// Raised when folders or the meaning of the store's own files change.
pub const STORE_FORMAT: u32 = 1;

/// Where everything is kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Store {
    /// Opens a local folder, making it and its `store.json` when they are not there.
    pub async fn open(folder: &std::path::Path) -> Result<Self, StoreError> {
        let shown = folder.display().to_string();
        std::fs::create_dir_all(folder).map_err(|source| Self::io(&shown, "making the folder", source))?;
        let folder =
            folder.canonicalize().map_err(|source| Self::io(&shown, "opening the folder", source))?;
        let local = LocalFileSystem::new_with_prefix(&folder)
            .map_err(|source| StoreError::object(&shown, "opening", source))?;
        let store = Self { objects: Arc::new(local.with_automatic_cleanup(true)), folder };
        store.check_format().await?;
        Ok(store)
    }

    /// An empty store that keeps nothing on disk, for commands that only look and find no store.
    pub fn nowhere() -> Self {
        Self { objects: Arc::new(object_store::memory::InMemory::new()), folder: PathBuf::new() }
    }

    fn io(path: &str, doing: &'static str, source: std::io::Error) -> StoreError {
        StoreError::object(
            path,
            doing,
            object_store::Error::Generic { store: "local", source: Box::new(source) },
        )
    }

    async fn check_format(&self) -> Result<(), StoreError> {
        let path = "store.json";
        let ours = format!("{{\"format\":{STORE_FORMAT}}}\n");
        let bytes = match self.read(path).await {
            Ok(bytes) => bytes,
            Err(StoreError::Missing { .. }) => match self.create(path, ours.clone().into()).await {
                Ok(()) | Err(StoreError::Exists { .. }) => self.read(path).await?,
                Err(error) => return Err(error),
            },
            Err(error) => return Err(error),
        };
        let json: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { path: path.to_owned(), why: error.to_string() })?;
        if json["format"] == STORE_FORMAT {
            return Ok(());
        }
        Err(StoreError::Format { found: json["format"].to_string(), expected: STORE_FORMAT })
    }

    /// The folder on disk.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Where an object lies on disk.
    pub fn local_path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// The bytes of an object.
    pub async fn read(&self, path: &str) -> Result<Bytes, StoreError> {
        let error = |source| StoreError::object(path, "reading", source);
        self.objects.get(&Path::from(path)).await.map_err(error)?.bytes().await.map_err(error)
    }

    /// Writes an object that must not exist yet.
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.put(path, bytes, PutMode::Create).await
    }

    /// Writes an object, replacing it. Only for `staging/` and `lists/`, which no snapshot refers to.
    pub async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        debug_assert!(
            path.starts_with("staging/") || path.starts_with("lists/"),
            "`{path}` may not be overwritten"
        );
        self.put(path, bytes, PutMode::Overwrite).await
    }

    async fn put(&self, path: &str, bytes: Bytes, mode: PutMode) -> Result<(), StoreError> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = self.objects.put_opts(&Path::from(path), bytes.into(), options).await;
        put.map(|_| ()).map_err(|source| StoreError::object(path, "writing", source))
    }

    /// Moves an object to a place where nothing is yet.
    pub(super) async fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let moved = self.objects.rename_if_not_exists(&Path::from(from), &Path::from(to)).await;
        moved.map_err(|source| StoreError::object(to, "moving", source))
    }

    /// True when there is an object at this path.
    pub async fn exists(&self, path: &str) -> Result<bool, StoreError> {
        match self.objects.head(&Path::from(path)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(StoreError::object(path, "looking up", source)),
        }
    }

    /// Paths and sizes below a folder, sorted by path.
    pub async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let error = |source| StoreError::object(folder, "listing", source);
        let found = self.objects.list(Some(&Path::from(folder)));
        let mut paths: Vec<(String, u64)> =
            found.map_ok(|meta| (meta.location.to_string(), meta.size)).try_collect().await.map_err(error)?;
        paths.sort();
        Ok(paths)
    }

    /// Deletes an object.
    pub(super) async fn delete(&self, path: &str) -> Result<(), StoreError> {
        let deleted = self.objects.delete(&Path::from(path)).await;
        deleted.map_err(|source| StoreError::object(path, "deleting", source))
    }

    /// Removes a run's staging folder.
    pub async fn clear_staging(&self, run: &crate::RunId) -> Result<(), StoreError> {
        let folder = format!("staging/{run}");
        for (path, _) in self.list(&folder).await? {
            self.delete(&path).await?;
        }
        match std::fs::remove_dir_all(self.local_path(&folder)) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(Self::io(&folder, "deleting", source))
            }
            _ => Ok(()),
        }
    }

    /// What is wanted of all Parquet files below a folder, in path order; nothing when the folder is empty.
    pub async fn read_parquet(
        &self,
        table: &TableSpec,
        folder: &str,
        wanted: &Selection,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for (path, _) in self.list(folder).await? {
            if path.ends_with(".parquet") {
                batches.extend(self.read_parquet_file(table, &path, wanted).await?);
            }
        }
        Ok(batches)
    }

    /// What is wanted of one Parquet file.
    pub async fn read_parquet_file(
        &self,
        table: &TableSpec,
        path: &str,
        wanted: &Selection,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let bytes = self.read(path).await?;
        parquet_file::decode_selected(table, bytes, wanted)
            .map_err(|source| StoreError::Parquet { path: path.to_owned(), source })
    }

    /// The wanted rows of a table in a published snapshot.
    pub async fn read_rows<R: Row>(
        &self,
        snapshot: &crate::SnapshotId,
        wanted: &Selection,
    ) -> Result<Vec<R>, StoreError> {
        let folder = format!("snapshots/snapshot={snapshot}/tables/{}", R::TABLE);
        let batches = self.read_parquet(&R::table(), &folder, wanted).await?;
        crate::batch::all_rows(&batches)
            .map_err(|source| StoreError::Parquet { path: folder, source: source.into() })
    }
}
