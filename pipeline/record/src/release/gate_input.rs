//! Everything the gate looks at, read from the record.

use super::desk::Desk;
use super::limits::{limits, thresholds_now};
use super::registry_rows::{RegistryRow, bare, rows};
use super::signing::approval_problem;
use super::waivers::checked_waivers;
use anyhow::Context;
use deklaro_judge::release::{GateInput, Rehearsed, ReleaseManifest, Scored, Signature};
use deklaro_judge::{Scorecard, SuiteStatus};
use deklaro_schemas::codes::EventType;
use deklaro_schemas::stored::{
    Approval, DraftedManifest, Event, RecordedScorecard, ScorecardReference, ThresholdChange, WaitingSnapshot,
};
use deklaro_schemas::{Selection, Sha256, SnapshotId};
use deklaro_store::Store;
use futures::future::BoxFuture;

/// Reads everything the gate looks at, as it stands now. A broken table is a fact too: what stands before the break is read, and the break is named.
pub fn gate_input<'a>(
    desk: &'a Desk<'a>,
    drafted: &'a DraftedManifest,
) -> BoxFuture<'a, anyhow::Result<GateInput>> {
    Box::pin(async move {
        let (store, gate, at) = (desk.store, desk.gate, desk.at);
        let snapshot = &drafted.snapshot;
        let manifest: ReleaseManifest =
            serde_json::from_str(&drafted.text).context("reading the drafted manifest")?;
        let mut registry = desk.registry_problems().await?;
        if Sha256::of(drafted.text.as_bytes()) != drafted.sha256 {
            registry.push("table manifests: the last draft has another hash than its row says".to_owned());
        }
        let cards = rows::<RecordedScorecard>(store, &mut registry).await?;
        let scorecard = scored(cards, snapshot, &mut registry)?;
        let held = held(rows(store, &mut registry).await?, snapshot, &mut registry);
        let ran_by = held.as_ref().and_then(|held| held.by.clone());
        let snapshot_manifest_sha256 = Sha256::of(&store.manifest_bytes(snapshot).await?);
        let mut integrity = integrity(store, snapshot).await?;
        let was_held = held.as_ref().and_then(|held| held.row.manifest_sha256.as_ref());
        if was_held.is_some_and(|was_held| *was_held != snapshot_manifest_sha256) {
            integrity.push("the snapshot's manifest is not the one its run wrote".to_owned());
        }
        let changes = rows::<ThresholdChange>(store, &mut registry).await?;
        let window = (manifest.rollout.from, manifest.rollout.until);
        Ok(GateInput {
            at,
            last_written: desk.last_written().await?,
            integrity,
            snapshot_manifest_sha256,
            // Checks that cannot be read are none; why they cannot is said by the files' hashes.
            checks: store.read_rows(snapshot, &Selection::all()).await.unwrap_or_default(),
            scorecard,
            suite_runs: bare(rows(store, &mut registry).await?),
            signatures: signatures(desk, bare(rows(store, &mut registry).await?), drafted).await?,
            runner: ran_by.as_deref().and_then(|name| gate.is_run_by(name)).map(|who| who.name.clone()),
            ran_by,
            superseded: superseded(store, held.map(|held| held.row)).await?,
            rehearsal: rehearsed(store).await?,
            drills: bare(rows(store, &mut registry).await?),
            thresholds: thresholds_now(gate)?,
            recorded: changes.into_iter().last().map(|change| change.row.thresholds),
            waivers: checked_waivers(store, gate, at, &mut registry).await?,
            limits: limits(gate),
            registry,
            manifest,
            window,
        })
    })
}

/// The row that says who ran the snapshot. A run writes one; a second one is somebody's who wants it to have been another.
fn held(
    rows: Vec<RegistryRow<WaitingSnapshot>>,
    snapshot: &SnapshotId,
    problems: &mut Vec<String>,
) -> Option<RegistryRow<WaitingSnapshot>> {
    let mut of_it = rows.into_iter().filter(|held| held.row.snapshot == *snapshot);
    let first = of_it.next();
    if let Some(second) = of_it.next() {
        problems.push(format!("table held, row {}: {snapshot} was held before", second.sequence));
    }
    first
}

