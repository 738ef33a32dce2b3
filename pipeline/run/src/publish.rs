//! How does a staged snapshot become current, and how is a commit finished that was cut short?

use super::active_run::ActiveRun;
use super::chunks::Chunks;
use super::draft::Draft;
use super::request::RunOutcome;
use super::staging::{file, table};
use super::{documents, meta, run_file};
use anyhow::Context;
use deklaro_console::now;
use deklaro_record::health::read_summary;
use deklaro_schemas::codes::{FileKind, RunState};
use deklaro_schemas::stored::{Manifest, ManifestFile, RunFile, STORE_FORMAT, WaitingSnapshot};
use deklaro_schemas::tables::MetaFile;
use deklaro_schemas::{Sha256, SnapshotId};
use deklaro_store::{RefHead, Staged, Store, StoreError};

/// Stages what explains the snapshot as a whole, and makes it current. Where the run is held, the snapshot waits.
pub(super) async fn publish(
    work: &mut ActiveRun<'_>,
    chunks: &Chunks,
    draft: Draft,
) -> anyhow::Result<RunOutcome> {
    let Draft { mut staged, finished_at, progress, .. } = draft;
    spans(work, &mut staged).await?;
    table::<MetaFile>(work, &meta::files(work, &staged), &mut staged).await?;
    documents::documents(work, &mut staged).await?;
    let manifest = Manifest {
        format: STORE_FORMAT,
        snapshot: work.run.snapshot.clone(),
        run_id: work.run.run_id.clone(),
        run_month: work.run.month,
        created_at: finished_at.to_second(),
        previous: work.run.previous.clone(),
        countries: chunks.per_country().keys().copied().collect(),
        files: Vec::new(),
    };
    work.store.replace(&ready_path(work), serde_json::to_vec(&(&manifest, &staged))?.into()).await?;
    let outcome = commit(work, manifest, &staged).await?;
    progress.done(&format!("snapshot {}, {} files", work.run.snapshot, staged.files.len()));
    Ok(outcome)
}

/// The run's spans so far go with its snapshot; what comes after them is the commit alone.
async fn spans(work: &ActiveRun<'_>, staged: &mut Staged) -> anyhow::Result<()> {
    let mut text = deklaro_watch::read_spans(work.store, &work.run.home()).await?;
    let Some(own) = work.watch.so_far() else { return Ok(()) };
    text.push_str(&own);
    text.push('\n');
    file(work, deklaro_watch::SPANS_PATH, FileKind::Document, text.into_bytes(), staged).await
}

/// Written when everything is staged and hashed: from there a resume only commits.
fn ready_path(work: &ActiveRun<'_>) -> String {
    RunFile::ready_path(&work.run.run_id)
}

/// Finishes the commit of a run that was killed in the middle of it.
pub(super) async fn committed(work: &mut ActiveRun<'_>) -> anyhow::Result<Option<RunOutcome>> {
    let bytes = match work.store.read(&ready_path(work)).await {
        Err(StoreError::Missing { .. }) => return Ok(None),
        read => read?,
    };
    let (manifest, staged): (Manifest, Staged) =
        serde_json::from_slice(&bytes).context("reading `ready.json`")?;
    work.lease.move_current(work.progress).await?;
    match commit(work, manifest, &staged).await {
        Err(error) if is_superseded(&error) => {
            // Put together once more, under a number of its own: files may be at their place under the old one.
            work.store.discard(&ready_path(work)).await?;
            work.run.snapshot = work.store.claim_snapshot(work.run.month, &work.run.run_id).await?;
            work.run.finished_at = None;
            run_file::save(&work.run, work.store).await?;
            Ok(None)
        }
        done => done.map(Some),
    }
}

fn is_superseded(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<StoreError>(), Some(StoreError::Superseded { .. }))
}

async fn commit(work: &mut ActiveRun<'_>, manifest: Manifest, staged: &Staged) -> anyhow::Result<RunOutcome> {
    if let Some(by) = work.held_by {
        let manifest = work.store.complete(manifest, staged, |_| Ok(())).await?;
        hold(work.store, by, &manifest, staged).await?;
        work.run.state = RunState::Held;
    } else {
        work.store.commit(manifest, staged, |_| Ok(())).await?;
        work.run.state = RunState::Published;
    }
    run_file::save(&work.run, work.store).await?;
    finish(work.store, &work.run).await
}

/// Puts on record that a snapshot waits, who ran it and what it was put together on. A resume finds that it is there.
async fn hold(store: &Store, by: &str, manifest: &Manifest, staged: &Staged) -> anyhow::Result<()> {
    let Manifest { snapshot, run_id, .. } = manifest;
    if store.registered::<WaitingSnapshot>().await?.iter().all(|entry| entry.row.snapshot != *snapshot) {
        let sha256 = Sha256::of(&store.manifest_bytes(snapshot).await?);
        let held = WaitingSnapshot {
            snapshot: snapshot.clone(),
            run_id: run_id.clone(),
            base: staged.base.clone(),
            manifest_sha256: Some(sha256),
        };
        let trace_id = deklaro_watch::trace_id(&tracing::Span::current());
        store.register(now(), by, trace_id.as_deref(), held).await?;
    }
    Ok(())
}

/// What is left to do for a run that is published or held: its staging goes.
pub(super) async fn finish(store: &Store, run: &RunFile) -> anyhow::Result<RunOutcome> {
    store.clear_staging(&run.run_id, |_| Ok(())).await?;
    if run.partitions.is_some() {
        store.clear_parts(&run.run_id).await?;
    }
    let head = if run.state == RunState::Published { store.head().await? } else { None };
    if let Some(RefHead { sequence, sha256 }) = &head {
        // Logs are kept where the store is not: they show later whether the ref log goes back to this.
        tracing::info!(snapshot = %run.snapshot, sequence, %sha256, "log head");
    }
    let folder = Manifest::folder(&run.snapshot);
    let health: serde_json::Value =
        serde_json::from_slice(&read_report(store, &run.snapshot, "health.json").await?)?;
    Ok(RunOutcome {
        snapshot: run.snapshot.clone(),
        run_id: run.run_id.clone(),
        artifacts: store.location().address_of(&Manifest::artifacts_folder(&run.snapshot)),
        report: store.location().address_of(&Manifest::report_path(&run.snapshot, "index.html")),
        folder: store.location().address_of(&folder),
        health: health["state"].as_str().unwrap_or("unknown").to_owned(),
        is_held: run.state == RunState::Held,
        head,
        summary: read_summary(store, &run.snapshot).await?,
        timestamp: None,
    })
}

async fn read_report(store: &Store, snapshot: &SnapshotId, name: &str) -> Result<bytes::Bytes, StoreError> {
    store.read_listed(snapshot, &ManifestFile::report_path(name)).await
}
