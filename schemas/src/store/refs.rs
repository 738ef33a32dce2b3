use super::{History, Store, StoreError};
use crate::codes::RefAction;
use crate::{RunId, Sha256, SnapshotId};
use serde::{Deserialize, Serialize};

/// One line of the ref log. The last one says which snapshot is current.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefEntry {
    /// Number of the entry, from 1.
    pub sequence: u64,
    /// What it does.
    pub action: RefAction,
    /// The snapshot it is about; after `publish` and `rollback` it is the current one.
    pub snapshot: SnapshotId,
    /// The run that wrote it.
    pub run_id: Option<RunId>,
    /// When, RFC 3339.
    pub at: String,
    /// Why, where somebody decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// SHA-256 of the entry before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}

/// The log as read: entries in order, and the hash the next one must carry.
#[derive(Debug, Default)]
struct Log {
    entries: Vec<RefEntry>,
    last_sha256: Option<Sha256>,
}

fn path_of(sequence: u64) -> String {
    format!("refs/log/{sequence:020}.json")
}

impl Store {
    /// The ref log, first entry first, with its chain of hashes checked.
    pub async fn refs(&self) -> Result<Vec<RefEntry>, StoreError> {
        Ok(self.read_log().await?.entries)
    }

    /// The current snapshot.
    pub async fn current(&self) -> Result<SnapshotId, StoreError> {
        self.history().await?.current().cloned().ok_or(StoreError::Empty)
    }

    /// What the ref log says of every snapshot.
    pub async fn history(&self) -> Result<History, StoreError> {
        Ok(History::of(&self.refs().await?))
    }

    /// Appends an entry, if [`History::allows`] it. Losing a race is not an error: what the winner wrote is read and the next
    /// number is tried.
    pub async fn append_ref(
        &self,
        action: RefAction,
        snapshot: &SnapshotId,
        run_id: Option<&RunId>,
        at: &str,
        reason: Option<&str>,
    ) -> Result<RefEntry, StoreError> {
        loop {
            let log = self.read_log().await?;
            History::of(&log.entries).allows(action, snapshot)?;
            let entry = RefEntry {
                sequence: log.entries.len() as u64 + 1,
                action,
                snapshot: snapshot.clone(),
                run_id: run_id.cloned(),
                at: at.to_owned(),
                reason: reason.map(str::to_owned),
                previous_sha256: log.last_sha256,
            };
            let json = serde_json::to_vec_pretty(&entry).expect("a ref entry has only texts and numbers");
            match self.create(&path_of(entry.sequence), json.into()).await {
                Ok(()) => return Ok(entry),
                Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn read_log(&self) -> Result<Log, StoreError> {
        let mut log = Log::default();
        for (path, _) in self.list("refs/log").await? {
            let bytes = self.read(&path).await?;
            let corrupt = |why: String| StoreError::Corrupt { path: path.clone(), why };
            let entry: RefEntry =
                serde_json::from_slice(&bytes).map_err(|error| corrupt(error.to_string()))?;
            let expected = log.entries.len() as u64 + 1;
            if entry.sequence != expected || path != path_of(expected) {
                return Err(corrupt(format!("it is entry {}, expected entry {expected}", entry.sequence)));
            }
            if entry.previous_sha256 != log.last_sha256 {
                return Err(corrupt("it does not carry the hash of the entry before".to_owned()));
            }
            log.last_sha256 = Some(Sha256::of(&bytes));
            log.entries.push(entry);
        }
        Ok(log)
    }
}
