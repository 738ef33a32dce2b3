//! A rollback rehearsal that was killed between its two entries left an older snapshot current. It is undone here.

use crate::owner::{is_gone, owner};
use deklaro_console::{Progress, now};
use deklaro_schemas::codes::{EventType, RefAction};
use deklaro_schemas::stored::{Event, RefEntry};
use deklaro_store::{Lease, LeaseScope, REHEARSAL, Rehearsal, Store, StoreError};
use futures::future::BoxFuture;

/// What a rehearsal that was not undone means, and what to do.
pub fn told(rehearsal: &Rehearsal) -> String {
    let Rehearsal { sequence, target, current } = rehearsal;
    format!(
        "the rollback rehearsal of entry {sequence} was not undone: {target} is current, {current} should be; `deklaro rehearse rollback --finish` does it"
    )
}

/// The right to move the current snapshot, for as long as a rehearsal takes.
pub async fn lease(store: &Store) -> Result<Lease, StoreError> {
    store.acquire(&owner(None), &LeaseScope::Nothing, true, now(), is_gone).await
}

/// Undoes the second half of a killed rehearsal, which is on record as one that failed; nothing where there is none. One that is
/// under way holds a lease: that is said.
pub async fn finish(store: &Store) -> Result<Option<RefEntry>, StoreError> {
    if store.unfinished_rehearsal().await?.is_none() {
        return Ok(None);
    }
    let lease = lease(store).await?;
    // It may have ended while the lease was taken.
    let done = match store.unfinished_rehearsal().await {
        Ok(Some(rehearsal)) => undo(store, rehearsal).await.map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    store.release(&lease).await?;
    done
}

async fn undo(
    store: &Store,
    Rehearsal { sequence, target, current }: Rehearsal,
) -> Result<RefEntry, StoreError> {
    let at = now();
    let entry = store.append_ref(RefAction::Rollback, &current, None, at, Some(REHEARSAL)).await?;
    let killed = Event {
        sequence: 0,
        event_type: EventType::RollbackRehearsal,
        snapshot: target,
        at,
        took_ms: 0,
        is_ok: false,
        details: vec![format!("killed after entry {sequence}, undone by entry {}", entry.sequence)],
        path: None,
        previous_sha256: None,
    };
    // Second: what is current must be right even where the registry is broken.
    store.record_event(killed).await?;
    Ok(entry)
}

/// Before a run, and before its snapshot is chosen: it must be compared with the snapshot that should be current.
pub fn settle<'a>(store: &'a Store, progress: &'a Progress) -> BoxFuture<'a, anyhow::Result<()>> {
    Box::pin(async move {
        if let Some(entry) = finish(store).await? {
            let snapshot = entry.snapshot;
            progress.say(&format!(
                "a rollback rehearsal was killed before it was undone: {snapshot} is current again"
            ));
        }
        Ok(())
    })
}
