//! Puts the snapshot together in staging, checks it, and makes it current.

use super::active_run::ActiveRun;
use super::artifact::ArtifactRows;
use super::chunks::Chunks;
use super::request::RunOutcome;
use super::staging::{file, staged_rows, table};
use super::{assemble, carry, documents, meta, reports, run_file};
use anyhow::Context;
use deklaro_console::{UsageError, now};
use deklaro_publish::{ArtifactFormat, CountryArtifact, render_artifact};
use deklaro_record::health::read_summary;
use deklaro_schemas::codes::{FileKind, RunState};
use deklaro_schemas::steps::{DIFF, PUBLISH, REPORT};
use deklaro_schemas::stored::{Manifest, RunFile, STORE_FORMAT, WaitingSnapshot};
use deklaro_schemas::tables::{MetaColumn, MetaFile, MetaLineage, MetaRun, Scan, Source};
use deklaro_schemas::{Selection, Sha256, SnapshotId};
use deklaro_store::{Staged, Store, StoreError};
use deklaro_watch::{StageOf, stage};

/// Puts the snapshot together in staging, checks it, and makes it current.
pub(super) async fn publish(work: &mut ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<RunOutcome> {
    work.lease.move_current(work.progress).await?;
    rebase(work).await?;
    let finished_at = *work.run.finished_at.get_or_insert_with(now);
    run_file::save(&work.run, work.store).await?;
    let step = work.progress.step(PUBLISH.name, 4);
    let mut staged = Staged { base: work.run.base.clone(), ..Staged::default() };
    work.stage(&DIFF, None, assemble::assemble(work, chunks, &mut staged)).await?;
    let scans = meta::scans(work, chunks, finished_at);
    for scan in &scans {
        let (scan_id, country_code, hosts) = (&scan.scan_id, scan.country_code, scan.host_processed);
        tracing::info!(%scan_id, %country_code, hosts, "scan completed");
    }
    table(work, &scans, &mut staged).await?;
    table::<MetaRun>(work, &meta::settings(work, finished_at), &mut staged).await?;
    table::<MetaColumn>(work, &meta::columns(), &mut staged).await?;
    let previous = carry::previous_manifest(work).await?;
    table::<MetaLineage>(work, &meta::lineage(&staged, previous.as_ref()), &mut staged).await?;
    step.advance(1);
    work.stage(&PUBLISH, None, artifacts(work, &scans, &mut staged)).await?;
    step.advance(1);
    work.stage(&REPORT, None, reports::reports(work, &mut staged)).await?;
    step.advance(1);
    spans(work, &mut staged).await?;
    table::<MetaFile>(work, &meta::files(work, &staged), &mut staged).await?;
    documents::documents(work, &mut staged).await?;
    let manifest = Manifest {
        format: STORE_FORMAT,
        snapshot: work.run.snapshot.clone(),
        run_id: work.run.run_id.clone(),
        run_month: work.run.month,
        created_at: finished_at.to_string(),
        previous: work.run.previous.clone(),
        countries: chunks.per_country().keys().copied().collect(),
        files: Vec::new(),
    };
    work.store.replace(&ready_path(work), serde_json::to_vec(&(&manifest, &staged))?.into()).await?;
    let outcome = commit(work, manifest, &staged).await?;
    step.done(&format!("snapshot {}, {} files", work.run.snapshot, staged.files.len()));
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
    format!("staging/{}/ready.json", work.run.run_id)
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

/// Takes the other countries' rows from what is current now, as another run may have published since this one
/// began. The run's own countries are the same in both: it held their leases.
async fn rebase(work: &mut ActiveRun<'_>) -> anyhow::Result<()> {
    let current = work.store.history().await?.current().cloned();
    let month = work.run.month;
    if let Some(later) = current.as_ref().filter(|current| current.month() > month) {
        let message = format!("month `{month}` lies before the current snapshot `{later}`, published since");
        return Err(UsageError::new(message, "run that month or a later one").into());
    }
    if work.run.redetect.is_none() && work.run.base != current {
        work.run.previous.clone_from(&current);
        work.run.base = current;
        // What the checks compare with is another snapshot: its time is part of what is written.
        work.run.finished_at = None;
    }
    Ok(())
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
        store.register(&now().to_string(), by, trace_id.as_deref(), held).await?;
    }
    Ok(())
}

/// What is left to do for a run that is published or held: its staging goes.
pub(super) async fn finish(store: &Store, run: &RunFile) -> anyhow::Result<RunOutcome> {
    store.clear_staging(&run.run_id, |_| Ok(())).await?;
    if run.partitions.is_some() {
        store.clear_parts(&run.run_id).await?;
    }
    let folder = Manifest::folder(&run.snapshot);
    let health: serde_json::Value =
        serde_json::from_slice(&read_report(store, &run.snapshot, "health.json").await?)?;
    Ok(RunOutcome {
        snapshot: run.snapshot.clone(),
        run_id: run.run_id.clone(),
        artifacts: store.location().of(&format!("{folder}/artifacts")),
        report: store.location().of(&format!("{folder}/reports/index.html")),
        folder: store.location().of(&folder),
        health: health["state"].as_str().unwrap_or("unknown").to_owned(),
        is_held: run.state == RunState::Held,
        summary: read_summary(store, &run.snapshot).await?,
        timestamp: None,
    })
}

async fn read_report(store: &Store, snapshot: &SnapshotId, name: &str) -> Result<bytes::Bytes, StoreError> {
    store.read(&format!("{}/reports/{name}", Manifest::folder(snapshot))).await
}

/// The artifacts of the run's countries; the other countries' are taken over from the last snapshot byte by byte.
async fn artifacts(work: &ActiveRun<'_>, scans: &[Scan], staged: &mut Staged) -> anyhow::Result<()> {
    let sources: Vec<Source> = staged_rows(work, &Selection::all()).await?;
    for scan in scans {
        let of = StageOf { round: None, country: Some(scan.country_code.as_str()) };
        stage(PUBLISH.name, of, artifacts_of(work, scan, &sources, staged)).await?;
    }
    carried_artifacts(work, staged).await
}

async fn artifacts_of(
    work: &ActiveRun<'_>,
    scan: &Scan,
    sources: &[Source],
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let artifact = artifact(work, scan, sources).await?;
    // One format at a time: a large country's file is as large as all its rows.
    for format in ArtifactFormat::ALL {
        let rendered = render_artifact(&artifact, format)?;
        file(work, &rendered.path, FileKind::Artifact, rendered.bytes, staged).await?;
    }
    Ok(())
}

async fn artifact(work: &ActiveRun<'_>, scan: &Scan, sources: &[Source]) -> anyhow::Result<CountryArtifact> {
    let (wanted, entries) = ArtifactRows::wanted(scan.country_code);
    let rows = ArtifactRows {
        scan,
        hosts: staged_rows(work, &wanted).await?,
        statements: staged_rows(work, &wanted).await?,
        targets: staged_rows(work, &wanted).await?,
        entry_fetches: staged_rows(work, &entries).await?,
        sources,
    };
    Ok(rows.artifact()?)
}

async fn carried_artifacts(work: &ActiveRun<'_>, staged: &mut Staged) -> anyhow::Result<()> {
    let Some(previous) = work.run.previous.as_ref().filter(|_| !work.run.countries.is_empty()) else {
        return Ok(());
    };
    for old in
        work.store.manifest(previous).await?.files.into_iter().filter(|file| file.kind == FileKind::Artifact)
    {
        if staged.files.iter().all(|new| new.path != old.path) {
            let bytes = work.store.read(&old.store_path(previous)).await?;
            file(work, &old.path, FileKind::Artifact, bytes.to_vec(), staged).await?;
        }
    }
    Ok(())
}