/// What has become current since a waiting snapshot was put together; nothing where it can be published, or was.
async fn superseded(store: &Store, held: Option<WaitingSnapshot>) -> anyhow::Result<Option<String>> {
    let history = store.history().await?;
    let Some(held) = held.filter(|held| history.state(&held.snapshot).is_none()) else { return Ok(None) };
    let named = |snapshot: Option<&SnapshotId>| snapshot.map_or("nothing".to_owned(), ToString::to_string);
    let (base, current) = (held.base.as_ref(), history.current());
    Ok((base != current)
        .then(|| format!("it was put together on {}, and {} is current", named(base), named(current))))
}

async fn integrity(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Vec<String>> {
    let verified = store.verify(snapshot).await?;
    Ok(verified
        .findings
        .into_iter()
        .map(|finding| format!("{}: {}", finding.path, finding.problem))
        .collect())
}

/// The last scorecard of this release. Its verdict is worked out from the suites: waivers that nobody signed do not count.
fn scored(
    cards: Vec<RegistryRow<RecordedScorecard>>,
    snapshot: &SnapshotId,
    problems: &mut Vec<String>,
) -> anyhow::Result<Option<Scored>> {
    let Some(RegistryRow { sequence, row, .. }) =
        cards.into_iter().rev().find(|card| card.row.release == snapshot.as_str())
    else {
        return Ok(None);
    };
    if Sha256::of(&serde_json::to_vec(&row.scorecard)?) != row.sha256 {
        problems.push(format!("table scorecards, row {sequence}: the scorecard has another hash"));
    }
    let card: Scorecard = match serde_json::from_value(row.scorecard) {
        Ok(card) => card,
        Err(error) => {
            problems.push(format!("table scorecards, row {sequence}: {error}"));
            return Ok(None);
        }
    };
    let judged_at = card.evidence_at.unwrap_or(row.generated_at);
    let suites = || card.suites.iter().map(|suite| &suite.result);
    let failing: Vec<String> = suites()
        .filter(|suite| suite.status != SuiteStatus::Passed)
        .map(|suite| format!("{} is {}", suite.name.as_str(), suite.status.as_str()).replace('_', " "))
        .collect();
    let shares = suites().filter_map(|suite| suite.success_share);
    Ok(Some(Scored {
        reference: ScorecardReference { sequence, sha256: row.sha256 },
        generated_at: row.generated_at.min(judged_at),
        overall_passed: failing.is_empty() && !card.suites.is_empty(),
        failing,
        success_share: shares.reduce(f64::min),
        p95_ms: suites().filter_map(|suite| suite.p95_ms).reduce(f64::max),
    }))
}

/// The signatures about a snapshot, those that count first.
async fn signatures(
    desk: &Desk<'_>,
    approvals: Vec<Approval>,
    drafted: &DraftedManifest,
) -> anyhow::Result<Vec<Signature>> {
    let id = desk.store.id().await?;
    let mut signatures: Vec<Signature> = approvals
        .into_iter()
        .filter(|approval| approval.snapshot == drafted.snapshot)
        .map(|approval| Signature {
            problem: approval_problem(desk.gate, id.as_ref(), &approval, drafted, desk.at),
            approver: approval.approver,
            role: approval.role,
        })
        .collect();
    signatures.sort_by_key(|signature| signature.problem.is_some());
    Ok(signatures)
}

async fn rehearsed(store: &Store) -> anyhow::Result<Option<Rehearsed>> {
    let Some(event) = last_rehearsal(store).await? else { return Ok(None) };
    Ok(Some(Rehearsed { at: event.at, is_ok: event.is_ok }))
}

/// The last rehearsal on record; nothing where the table is broken: that is said elsewhere.
pub(super) async fn last_rehearsal(store: &Store) -> anyhow::Result<Option<Event>> {
    match store.events().await {
        Ok(events) => {
            let is_rehearsal = |event: &Event| event.event_type == EventType::RollbackRehearsal;
            Ok(events.into_iter().rev().find(is_rehearsal))
        }
        Err(deklaro_store::StoreError::Chain { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
