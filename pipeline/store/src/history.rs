//! What the ref log says: where each snapshot stands, which one is current, and what may be done next. Pure.

use super::StoreError;
use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::RefEntry;
use deklaro_schemas::{RunMonth, SnapshotId};
use std::collections::BTreeMap;

/// The ref log, read as a history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    states: BTreeMap<SnapshotId, SnapshotState>,
    /// Snapshots that were made current, in order.
    moves: Vec<SnapshotId>,
}

impl History {
    /// The history these entries tell.
    pub fn of(entries: &[RefEntry]) -> Self {
        let mut history = Self::default();
        for entry in entries {
            let state = match entry.action {
                RefAction::Publish | RefAction::Rollback => {
                    history.moves.push(entry.snapshot.clone());
                    SnapshotState::Live
                }
                RefAction::Restore => SnapshotState::Live,
                RefAction::Retract => SnapshotState::Retracted,
                RefAction::Expire => SnapshotState::Expired,
                RefAction::Vacuum => SnapshotState::Vacuumed,
            };
            history.states.insert(entry.snapshot.clone(), state);
        }
        history
    }

    /// The snapshot last made current, of those that are live.
    pub fn current(&self) -> Option<&SnapshotId> {
        self.moves.iter().rev().find(|snapshot| self.state(snapshot) == Some(SnapshotState::Live))
    }

    /// The snapshot of a month that was last made current, of those that are live.
    pub fn current_of(&self, month: RunMonth) -> Option<&SnapshotId> {
        let is_its = |snapshot: &&SnapshotId| {
            snapshot.month() == month && self.state(snapshot) == Some(SnapshotState::Live)
        };
        self.moves.iter().rev().find(is_its)
    }

    /// Where a snapshot stands; nothing where it was never published.
    pub fn state(&self, snapshot: &SnapshotId) -> Option<SnapshotState> {
        self.states.get(snapshot).copied()
    }

    /// Every snapshot ever published, oldest month first, and where it stands.
    pub fn snapshots(&self) -> impl Iterator<Item = (&SnapshotId, SnapshotState)> {
        self.states.iter().map(|(snapshot, state)| (snapshot, *state))
    }

    /// Whether an entry may follow. The current snapshot is never expired, deleted files never come back, and only what is
    /// expired is deleted.
    pub fn allows(&self, action: RefAction, snapshot: &SnapshotId) -> Result<(), StoreError> {
        use SnapshotState::{Expired, Live, Retracted, Vacuumed};
        let state = self.state(snapshot);
        let is_current = self.current() == Some(snapshot);
        let is_allowed = match action {
            RefAction::Publish => state.is_none(),
            RefAction::Rollback => state == Some(Live) && !is_current,
            RefAction::Retract => state == Some(Live),
            RefAction::Expire => matches!(state, Some(Live | Retracted)) && !is_current,
            RefAction::Restore => matches!(state, Some(Retracted | Expired)),
            // Again, where deleting was interrupted.
            RefAction::Vacuum => matches!(state, Some(Expired | Vacuumed)),
        };
        if is_allowed {
            return Ok(());
        }
        let found = match state {
            None => "unpublished",
            Some(Live) if is_current => "current",
            Some(state) => state.as_str(),
        };
        Err(StoreError::NotAllowed { action, snapshot: snapshot.clone(), found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Timestamp;

    #[test]
    fn a_month_is_served_from_the_snapshot_last_made_current_of_it() {
        let entry = |action, snapshot| RefEntry {
            sequence: 1,
            action,
            snapshot: SnapshotId::parse(snapshot).unwrap(),
            run_id: None,
            at: Timestamp(0),
            reason: None,
            manifest_sha256: None,
            heads: Vec::new(),
            previous_sha256: None,
        };
        let month = RunMonth::parse("2026-10").unwrap();
        let mut entries: Vec<RefEntry> = ["2026-10.0", "2026-10.2", "2026-10.1", "2026-11.0"]
            .map(|snapshot| entry(RefAction::Publish, snapshot))
            .into();
        let served = |entries: &[RefEntry]| History::of(entries).current_of(month).map(ToString::to_string);
        assert_eq!(served(&entries).as_deref(), Some("2026-10.1"), "published last, whatever its number");
        entries.push(entry(RefAction::Retract, "2026-10.1"));
        assert_eq!(served(&entries).as_deref(), Some("2026-10.2"));
        assert_eq!(served(&entries[3..4]), None);
    }
}
