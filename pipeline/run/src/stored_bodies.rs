//! In which files of a snapshot do the page bytes lie?

use crate::reading::BodyFile;
use crate::select::texts;
use deklaro_console::UsageError;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Body, Fetch};
use deklaro_schemas::{Row, Selection, Sha256, SnapshotId};
use deklaro_store::Store;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

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

    /// These files, to be loaded for so many groups of fetches that want these bodies.
    pub(super) fn body_files(
        &self,
        store: &Store,
        files: impl IntoIterator<Item = usize>,
        wanted: &Arc<HashSet<Sha256>>,
        groups: usize,
    ) -> Vec<BodyFile> {
        let file = |file: usize| BodyFile {
            store: store.clone(),
            path: self.files[file].store_path(&self.snapshot),
            wanted: Some(Arc::clone(wanted)),
            groups: 0..groups,
        };
        files.into_iter().map(file).collect()
    }
}

/// The hashes of what these fetches brought.
pub(super) fn hashes<'a>(fetches: impl IntoIterator<Item = &'a Fetch>) -> Arc<HashSet<Sha256>> {
    Arc::new(fetches.into_iter().filter_map(|fetch| fetch.body_sha256.clone()).collect())
}
