//! A hop is one checked step of a trace; the checker hashes each file once.

use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{Sha256, SnapshotId};
use deklaro_store::{Bound, Store, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

/// One step on the way from a published claim to its source, and whether it holds.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Hop {
    /// What is checked: manifest, log, file, record or bytes.
    pub(super) step: &'static str,
    /// Which one.
    pub(super) what: String,
    /// Its hash or id, computed just now; for the log, the one it names.
    pub(super) hash: Option<String>,
    /// What is wrong; empty when it holds.
    pub(super) problem: Option<String>,
}

impl Hop {
    /// A step that holds when the two are equal.
    pub(super) fn compared(step: &'static str, what: String, computed: &str, recorded: &str) -> Self {
        let problem = (computed != recorded).then(|| format!("expected `{recorded}`"));
        Self { step, what, hash: Some(computed.to_owned()), problem }
    }

    /// A step that cannot be made.
    pub(super) fn broken(step: &'static str, what: String, problem: &str) -> Self {
        Self { step, what, hash: None, problem: Some(problem.to_owned()) }
    }

    /// One line for people.
    pub(super) fn shown(&self) -> String {
        let Self { step, what, hash, problem } = self;
        let verdict = match (problem, &hash) {
            (Some(problem), _) => format!("BROKEN: {problem}"),
            (None, None) => "not bound".to_owned(),
            (None, Some(_)) => "holds".to_owned(),
        };
        let hash = hash.as_deref().map(|hash| format!(" {hash}")).unwrap_or_default();
        format!("    {step:<9}{what}{hash}: {verdict}")
    }
}

/// Hashes files of snapshots and compares them with their manifests, each file once.
pub(super) struct Checker<'a> {
    store: &'a Store,
    manifests: BTreeMap<SnapshotId, Manifest>,
    done: BTreeMap<String, Hop>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, manifests: BTreeMap::new(), done: BTreeMap::new() }
    }

    /// The manifest of a snapshot, that the log says the same run published it, and the bytes the log names. Reading the log checks its
    /// chain of hashes.
    pub(super) async fn manifest(&mut self, snapshot: &SnapshotId) -> anyhow::Result<Vec<Hop>> {
        let path = Manifest::path(snapshot);
        let manifest = match self.store.manifest(snapshot).await {
            Err(StoreError::NoSuchSnapshot(_)) => {
                let problem = "deleted after its retention; tombstones/ keeps its manifest with every hash";
                return Ok(vec![Hop::broken("manifest", path, problem)]);
            }
            read => read?,
        };
        let hash = Sha256::of(&self.store.read_record(&path).await?).to_string();
        let log = self.store.refs().await?;
        let is_logged = log
            .iter()
            .any(|entry| entry.snapshot == *snapshot && entry.run_id.as_ref() == Some(&manifest.run_id));
        let problem =
            (!is_logged).then(|| format!("the log has no publication by run `{}`", manifest.run_id));
        self.manifests.insert(snapshot.clone(), manifest);
        let bound = self.store.bound(snapshot).await?;
        let (what, named) = match &bound {
            Bound::Holds { sequence } => (format!("entry {sequence} names it"), Some(hash.clone())),
            Bound::NotBound => ("no entry names its bytes".to_owned(), None),
            Bound::Differs { sequence, logged, .. } => {
                (format!("entry {sequence}"), Some(logged.to_string()))
            }
        };
        let log = Hop { step: "log", what, hash: named, problem: bound.problem() };
        Ok(vec![Hop { step: "manifest", what: path, hash: Some(hash), problem }, log])
    }

    /// The files of a table.
    pub(super) async fn table(&mut self, snapshot: &SnapshotId, table: &str) -> anyhow::Result<Vec<Hop>> {
        let listed = self.listed(snapshot, |file| file.table.as_deref() == Some(table));
        self.files(snapshot, listed).await
    }

    /// A file by its path in the snapshot.
    pub(super) async fn file(&mut self, snapshot: &SnapshotId, path: &str) -> anyhow::Result<Vec<Hop>> {
        let listed = self.listed(snapshot, |file| file.path.as_str() == path);
        self.files(snapshot, listed).await
    }

    fn listed(&self, snapshot: &SnapshotId, is_wanted: impl Fn(&ManifestFile) -> bool) -> Vec<ManifestFile> {
        let files = self.manifests.get(snapshot).into_iter().flat_map(|manifest| &manifest.files);
        files.filter(|file| is_wanted(file)).cloned().collect()
    }

    async fn files(&mut self, snapshot: &SnapshotId, listed: Vec<ManifestFile>) -> anyhow::Result<Vec<Hop>> {
        let mut hops = Vec::new();
        for file in listed {
            let path = file.store_path(snapshot);
            if !self.done.contains_key(&path) {
                let hop = match self.store.hash_listed(snapshot, &file).await {
                    Ok(computed) => {
                        Hop::compared("file", path.clone(), computed.as_str(), file.sha256.as_str())
                    }
                    Err(StoreError::Corrupt { why, .. }) => Hop::broken("file", path.clone(), &why),
                    Err(StoreError::Missing { .. }) => Hop::broken("file", path.clone(), "missing"),
                    Err(error) => return Err(error.into()),
                };
                self.done.insert(path.clone(), hop);
            }
            hops.extend(self.done.get(&path).cloned());
        }
        Ok(hops)
    }
}
