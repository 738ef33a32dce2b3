//! The current snapshot: held by every request that began with it, and switched when another one is published.

use super::cache::{Cache, CachedFile};
use super::changed::ChangedSnapshots;
use super::per_snapshot::PerSnapshot;
use deklaro_judge::Summary;
use deklaro_record::health::read_summary;
use deklaro_schemas::stored::{Manifest, ManifestFile, RefEntry};
use deklaro_schemas::tables::Scan;
use deklaro_schemas::{CountryCode, RunMonth, Selection, SnapshotId, Timestamp};
use deklaro_store::{History, Store, StoreError};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Manifests kept in memory; a store of more snapshots reads the longest unused ones again when they are asked for.
const KEPT_MANIFESTS: usize = 48;
/// A snapshot of which there is nothing to list is looked at again after this time.
const FRESH: Duration = Duration::from_secs(5);

/// The files of a snapshot, by path. A path that is not in it leads nowhere.
#[derive(Debug)]
pub(crate) struct Files {
    /// The manifest, its list of files left out.
    pub manifest: Manifest,
    by_path: HashMap<String, ManifestFile>,
}

impl Files {
    fn of(mut manifest: Manifest) -> Self {
        let files = std::mem::take(&mut manifest.files);
        Self { by_path: files.into_iter().map(|file| (file.path.to_string(), file)).collect(), manifest }
    }

    /// The file at a path of the snapshot's folder.
    pub(crate) fn get(&self, path: &str) -> Option<&ManifestFile> {
        self.by_path.get(path)
    }

    /// The countries with an artifact, in order.
    pub(crate) fn countries(&self) -> Vec<CountryCode> {
        let codes = self.by_path.values().filter_map(|file| file.artifact_of("json"));
        codes.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

/// What the list of snapshots says of one: some hundred bytes, kept of every snapshot.
#[derive(Debug)]
pub(crate) struct Listed {
    /// When it was made.
    pub created_at: Timestamp,
    /// The countries with an artifact, in order.
    pub countries: Vec<CountryCode>,
    /// True where it has a report for people.
    pub has_report: bool,
}

impl Listed {
    fn of(files: &Files) -> Self {
        Self {
            created_at: files.manifest.created_at,
            countries: files.countries(),
            has_report: files.get("reports/index.html").is_some(),
        }
    }
}

/// The scan each country's rows came from.
pub(crate) type Scans = BTreeMap<CountryCode, Scan>;

/// What is served from one entry of the ref log to the next.
#[derive(Debug)]
pub(crate) struct Served {
    /// How many entries the log had.
    entries: usize,
    /// Where each snapshot stands.
    pub history: History,
    /// The current snapshot; nothing in a store that has none yet.
    pub snapshot: Option<Snapshot>,
}

/// A snapshot, with what lists of countries need.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Its files.
    pub files: Arc<Files>,
    /// Its figures.
    pub summary: Summary,
    /// The scan each country's rows came from.
    pub scans: Arc<Scans>,
}

impl Snapshot {
    /// Its name.
    pub(crate) fn id(&self) -> &SnapshotId {
        &self.files.manifest.snapshot
    }
}

/// Reads snapshots for requests.
#[derive(Debug)]
pub(crate) struct Current {
    store: Store,
    cache: Cache,
    served: RwLock<Arc<Served>>,
    /// Snapshots that are not what was published.
    pub(crate) changed: ChangedSnapshots,
    manifests: PerSnapshot<Files>,
    listed: PerSnapshot<Listed>,
    /// Snapshots of which there is nothing to list, and when they were last looked at.
    unlisted: Mutex<HashMap<SnapshotId, Instant>>,
    scans: PerSnapshot<Scans>,
}

impl Current {
    /// Reads the current snapshot.
    pub(crate) async fn open(store: &Store, max_bytes: u64) -> anyhow::Result<Self> {
        let none = Served { entries: 0, history: History::default(), snapshot: None };
        let current = Self {
            store: store.clone(),
            cache: Cache::new(max_bytes),
            served: RwLock::new(Arc::new(none)),
            changed: ChangedSnapshots::default(),
            manifests: PerSnapshot::new(KEPT_MANIFESTS),
            listed: PerSnapshot::new(usize::MAX),
            unlisted: Mutex::default(),
            scans: PerSnapshot::new(usize::MAX),
        };
        current.refresh().await?;
        Ok(current)
    }

