//! The store reads, creates, replaces, lists and deletes objects by path.

use super::logged::Logged;
use super::{StoreError, StoreLocation, error};
use arrow::array::RecordBatch;
use bytes::Bytes;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, RunFile};
use deklaro_schemas::{Row, RunId, Selection, SnapshotId, TableSpec, Timestamp, parquet_file};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// So often a write to a bucket is tried that was refused for something that is not there.
const CREATE_TRIES: u32 = 4;
/// No record of the store's own is longer: who takes in a store made by somebody else takes in no more at once.
const MAX_RECORD: u64 = 64 << 20;

/// Where everything is kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) staging: Arc<dyn ObjectStore>,
    pub(super) work: PathBuf,
    pub(super) location: StoreLocation,
    /// Published files, and local copies of them, that this process has compared with this snapshot's manifest.
    pub(super) checked: Arc<Mutex<BTreeSet<(SnapshotId, String)>>>,
    /// True once this process has seen the bucket refuse to create an object twice.
    pub(super) creates_once: Arc<AtomicBool>,
    /// What this process read in the ref log of the bytes of manifests.
    pub(super) logged: Arc<Mutex<Logged>>,
}

impl Store {
    /// Where the store is.
    pub fn location(&self) -> &StoreLocation {
        &self.location
    }

    /// The folder on this machine with `staging/` and, where the store is elsewhere, `cache/`.
    pub fn work_folder(&self) -> &std::path::Path {
        &self.work
    }

    /// Where something in staging lies on this machine.
    pub fn staging_path(&self, path: &str) -> PathBuf {
        self.work.join(RunFile::STAGING).join(path)
    }

    /// The objects a path belongs to.
    pub(super) fn home_of(&self, path: &str) -> &dyn ObjectStore {
        if is_staging(path) { &*self.staging } else { &*self.objects }
    }

    pub(super) fn failed(&self, path: &str, doing: &'static str, source: object_store::Error) -> StoreError {
        let on_disk = StoreLocation::Folder(self.work.clone());
        let location = if is_staging(path) { &on_disk } else { &self.location };
        StoreError::of_disk(location, path, &source)
            .unwrap_or_else(|| StoreError::object(path, doing, source))
    }

    /// The bytes of an object.
    pub async fn read(&self, path: &str) -> Result<Bytes, StoreError> {
        Ok(self.read_if(path, |_| Ok(())).await?.0)
    }

    /// The bytes of one of the store's own records: a manifest, an entry of a log, a row, a job. Longer than
    /// 64 MiB is none.
    pub async fn read_record(&self, path: &str) -> Result<Bytes, StoreError> {
        Ok(self.read_dated_record(path).await?.0)
    }

    /// The same, and when it was written by the store's clock, which is no writer's.
    pub(super) async fn read_dated_record(&self, path: &str) -> Result<(Bytes, Timestamp), StoreError> {
        let is_short = |length| match length {
            0..=MAX_RECORD => Ok(()),
            long => Err(format!("it has {long} bytes, expected at most {MAX_RECORD}")),
        };
        let (bytes, about) = self.read_if(path, is_short).await?;
        Ok((bytes, Timestamp(about.last_modified.timestamp_micros())))
    }

    /// The bytes of an object whose length `check` finds well; before that no byte is taken.
    pub(super) async fn read_if(
        &self,
        path: &str,
        check: impl Fn(u64) -> Result<(), String>,
    ) -> Result<(Bytes, ObjectMeta), StoreError> {
        let error = |source| self.failed(path, "reading", source);
        let found = self.home_of(path).get(&Path::from(path)).await.map_err(error)?;
        check(found.meta.size).map_err(|why| StoreError::Corrupt { path: path.to_owned(), why })?;
        let about = found.meta.clone();
        Ok((found.bytes().await.map_err(error)?, about))
    }

    /// Writes an object that must not exist yet.
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.check_creates_once().await?;
        for _ in 0..CREATE_TRIES {
            match self.put(path, bytes.clone(), PutMode::Create).await {
                Err(StoreError::Exists { .. }) if !self.location.is_local() => {}
                done => return done,
            }
            match self.read(path).await {
                // A reply that got lost on the network made the client ask again: what is there is ours.
                Ok(found) if found == bytes => return Ok(()),
                Ok(_) => break,
                // S3 says 409 to one of two writes under way at once, and the other one may have failed.
                Err(StoreError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Exists { path: path.to_owned() })
    }

    /// Writes an object, replacing it. Only for `staging/`, `parts/`, `lists/` and `workers/`, which no snapshot refers to.
    pub async fn replace(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        debug_assert!(
            ["staging/", "parts/", "lists/", "workers/"].iter().any(|folder| path.starts_with(folder)),
            "`{path}` may not be overwritten"
        );
        self.put(path, bytes, PutMode::Overwrite).await
    }

    pub(super) async fn put(&self, path: &str, bytes: Bytes, mode: PutMode) -> Result<(), StoreError> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let put = self.home_of(path).put_opts(&Path::from(path), bytes.into(), options).await;
        put.map(|_| ()).map_err(|source| self.failed(path, "writing", source))
    }

