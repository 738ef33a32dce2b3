//! Where the page bytes of a snapshot lie, and how they are handed on file after file.

use crate::select::{filter_text, texts};
use deklaro_console::UsageError;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Body, Fetch};
use deklaro_schemas::{Row, Selection, Sha256, SnapshotId, batch};
use deklaro_store::Store;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio_util::task::AbortOnDropHandle;

/// Where the bodies of a snapshot lie.
pub(super) struct StoredBodies {
    snapshot: SnapshotId,
    pub(super) files: Vec<ManifestFile>,
    file_of: HashMap<Sha256, usize>,
}

impl StoredBodies {
    pub(super) async fn of(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Self> {
        let manifest = store.manifest(snapshot).await?;
        let files: Vec<ManifestFile> =
            manifest.files.into_iter().filter(|file| file.kind == FileKind::Evidence).collect();
        let mut file_of = HashMap::new();
        let column = "body_sha256";
        for (index, file) in files.iter().enumerate() {
            let path = file.store_path(snapshot);
            let rows = store.read_parquet_file(&Body::table(), &path, &Selection::columns(&[column])).await?;
            for sha256 in texts(&rows, column)? {
                file_of.insert(Sha256::parse(&sha256)?, index);
            }
        }
        Ok(Self { snapshot: snapshot.clone(), files, file_of })
    }

    /// The files that hold these bodies, in order; a body that is not kept any more cannot be read again.
    pub(super) fn files_of(&self, wanted: &HashSet<Sha256>) -> anyhow::Result<BTreeSet<usize>> {
        let of = |sha256| {
            self.file_of.get(sha256).copied().ok_or_else(|| {
                let message =
                    format!("the page `{sha256}` of snapshot `{}` is not kept any more", self.snapshot);
                UsageError::new(message, "its evidence has expired; make a new run").into()
            })
        };
        wanted.iter().map(of).collect()
    }

    /// Hands on the wanted bodies of these files, file after file, the next one on its way meanwhile.
    pub(super) async fn each(
        &self,
        store: &Store,
        files: impl IntoIterator<Item = usize>,
        wanted: &Arc<HashSet<Sha256>>,
        mut read: impl FnMut(&HashMap<Sha256, Body>),
    ) -> anyhow::Result<()> {
        let mut files = files.into_iter();
        let mut next = files.next().map(|file| self.bodies(store, file, wanted));
        while let Some(bodies) = next {
            let bodies = bodies.await??;
            next = files.next().map(|file| self.bodies(store, file, wanted));
            read(&bodies);
        }
        Ok(())
    }

    /// The wanted bodies of a file, on their way from now on; given up when nobody waits for them any more.
    fn bodies(&self, store: &Store, file: usize, wanted: &Arc<HashSet<Sha256>>) -> AbortOnDropHandle<Bodies> {
        let path = self.files[file].store_path(&self.snapshot);
        let (store, wanted) = (store.clone(), Arc::clone(wanted));
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut bodies = HashMap::new();
            for rows in store.read_parquet_file(&Body::table(), &path, &Selection::all()).await? {
                let is_wanted = |text: Option<&str>| {
                    text.and_then(|text| Sha256::parse(text).ok())
                        .is_some_and(|sha256| wanted.contains(&sha256))
                };
                let rows: Vec<Body> = batch::all_rows(&[filter_text(&rows, "body_sha256", is_wanted)?])?;
                bodies.extend(rows.into_iter().map(|body| (body.body_sha256.clone(), body)));
            }
            Ok(bodies)
        }))
    }
}

/// The hashes of what these fetches brought.
pub(super) fn hashes<'a>(fetches: impl IntoIterator<Item = &'a Fetch>) -> Arc<HashSet<Sha256>> {
    Arc::new(fetches.into_iter().filter_map(|fetch| fetch.body_sha256.clone()).collect())
}

/// Bodies by their hash, or why they could not be read.
type Bodies = anyhow::Result<HashMap<Sha256, Body>>;
