//! How the manifest of a release is drafted from what is on record.

use super::chosen::drafted;
use super::desk::Desk;
use super::gate_input::last_rehearsal;
use super::limits::thresholds_now;
use deklaro_console::{UsageError, moment};
use deklaro_judge::release::{DraftInput, NamedScorecard, ReleaseManifest, Rollout, draft};
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::{Manifest, RecordedScorecard};
use deklaro_schemas::tables::MetaRun;
use deklaro_schemas::{Selection, Sha256, SnapshotId, Timestamp};
use deklaro_store::{Store, StoreError};
use deklaro_watch::{SPANS_PATH, parse};
use futures::future::BoxFuture;

const DAY: i64 = 86_400_000_000;

/// What was asked for about a draft.
#[derive(Debug, Clone, Copy, Default)]
pub struct DraftWindow<'a> {
    /// When it may go out, not before.
    pub from: Option<&'a str>,
    /// When it may go out, not after.
    pub until: Option<&'a str>,
}

/// The manifest of a snapshot, from what is on record about it. Nothing of it depends on when or by whom it is drafted.
pub fn drafting<'a>(
    desk: &'a Desk<'a>,
    snapshot: &'a SnapshotId,
    asked: DraftWindow<'a>,
) -> BoxFuture<'a, anyhow::Result<ReleaseManifest>> {
    Box::pin(async move {
        let store = desk.store;
        let manifest = store.manifest(snapshot).await?;
        let previous = last_release(store, &manifest).await?;
        let settings: Vec<MetaRun> = store.read_rows(snapshot, &Selection::all()).await?;
        let previous_settings: Option<Vec<MetaRun>> = match &previous {
            Some(previous) => Some(store.read_rows(previous, &Selection::all()).await?),
            None => None,
        };
        let previous_manifest = match &previous {
            Some(previous) => drafted(store, previous).await?,
            None => None,
        };
        let previous_manifest: Option<ReleaseManifest> =
            previous_manifest.and_then(|entry| serde_json::from_str(&entry.row.text).ok());
        let data = match &previous {
            Some(previous) => Some(desk.tables.data_delta(store, previous, snapshot).await?),
            None => None,
        };
        let trace_id = trace_of(store, &manifest).await?;
        Ok(draft(&DraftInput {
            manifest: &manifest,
            manifest_sha256: &Sha256::of(&store.manifest_bytes(snapshot).await?),
            previous: previous.as_ref(),
            settings: &settings,
            previous_settings: previous_settings.as_deref(),
            thresholds: &thresholds_now(desk.gate)?,
            previous_thresholds: previous_manifest.as_ref().map(|manifest| &manifest.thresholds),
            data: data.as_ref(),
            rollout: &rollout(&manifest, desk.gate.rollout_days, asked)?,
            rehearsal: last_rehearsal(store).await?.as_ref(),
            scorecard: scorecard(store, snapshot).await?.as_ref(),
            trace_id: trace_id.as_deref(),
        }))
    })
}

/// The release before this one: the current snapshot, or for a published snapshot the one that was current
/// before. None where its files are deleted.
async fn last_release(store: &Store, manifest: &Manifest) -> anyhow::Result<Option<SnapshotId>> {
    let history = store.history().await?;
    let before = match history.state(&manifest.snapshot) {
        None => history.current().cloned(),
        Some(_) => manifest.previous.clone(),
    };
    Ok(before.filter(|before| history.state(before) != Some(SnapshotState::Vacuumed)))
}

fn rollout(manifest: &Manifest, days: i64, asked: DraftWindow<'_>) -> anyhow::Result<Rollout> {
    let from = asked.from.map(moment).transpose()?.unwrap_or(manifest.created_at);
    let until = asked.until.map(moment).transpose()?.unwrap_or(Timestamp(from.0 + days * DAY));
    if until < from {
        let message = format!("the rollout window ends on {until}, before it begins on {from}");
        return Err(UsageError::new(message, "expected `--from` before `--until`").into());
    }
    Ok(Rollout { from, until })
}

async fn scorecard(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Option<NamedScorecard>> {
    let cards = store.registered::<RecordedScorecard>().await?;
    let last = cards.into_iter().rev().find(|entry| entry.row.release == snapshot.as_str());
    Ok(last.map(|entry| NamedScorecard {
        sequence: entry.sequence,
        sha256: entry.row.sha256,
        generated_at: entry.row.generated_at,
        overall_passed: entry.row.overall_passed,
    }))
}

/// The trace of the run that made it; nothing where nothing was traced.
async fn trace_of(store: &Store, manifest: &Manifest) -> anyhow::Result<Option<String>> {
    let Some(file) = manifest.files.iter().find(|file| file.path.as_str() == SPANS_PATH) else {
        return Ok(None);
    };
    let bytes = match store.read_file(&manifest.snapshot, file).await {
        Err(StoreError::Missing { .. }) => return Ok(None),
        read => read?,
    };
    let spans = parse(&String::from_utf8_lossy(&bytes));
    let own = spans.iter().find(|span| span.get("run_id") == Some(manifest.run_id.as_str()));
    Ok(own.map(|span| span.trace_id.clone()))
}
