//! A rehearsal of a rollback is two entries in the ref log. One that was killed between them is found here.

use super::{History, Store, StoreError};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::RefEntry;

/// The reason both entries of a rehearsal give.
pub const REHEARSAL: &str = "rollback rehearsal";

/// A rehearsal that was begun and not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// The entry that began it.
    pub sequence: u64,
    /// The snapshot it made current.
    pub target: SnapshotId,
    /// The snapshot that was current before, and should be again.
    pub current: SnapshotId,
}

impl Rehearsal {
    /// The one this log ends in, if it does: whatever else was published or decided about its snapshots since settles it.
    pub fn unfinished(entries: &[RefEntry]) -> Option<Self> {
        let is_move = |entry: &&RefEntry| matches!(entry.action, RefAction::Publish | RefAction::Rollback);
        let last = entries.iter().rev().find(is_move)?;
        let is_rehearsal = last.action == RefAction::Rollback && last.reason.as_deref() == Some(REHEARSAL);
        if !is_rehearsal {
            return None;
        }
        let before = History::of(&entries[..entries.iter().position(|entry| entry == last)?]);
        let current = before.current()?.clone();
        // The second entry goes up again, the first one goes down.
        let is_first = last.snapshot < current;
        let may_return = History::of(entries).allows(RefAction::Rollback, &current).is_ok();
        (is_first && may_return).then(|| Self {
            sequence: last.sequence,
            target: last.snapshot.clone(),
            current,
        })
    }
}

impl Store {
    /// The rehearsal that was killed before it was undone; nothing where all is well.
    pub async fn unfinished_rehearsal(&self) -> Result<Option<Rehearsal>, StoreError> {
        Ok(Rehearsal::unfinished(&self.refs().await?))
    }
}
