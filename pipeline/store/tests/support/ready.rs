//! Runs that are staged and published.

use super::traced;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, STORE_FORMAT};
use deklaro_schemas::{RunId, RunMonth, SnapshotId, Timestamp};
use deklaro_store::{Staged, Store, StoreError};

/// The time of everything.
pub(crate) const AT: Timestamp = Timestamp(1_795_305_600_000_000);
/// What a snapshot has beside its tables.
const NOTES: [&str; 2] = ["tables/notes/part-0.parquet", "README.md"];

/// The month of all runs.
pub(crate) fn month() -> RunMonth {
    RunMonth::parse("2026-11").unwrap()
}

/// A run that was staged, and may be published.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) manifest: Manifest,
    pub(crate) staged: Staged,
}

/// Stages a run that follows on what is current; its notes have so many bytes.
pub(crate) async fn ready(store: &Store, nonce: u32, bytes: usize) -> Result<Ready, StoreError> {
    let run = RunId::new(month(), nonce);
    let base = store.history().await?.current().cloned();
    let snapshot = store.claim_snapshot(month(), &run).await?;
    let mut staged = Staged { base, ..Staged::default() };
    for path in NOTES {
        let content = format!("{path} of {snapshot} ").repeat(1 + bytes / 40).into_bytes();
        let (kind, table) = match path.strip_prefix("tables/") {
            Some(_) => (FileKind::Table, Some(("notes", 1))),
            None => (FileKind::Document, None),
        };
        store.stage(&run, &mut staged, path, kind, table, content).await?;
    }
    for (path, table, rows, content) in traced::files(&snapshot, staged.base.as_ref()) {
        let kind = if table == "bodies" { FileKind::Evidence } else { FileKind::Table };
        store.stage(&run, &mut staged, &path, kind, Some((table, rows)), content).await?;
    }
    let manifest = Manifest {
        format: STORE_FORMAT,
        snapshot,
        run_id: run,
        run_month: month(),
        created_at: AT,
        previous: None,
        countries: Vec::new(),
        files: Vec::new(),
    };
    Ok(Ready { manifest, staged })
}

/// Publishes it, and clears up.
pub(crate) async fn commit(store: &Store, ready: &Ready) -> Result<(), StoreError> {
    store.commit(ready.manifest.clone(), &ready.staged, |_| Ok(())).await?;
    store.clear_staging(&ready.manifest.run_id, |_| Ok(())).await
}

/// A published snapshot.
pub(crate) async fn published(store: &Store, nonce: u32) -> SnapshotId {
    let ready = ready(store, nonce, 0).await.unwrap();
    commit(store, &ready).await.unwrap();
    ready.manifest.snapshot
}
