use super::chain::{Chain, Link};
use super::{Head, History, Store, StoreError};
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
    /// Where every table of the registry ended, where a release was published: rows that are changed or taken away later, decisions too,
    /// are found by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Head>,
    /// SHA-256 of the entry before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}

impl Link for RefEntry {
    const FOLDER: &'static str = "refs/log";

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn previous_sha256(&self) -> Option<&Sha256> {
        self.previous_sha256.as_ref()
    }
}

impl Store {
    /// The ref log, first entry first, with its chain of hashes checked.
    pub async fn refs(&self) -> Result<Vec<RefEntry>, StoreError> {
        Ok(self.read_chain::<RefEntry>().await?.entries)
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
        self.append_ref_if((action, snapshot, run_id), (at, reason, &[]), |_| Ok(())).await
    }

    /// The same, if `check` agrees to the history the entry would follow.
    pub(super) async fn append_ref_if(
        &self,
        (action, snapshot, run_id): (RefAction, &SnapshotId, Option<&RunId>),
        (at, reason, heads): (&str, Option<&str>, &[Head]),
        check: impl Fn(&History) -> Result<(), StoreError>,
    ) -> Result<RefEntry, StoreError> {
        self.append(|log: &Chain<RefEntry>| {
            let history = History::of(&log.entries);
            check(&history)?;
            history.allows(action, snapshot)?;
            Ok(RefEntry {
                sequence: log.next(),
                action,
                snapshot: snapshot.clone(),
                run_id: run_id.cloned(),
                at: at.to_owned(),
                reason: reason.map(str::to_owned),
                heads: heads.to_vec(),
                previous_sha256: log.last_sha256.clone(),
            })
        })
        .await
    }
}