    /// What is served now. Whoever holds it keeps it, whatever is published meanwhile.
    pub(crate) fn now(&self) -> Arc<Served> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the ref log has grown, and switches. True where it did.
    pub(crate) async fn refresh(&self) -> anyhow::Result<bool> {
        let entries = self.store.list(RefEntry::FOLDER).await?.len();
        if entries == self.now().entries {
            return Ok(false);
        }
        let refs = self.store.refs().await?;
        let history = History::of(&refs);
        let snapshot = match history.current() {
            Some(current) => Some(self.snapshot(current).await?),
            None => None,
        };
        let served = Arc::new(Served { entries: refs.len(), history, snapshot });
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = served;
        Ok(true)
    }

    async fn snapshot(&self, snapshot: &SnapshotId) -> anyhow::Result<Snapshot> {
        let files = self.files(snapshot).await?;
        let summary = read_summary(&self.store, snapshot).await?;
        Ok(Snapshot { files, summary, scans: self.scans(snapshot).await? })
    }

    /// The files of any snapshot. One that is not what was published is refused.
    pub(crate) async fn files(&self, snapshot: &SnapshotId) -> Result<Arc<Files>, StoreError> {
        self.manifests.get(snapshot, async || self.read_manifest(snapshot).await).await
    }

    async fn read_manifest(&self, snapshot: &SnapshotId) -> Result<Files, StoreError> {
        let read = self.store.manifest(snapshot).await;
        self.changed.note(snapshot, &read);
        read.map(Files::of)
    }

    /// What the list of snapshots says of one; nothing where it is gone or not what was published. Its manifest is read once,
    /// however many are listed.
    pub(crate) async fn listed(&self, snapshot: &SnapshotId) -> Result<Option<Arc<Listed>>, StoreError> {
        let unlisted = || self.unlisted.lock().unwrap_or_else(PoisonError::into_inner);
        if unlisted().get(snapshot).is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(None);
        }
        let read = async || Ok(Listed::of(&self.read_manifest(snapshot).await?));
        match self.listed.get(snapshot, read).await {
            // The others are listed whatever became of one.
            Err(StoreError::Changed { .. } | StoreError::NoSuchSnapshot(_)) => {
                unlisted().insert(snapshot.clone(), Instant::now());
                Ok(None)
            }
            listed => listed.map(Some),
        }
    }

    /// The scans of any snapshot, by country. Its table is read once.
    pub(crate) async fn scans(&self, snapshot: &SnapshotId) -> Result<Arc<Scans>, StoreError> {
        let read = async || {
            let scans: Vec<Scan> = self.store.read_rows(snapshot, &Selection::all()).await?;
            Ok(scans.into_iter().map(|scan| (scan.country_code, scan)).collect())
        };
        self.scans.get(snapshot, read).await
    }

    /// The files of a month's snapshot, the current one's for none; nothing where no such snapshot is live.
    pub(crate) async fn files_of(&self, month: Option<RunMonth>) -> Result<Option<Arc<Files>>, StoreError> {
        let served = self.now();
        let current = served.snapshot.as_ref();
        let Some(month) = month else { return Ok(current.map(|snapshot| snapshot.files.clone())) };
        match served.history.current_of(month) {
            Some(snapshot) => self.files(snapshot).await.map(Some),
            None => Ok(None),
        }
    }

    /// The bytes of a file, checked against the manifest.
    pub(crate) async fn read(
        &self,
        files: &Files,
        file: &ManifestFile,
    ) -> Result<Arc<CachedFile>, StoreError> {
        self.cache.file(&self.store, &files.manifest.snapshot, file).await
    }
}
