//! The names of a run: drawn before it begins, so that whoever asks for it can follow it.

use deklaro_schemas::{RunId, RunMonth, SnapshotId};
use deklaro_store::{Store, StoreError};

/// A run that has its names before it begins.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The run.
    pub run_id: RunId,
    /// The snapshot whose number it took.
    pub snapshot: SnapshotId,
}

/// Names a run that somebody will take up later: its snapshot's number is given to nobody else.
pub async fn announce(store: &Store, month: RunMonth) -> Result<Announced, StoreError> {
    let run_id = new_run_id(month);
    let snapshot = store.claim_snapshot(month, &run_id).await?;
    Ok(Announced { run_id, snapshot })
}

/// The name of a new run of this month.
pub fn new_run_id(month: RunMonth) -> RunId {
    RunId::new(month, uuid::Uuid::new_v4().as_fields().0)
}
