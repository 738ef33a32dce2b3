//! Files between staging, the store and this machine, piece by piece: memory does not grow with a file's length.

use super::published::{has_hash, has_length};
use super::{Store, StoreError, error};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{Sha256, SnapshotId};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use sha2::Digest;
use std::io::{Read, Write};
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
        self.copy_into(path, |_| Ok(()), &mut std::io::sink()).await
    }

    /// The SHA-256 of a file that this manifest of the snapshot lists. A file of another length is not read.
    pub async fn hash_listed(
        &self,
        snapshot: &SnapshotId,
        file: &ManifestFile,
    ) -> Result<Sha256, StoreError> {
        let path = file.store_path(snapshot);
        self.copy_into(&path, |length| has_length(file, length), &mut std::io::sink()).await
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
        let begun = self.objects.put_multipart(&target).await;
        let mut upload = begun.map_err(|source| self.failed(to, "uploading", source))?;
        let uploaded = self.upload((from, to), size_bytes, &mut *upload).await;
        if uploaded.is_err() {
            // A bucket keeps the parts of an upload that nobody ends, unseen and paid for. One that is broken takes no end either.
            let _best_effort = upload.abort().await;
        }
        uploaded
    }

    /// Sends a staged file in parts.
    async fn upload(
        &self,
        (from, to): (&str, &str),
        size_bytes: u64,
        upload: &mut dyn MultipartUpload,
    ) -> Result<(), StoreError> {
        let error = |source| self.failed(to, "uploading", source);
        for start in (0..size_bytes).step_by(PART_BYTES as usize) {
            let range = start..size_bytes.min(start + PART_BYTES);
            let part = self.staging.get_range(&Path::from(from), range).await;
            let part = part.map_err(|source| self.failed(from, "reading", source))?;
            upload.put_part(PutPayload::from(part)).await.map_err(error)?;
        }
        upload.complete().await.map(|_| ()).map_err(error)
    }

    /// The files of a snapshot on this machine. From a store elsewhere the tables, and the evidence when
    /// asked for, are copied to `cache/`. Each file is copied once. It is compared with the manifest, whose hash
    /// names the folder, when it is copied and once in each process.
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
        let (manifest, bytes) = self.manifest_as_found(snapshot).await?;
        self.check_bound(snapshot, &Manifest::path(snapshot), &bytes).await?;
        let base = self.work.join("cache").join(Sha256::of(&bytes).as_str());
        for file in &manifest.files {
            if file.kind == FileKind::Table || (with_evidence && file.kind == FileKind::Evidence) {
                self.download(file, snapshot, &base).await?;
            }
        }
        Ok(LocalSnapshot { folder: base.join(Manifest::folder(snapshot)), evidence: base.join(evidence) })
    }

    /// Copies a file of a snapshot below `base`, where it is not there yet or is not what it should be. The copy gets its name
    /// when its bytes are on the disk and have the manifest's hash.
    async fn download(
        &self,
        file: &ManifestFile,
        snapshot: &SnapshotId,
        base: &std::path::Path,
    ) -> Result<(), StoreError> {
        let path = file.store_path(snapshot);
        let to = base.join(&path);
        let shown = to.display().to_string();
        if self.is_checked(snapshot, &shown) {
            return Ok(());
        }
        let failed = |source| error::io(&shown, "copying", source);
        if hash_of(&to).map_err(failed)?.is_some_and(|found| found == file.sha256) {
            self.note_checked(snapshot, shown);
            return Ok(());
        }
        let folder = to.parent().unwrap_or(base);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut copy = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let found = self.copy_into(&path, |length| has_length(file, length), &mut copy).await?;
        has_hash(&path, file, &found)?;
        copy.as_file().sync_all().map_err(failed)?;
        copy.persist(&to).map_err(|error| failed(error.error))?;
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        self.note_checked(snapshot, shown);
        Ok(())
    }

    /// Writes an object's bytes and gives their hash, where `check` finds its length well.
    async fn copy_into(
        &self,
        path: &str,
        check: impl Fn(u64) -> Result<(), String>,
        to: &mut impl Write,
    ) -> Result<Sha256, StoreError> {
        let error = |source| self.failed(path, "reading", source);
        let found = self.home_of(path).get(&Path::from(path)).await.map_err(error)?;
        check(found.meta.size).map_err(|why| StoreError::Corrupt { path: path.to_owned(), why })?;
        let (mut pieces, mut hasher) = (found.into_stream(), sha2::Sha256::new());
        while let Some(piece) = pieces.try_next().await.map_err(error)? {
            hasher.update(&piece);
            to.write_all(&piece).map_err(|source| error::io(path, "copying", source))?;
        }
        Ok(Sha256::of_hasher(hasher))
    }
}

/// The SHA-256 of a file on this machine; nothing where there is none.
fn hash_of(file: &std::path::Path) -> std::io::Result<Option<Sha256>> {
    let mut file = match std::fs::File::open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut hasher = sha2::Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Some(Sha256::of_hasher(hasher))),
            length => hasher.update(&piece[..length]),
        }
    }
}
