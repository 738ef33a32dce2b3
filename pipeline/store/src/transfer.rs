//! Files between staging, the store and this machine, piece by piece: memory does not grow with a file's length.

use super::{Store, StoreError, error};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{Sha256, SnapshotId};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use sha2::Digest;
use std::io::Write;
use std::path::PathBuf;

/// Longer files go to a bucket in parts of this length; S3 asks for at least 5 MiB.
const PART_BYTES: u64 = 8 << 20;

/// A snapshot's files on this machine, for DuckDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalSnapshot {
    /// Folder of the snapshot.
    pub folder: PathBuf,
    /// Folder of its page bytes.
    pub evidence: PathBuf,
}

impl LocalSnapshot {
    /// Folder with one folder of Parquet files per table.
    pub fn tables(&self) -> PathBuf {
        self.folder.join("tables")
    }
}

impl Store {
    /// The SHA-256 of an object.
    pub(super) async fn hash(&self, path: &str) -> Result<Sha256, StoreError> {
        self.copy_into(path, &mut std::io::sink()).await
    }

    /// Moves a staged file to its place, where nothing is yet.
    pub(super) async fn place_file(&self, from: &str, to: &str, size_bytes: u64) -> Result<(), StoreError> {
        let (source, target) = (Path::from(from), Path::from(to));
        if self.location.is_local() {
            let moved = self.objects.rename_if_not_exists(&source, &target).await;
            return moved.map_err(|source| self.failed(to, "moving", source));
        }
        if size_bytes <= PART_BYTES {
            return self.create(to, self.read(from).await?).await;
        }
        // The folder is this run's alone (it is claimed, and the run's lease is held), so parts need not be created once.
        let error = |source| self.failed(to, "uploading", source);
        let mut upload = self.objects.put_multipart(&target).await.map_err(error)?;
        for start in (0..size_bytes).step_by(PART_BYTES as usize) {
            let range = start..size_bytes.min(start + PART_BYTES);
            let part = self.staging.get_range(&source, range).await;
            let part = part.map_err(|source| self.failed(from, "reading", source))?;
            upload.put_part(PutPayload::from(part)).await.map_err(error)?;
        }
        upload.complete().await.map(|_| ()).map_err(error)
    }

    /// The files of a snapshot on this machine. From a store elsewhere the tables, and the evidence when
    /// asked for, are copied to `cache/`. Each file is copied once and checked against the manifest, whose
    /// hash names the folder.
    pub async fn local_snapshot(
        &self,
        snapshot: &SnapshotId,
        with_evidence: bool,
    ) -> Result<LocalSnapshot, StoreError> {
        let evidence = Manifest::evidence_folder(snapshot);
        if self.location.is_local() {
            let folder = self.work.join(Manifest::folder(snapshot));
            return Ok(LocalSnapshot { folder, evidence: self.work.join(evidence) });
        }
        let manifest = self.manifest(snapshot).await?;
        let name = Sha256::of(&self.read(&Manifest::path(snapshot)).await?);
        let base = self.work.join("cache").join(name.as_str());
        for file in &manifest.files {
            if file.kind == FileKind::Table || (with_evidence && file.kind == FileKind::Evidence) {
                self.download(file, snapshot, &base).await?;
            }
        }
        Ok(LocalSnapshot { folder: base.join(Manifest::folder(snapshot)), evidence: base.join(evidence) })
    }

    /// Copies a file of a snapshot below `base`, where it is not there yet.
    async fn download(
        &self,
        file: &ManifestFile,
        snapshot: &SnapshotId,
        base: &std::path::Path,
    ) -> Result<(), StoreError> {
        let path = file.store_path(snapshot);
        let to = base.join(&path);
        if to.exists() {
            return Ok(());
        }
        let failed = |source| error::io(&to.display().to_string(), "copying", source);
        let folder = to.parent().unwrap_or(base);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut copy = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let found = self.copy_into(&path, &mut copy).await?;
        if found != file.sha256 {
            let why = format!("sha256 is `{found}`, expected `{}`", file.sha256);
            return Err(StoreError::Corrupt { path, why });
        }
        copy.persist(&to).map(|_| ()).map_err(|error| failed(error.error))
    }

    /// Writes an object's bytes and gives their hash.
    async fn copy_into(&self, path: &str, to: &mut impl Write) -> Result<Sha256, StoreError> {
        let error = |source| self.failed(path, "reading", source);
        let found = self.home_of(path).get(&Path::from(path)).await.map_err(error)?;
        let (mut pieces, mut hasher) = (found.into_stream(), sha2::Sha256::new());
        while let Some(piece) = pieces.try_next().await.map_err(error)? {
            hasher.update(&piece);
            to.write_all(&piece).map_err(|source| error::io(path, "copying", source))?;
        }
        Ok(Sha256::of_hasher(hasher))
    }
}
