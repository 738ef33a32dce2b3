//! Which release is meant.

use deklaro_schemas::SnapshotId;
use deklaro_schemas::stored::{DraftedManifest, Entry, Held};
use deklaro_store::Store;

/// Complete snapshots that wait for a decision to publish them, oldest first.
pub async fn waiting(store: &Store) -> anyhow::Result<Vec<Entry<Held>>> {
    let history = store.history().await?;
    let mut held = store.registered::<Held>().await?;
    held.retain(|entry| history.state(&entry.row.snapshot).is_none());
    Ok(held)
}

/// The release that was named; else the one that waits, the last one of several; else the current one.
pub async fn of_release(store: &Store, named: Option<&SnapshotId>) -> anyhow::Result<SnapshotId> {
    let snapshot = match named {
        Some(named) => named.clone(),
        None => match waiting(store).await?.pop() {
            Some(held) => held.row.snapshot,
            None => store.current().await?,
        },
    };
    // Its manifest says whether it is there, whole, and of a format this program reads.
    Ok(store.manifest(&snapshot).await?.snapshot)
}

/// The last manifest drafted for a snapshot.
pub async fn drafted(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Option<Entry<DraftedManifest>>> {
    let mut drafts = store.registered::<DraftedManifest>().await?;
    drafts.retain(|entry| entry.row.snapshot == *snapshot);
    Ok(drafts.pop())
}
