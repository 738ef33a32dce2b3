//! The ref log: which snapshot is current, read and appended to.

use super::chain::{Chain, Link};
use super::{History, Store, StoreError};
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::{Head, RefEntry};
use deklaro_schemas::{RunId, Sha256, SnapshotId, Timestamp};

impl Link for RefEntry {
    const FOLDER: &'static str = Self::FOLDER;

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
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<RefEntry, StoreError> {
        self.append_ref_if((action, snapshot, run_id), (at, reason, &[]), |_| Ok(())).await
    }

    /// The same, if `check` agrees to the history the entry would follow.
    pub(super) async fn append_ref_if(
        &self,
        (action, snapshot, run_id): (RefAction, &SnapshotId, Option<&RunId>),
        (at, reason, heads): (Timestamp, Option<&str>, &[Head]),
        check: impl Fn(&History) -> Result<(), StoreError>,
    ) -> Result<RefEntry, StoreError> {
        let manifest = self.manifest_to_bind(action, snapshot).await?;
        self.append(|log: &Chain<RefEntry>| {
            let history = History::of(&log.entries);
            check(&history)?;
            history.allows(action, snapshot)?;
            let manifest_sha256 = manifest.sha256(snapshot, &log.entries)?;
            Ok(RefEntry {
                sequence: log.next(),
                action,
                snapshot: snapshot.clone(),
                run_id: run_id.cloned(),
                at: at.to_second(),
                reason: reason.map(str::to_owned),
                manifest_sha256,
                heads: heads.to_vec(),
                previous_sha256: log.last_sha256.clone(),
            })
        })
        .await
    }
}