    /// True when there is an object at this path.
    pub async fn exists(&self, path: &str) -> Result<bool, StoreError> {
        match self.home_of(path).head(&Path::from(path)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(self.failed(path, "looking up", source)),
        }
    }

    /// Paths and sizes below a folder, sorted by path.
    pub async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let error = |source| self.failed(folder, "listing", source);
        let found = self.home_of(folder).list(Some(&Path::from(folder)));
        let mut paths: Vec<(String, u64)> =
            found.map_ok(|meta| (meta.location.to_string(), meta.size)).try_collect().await.map_err(error)?;
        paths.sort();
        Ok(paths)
    }

    /// Deletes work in progress, or what was left of it.
    pub async fn discard(&self, path: &str) -> Result<(), StoreError> {
        debug_assert!(
            ["staging/", "parts/"].iter().any(|folder| path.starts_with(folder)),
            "`{path}` may not be deleted"
        );
        self.delete(path).await
    }

    /// Deletes an object.
    pub(super) async fn delete(&self, path: &str) -> Result<(), StoreError> {
        let deleted = self.home_of(path).delete(&Path::from(path)).await;
        deleted.map_err(|source| self.failed(path, "deleting", source))
    }

    /// Removes a run's staging folder, `run.json` last: as long as it is there the run is known, and this can be done again.
    ///
    /// `reached` is called after each file; an error from it ends the work there.
    pub async fn clear_staging(
        &self,
        run: &RunId,
        reached: impl Fn(&str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (folder, last) = (RunFile::staging_folder(run), RunFile::staging_path(run));
        let mut files: Vec<String> = self.list(&folder).await?.into_iter().map(|(path, _)| path).collect();
        files.sort_by_key(|path| *path == last);
        for path in files {
            self.delete(&path).await?;
            reached(&path)?;
        }
        match std::fs::remove_dir_all(self.staging_path(run.as_str())) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(error::io(&folder, "deleting", source))
            }
            _ => Ok(()),
        }
    }

    /// Removes what several processes left of a run, `run.json` last: as long as it is there the run is known.
    pub async fn clear_parts(&self, run: &RunId) -> Result<(), StoreError> {
        let (folder, last) = (RunFile::shared_folder(run), RunFile::shared_path(run));
        let mut files: Vec<String> = self.list(&folder).await?.into_iter().map(|(path, _)| path).collect();
        files.sort_by_key(|path| *path == last);
        for path in files {
            match self.delete(&path).await {
                Ok(()) | Err(StoreError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if self.location.is_local() {
            return match std::fs::remove_dir_all(self.work.join(&folder)) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    Err(error::io(&folder, "deleting", source))
                }
                _ => Ok(()),
            };
        }
        Ok(())
    }

    /// The selected columns and rows of all Parquet files below a folder, in path order; empty for an empty
    /// folder.
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

    /// The selected columns and rows of one Parquet file. A published file that differs from its manifest is
    /// not decoded: a flipped bit may leave it readable, with another meaning.
    pub async fn read_parquet_file(
        &self,
        table: &TableSpec,
        path: &str,
        wanted: &Selection,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        decoded(table, path, self.read_published(path).await?, wanted)
    }

    /// The wanted rows of a table in a published snapshot.
    pub async fn read_rows<R: Row>(
        &self,
        snapshot: &SnapshotId,
        wanted: &Selection,
    ) -> Result<Vec<R>, StoreError> {
        let batches = self.read_table(&R::table(), snapshot, wanted).await?;
        deklaro_schemas::batch::all_rows(&batches).map_err(|source| StoreError::Parquet {
            path: Manifest::table_folder(snapshot, R::TABLE),
            source: source.into(),
        })
    }

    /// The same, as batches. The manifest says which files the table has: one that is gone fails by name, and one that
    /// is not listed is not read.
    pub async fn read_table(
        &self,
        table: &TableSpec,
        snapshot: &SnapshotId,
        wanted: &Selection,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for file in self.manifest(snapshot).await?.files {
            if file.kind == FileKind::Table && file.table.as_deref() == Some(table.name) {
                let bytes = self.read_table_file(snapshot, &file).await?;
                batches.extend(decoded(table, &file.store_path(snapshot), bytes, wanted)?);
            }
        }
        Ok(batches)
    }
}

fn decoded(
    table: &TableSpec,
    path: &str,
    bytes: Bytes,
    wanted: &Selection,
) -> Result<Vec<RecordBatch>, StoreError> {
    parquet_file::decode_selected(table, bytes, wanted)
        .map_err(|source| StoreError::Parquet { path: path.to_owned(), source })
}

fn is_staging(path: &str) -> bool {
    path.strip_prefix(RunFile::STAGING).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
