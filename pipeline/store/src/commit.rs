//! A commit makes a run's staged files a snapshot, and the snapshot current, step by step.

use super::manifest::refused;
use super::{History, Store, StoreError};
use bytes::Bytes;
use deklaro_schemas::codes::{FileKind, RefAction};
use deklaro_schemas::stored::{Manifest, ManifestFile, RefEntry};
use deklaro_schemas::{RunId, RunMonth, Sha256, SnapshotId, Timestamp};

/// The steps of a commit, in order; a test stops after each and looks at what readers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitStep {
    /// One more file was moved to its place.
    Placed,
    /// Files were moved to their place, nothing points to them.
    Moved,
    /// The manifest stands: the snapshot is complete, but not current.
    Complete,
    /// The ref was appended: the snapshot is current.
    Published,
}

/// Files of a run that wait in staging, hashed as they were written.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Staged {
    /// The files, in order of writing.
    pub files: Vec<ManifestFile>,
    /// The snapshot that was current when they were put together, and must still be when they are published.
    #[serde(default)]
    pub base: Option<SnapshotId>,
}

impl Store {
    /// Takes the next free snapshot of a month for this run. A claim is create-only, so two runs never share one.
    pub async fn claim_snapshot(&self, month: RunMonth, run: &RunId) -> Result<SnapshotId, StoreError> {
        for counter in 0.. {
            let snapshot = SnapshotId::new(month, counter);
            // The number of a snapshot whose files are deleted is not given again.
            if self.exists(&Manifest::tombstone_path(&snapshot)).await? {
                continue;
            }
            let path = Manifest::claim_path(&snapshot);
            let claim = serde_json::json!({ "run_id": run }).to_string();
            match self.create(&path, claim.into()).await {
                Ok(()) => return Ok(snapshot),
                Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("the counter does not end before a free number is found")
    }

    /// True when files of this snapshot are at their place already. They never change: a run that cannot go
    /// on where they were written takes another number.
    pub async fn is_begun(&self, snapshot: &SnapshotId) -> Result<bool, StoreError> {
        let claim = Manifest::claim_path(snapshot);
        let of_snapshot = self.list(&Manifest::folder(snapshot)).await?;
        let of_evidence = self.list(&Manifest::evidence_folder(snapshot)).await?;
        Ok(of_snapshot.iter().chain(&of_evidence).any(|(path, _)| *path != claim))
    }

    /// Writes a file into the run's staging and notes its hash.
    pub async fn stage(
        &self,
        run: &RunId,
        staged: &mut Staged,
        path: &str,
        kind: FileKind,
        table: Option<(&str, i64)>,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let file = ManifestFile {
            path: path.parse().map_err(StoreError::Path)?,
            kind,
            table: table.map(|(name, _)| name.to_owned()),
            sha256: Sha256::of(&bytes),
            size_bytes: bytes.len() as u64,
            row_count: table.map(|(_, rows)| rows),
        };
        self.replace(&file.staged_path(run), bytes.into()).await?;
        staged.files.retain(|other| other.path != file.path);
        staged.files.push(file);
        Ok(())
    }

    /// Where staged files lie on disk before the commit.
    pub fn staged_folder(&self, run: &RunId) -> std::path::PathBuf {
        self.staging_path(&format!("{run}/snapshot"))
    }

    /// Makes the staged files a snapshot and the snapshot current. Calling it again after a crash goes on where it stopped.
    ///
    /// `reached` is called after each step; an error from it ends the commit there.
    pub async fn commit(
        &self,
        manifest: Manifest,
        staged: &Staged,
        reached: impl Fn(CommitStep) -> Result<(), StoreError>,
    ) -> Result<Manifest, StoreError> {
        let manifest = self.complete(manifest, staged, &reached).await?;
        self.publish_once(&manifest, staged.base.as_ref()).await?;
        reached(CommitStep::Published)?;
        Ok(manifest)
    }

    /// Makes the staged files a snapshot, and leaves the current one as it is. Calling it again after a crash goes on where it
    /// stopped.
    pub async fn complete(
        &self,
        mut manifest: Manifest,
        staged: &Staged,
        reached: impl Fn(CommitStep) -> Result<(), StoreError>,
    ) -> Result<Manifest, StoreError> {
        manifest.files.clone_from(&staged.files);
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        manifest.check_files().map_err(|error| refused(Manifest::path(&manifest.snapshot), &error))?;
        self.check_base(&manifest.snapshot, staged.base.as_ref()).await?;
        for file in &manifest.files {
            self.place(&manifest, file).await?;
            reached(CommitStep::Placed)?;
        }
        reached(CommitStep::Moved)?;
        let manifest = self.write_manifest(manifest).await?;
        reached(CommitStep::Complete)?;
        Ok(manifest)
    }

    /// Makes a complete snapshot current, if what it was put together on is current still. One that was published before is
    /// refused.
    pub async fn publish_held(
        &self,
        held: &deklaro_schemas::stored::WaitingSnapshot,
        at: Timestamp,
        reason: &str,
    ) -> Result<RefEntry, StoreError> {
        self.check_held(held).await?;
        let check = |history: &History| superseded(history, &held.snapshot, held.base.as_ref());
        let entry = (RefAction::Publish, &held.snapshot, Some(&held.run_id));
        let heads = self.registry_heads().await?;
        self.append_ref_if(entry, (at, Some(reason), &heads), check).await
    }

    /// Fails where the manifest is not the one that the run put on record when it began to wait.
    async fn check_held(&self, held: &deklaro_schemas::stored::WaitingSnapshot) -> Result<(), StoreError> {
        let found = Sha256::of(&self.manifest_bytes(&held.snapshot).await?);
        match &held.manifest_sha256 {
            Some(expected) if *expected != found => Err(StoreError::Changed {
                path: Manifest::path(&held.snapshot),
                witness: "the registry's table `held`".to_owned(),
                found,
                expected: expected.clone(),
            }),
            _ => Ok(()),
        }
    }

    async fn place(&self, manifest: &Manifest, file: &ManifestFile) -> Result<(), StoreError> {
        let to = file.store_path(&manifest.snapshot);
        if self.exists(&to).await? {
            // Moved before a crash; the hash shows that it is the same file.
            let is_same = self.hash(&to).await? == file.sha256;
            return if is_same { Ok(()) } else { Err(StoreError::Exists { path: to }) };
        }
        self.place_file(&file.staged_path(&manifest.run_id), &to, file.size_bytes).await
    }

    async fn write_manifest(&self, manifest: Manifest) -> Result<Manifest, StoreError> {
        let mut json = serde_json::to_vec_pretty(&manifest).expect("a manifest has only texts and numbers");
        json.push(b'\n');
        match self.create(&Manifest::path(&manifest.snapshot), Bytes::from(json)).await {
            Ok(()) => Ok(manifest),
            Err(StoreError::Exists { path }) => {
                let there = self.manifest(&manifest.snapshot).await?;
                let is_ours = there.run_id == manifest.run_id && there.files == manifest.files;
                if is_ours { Ok(there) } else { Err(StoreError::Exists { path }) }
            }
            Err(error) => Err(error),
        }
    }

    /// Fails unless the files' base is still current, or the files are published already.
    async fn check_base(&self, snapshot: &SnapshotId, base: Option<&SnapshotId>) -> Result<(), StoreError> {
        superseded(&self.history().await?, snapshot, base)
    }

    async fn publish_once(&self, manifest: &Manifest, base: Option<&SnapshotId>) -> Result<(), StoreError> {
        let snapshot = &manifest.snapshot;
        if self.history().await?.state(snapshot).is_some() {
            return Ok(());
        }
        let check = |history: &History| superseded(history, snapshot, base);
        let entry = (RefAction::Publish, snapshot, Some(&manifest.run_id));
        self.append_ref_if(entry, (manifest.created_at, None, &[]), check).await.map(|_| ())
    }
}

/// Files put together on a snapshot carry its rows: published on another one they would take back what that one brought.
fn superseded(history: &History, snapshot: &SnapshotId, base: Option<&SnapshotId>) -> Result<(), StoreError> {
    if history.state(snapshot).is_some() || history.current() == base {
        return Ok(());
    }
    let named = |id: Option<&SnapshotId>| id.map_or_else(|| "none".to_owned(), ToString::to_string);
    let (base, current) = (named(base), named(history.current()));
    Err(StoreError::Superseded { snapshot: snapshot.clone(), base, current })
}
