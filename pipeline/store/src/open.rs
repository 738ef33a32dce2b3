//! Opening a store: a folder or a bucket, its format, and the local folder for work in progress.

use super::error::io;
use super::{Store, StoreError, StoreLocation, s3};
use deklaro_schemas::stored::STORE_FORMAT;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMAT_FILE: &str = "store.json";

/// What a store in a bucket needs besides its name.
#[derive(Debug, Clone, Default)]
pub struct Remote {
    /// Local folder for work in progress and for what DuckDB reads: below it lie `staging/` and `cache/`.
    pub work: PathBuf,
    /// Settings named like the AWS tools' environment variables.
    pub settings: Vec<(String, String)>,
}

impl Store {
    /// Opens a local folder, making it and its `store.json` when they are not there.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::make(&StoreLocation::Folder(folder.to_owned()), &Remote::default()).await
    }

    /// Opens a store, making it when it is not there.
    pub async fn make(location: &StoreLocation, remote: &Remote) -> Result<Self, StoreError> {
        if let StoreLocation::Folder(folder) = location {
            make_folder(folder)?;
        }
        let store = Self::at(location, remote)?;
        store.check_creates_once().await?;
        store.make_format().await?;
        Ok(store)
    }

    /// Opens a store that is there; nothing where none is. Writes nothing.
    pub async fn find(location: &StoreLocation, remote: &Remote) -> Result<Option<Self>, StoreError> {
        if matches!(location, StoreLocation::Folder(folder) if !folder.join(FORMAT_FILE).exists()) {
            return Ok(None);
        }
        let store = Self::at(location, remote)?;
        match store.read_record(FORMAT_FILE).await {
            Ok(bytes) => check_format(&bytes).map(|()| Some(store)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same store, its objects reached through something else: tests let them fail there.
    #[must_use]
    pub fn through(&self, wrap: impl Fn(Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore>) -> Self {
        let objects = wrap(self.objects.clone());
        let staging = if self.location.is_local() { objects.clone() } else { wrap(self.staging.clone()) };
        Self { objects, staging, ..self.clone() }
    }

    /// An empty store that keeps nothing on disk, for commands that only look and find no store.
    pub fn nowhere() -> Self {
        let objects: Arc<dyn ObjectStore> = Arc::new(object_store::memory::InMemory::new());
        let location = StoreLocation::Folder(PathBuf::new());
        Self::over((objects.clone(), objects), PathBuf::new(), location)
    }

    /// A store over these objects and this staging.
    pub(super) fn over(
        (objects, staging): (Arc<dyn ObjectStore>, Arc<dyn ObjectStore>),
        work: PathBuf,
        location: StoreLocation,
    ) -> Self {
        let (checked, creates_once, logged) = (Arc::default(), Arc::default(), Arc::default());
        Self { objects, staging, work, location, checked, creates_once, logged }
    }

    fn at(location: &StoreLocation, remote: &Remote) -> Result<Self, StoreError> {
        match location {
            StoreLocation::Folder(folder) => {
                let shown = folder.display().to_string();
                let work =
                    folder.canonicalize().map_err(|source| io(&shown, "opening the folder", source))?;
                let objects: Arc<dyn ObjectStore> = Arc::new(local(&work)?);
                let location = StoreLocation::Folder(work.clone());
                Ok(Self::over((objects.clone(), objects), work, location))
            }
            StoreLocation::S3 { bucket, prefix } => {
                make_folder(&remote.work)?;
                let shown = remote.work.display().to_string();
                let work =
                    remote.work.canonicalize().map_err(|source| io(&shown, "opening the folder", source))?;
                let objects = s3::objects(location, bucket, prefix, &remote.settings)?;
                Ok(Self::over((objects, Arc::new(local(&work)?)), work, location.clone()))
            }
        }
    }

    async fn make_format(&self) -> Result<(), StoreError> {
        let ours = format!("{{\"format\":{STORE_FORMAT}}}\n");
        let bytes = match self.read_record(FORMAT_FILE).await {
            Ok(bytes) => bytes,
            Err(StoreError::Missing { .. }) => match self.create(FORMAT_FILE, ours.into()).await {
                Ok(()) | Err(StoreError::Exists { .. }) => self.read_record(FORMAT_FILE).await?,
                Err(error) => return Err(error),
            },
            Err(error) => return Err(error),
        };
        check_format(&bytes)
    }
}

fn check_format(bytes: &[u8]) -> Result<(), StoreError> {
    let json: serde_json::Value = serde_json::from_slice(bytes)
        .map_err(|error| StoreError::Corrupt { path: FORMAT_FILE.to_owned(), why: error.to_string() })?;
    if json["format"] == STORE_FORMAT {
        return Ok(());
    }
    Err(StoreError::Format { found: json["format"].to_string(), expected: STORE_FORMAT })
}

/// A folder as objects. When a call returns, its bytes are on the disk, not only in the disk's cache.
fn local(folder: &Path) -> Result<LocalFileSystem, StoreError> {
    let shown = folder.display().to_string();
    let objects = LocalFileSystem::new_with_prefix(folder);
    let objects = objects.map_err(|source| StoreError::object(&shown, "opening", source))?;
    Ok(objects.with_automatic_cleanup(true).with_fsync(true))
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let shown = folder.display().to_string();
    std::fs::create_dir_all(folder).map_err(|source| io(&shown, "making the folder", source))
}
