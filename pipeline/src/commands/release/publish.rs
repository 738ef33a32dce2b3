//! `deklaro release publish` makes a waiting snapshot current.

use super::gate::{Gated, alone, decided, last_draft, text};
use crate::cli::ReleaseGateArgs;
use deklaro_console::{Exit, output};
use deklaro_record::release::{About, Desk, of_release};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{DecisionAction, RefAction};
use deklaro_schemas::stored::{Decision, Entry, RefEntry, WaitingSnapshot};
use deklaro_store::{RefHead, StoreError};
use serde::Serialize;

/// What was published, and by which decision.
#[derive(Debug, Serialize)]
struct Published {
    current: SnapshotId,
    entry: RefEntry,
    decision: Option<Entry<Decision>>,
    head: Option<RefHead>,
}

/// `deklaro release publish` makes a waiting snapshot current. A required gate must have passed in its last
/// decision, for exactly the last draft. Every rule must still hold now.
pub(super) async fn publish(desk: &Desk<'_>, asked: &ReleaseGateArgs) -> anyhow::Result<Exit> {
    const ACTION: DecisionAction = DecisionAction::Publish;
    let snapshot = of_release(desk.store, asked.snapshot.as_ref()).await?;
    let done = alone(desk, ACTION, &snapshot, async {
        let about = About { snapshot: Some(snapshot.clone()), manifest_sha256: None };
        let Some(held) = waiting(desk, &snapshot).await? else {
            let reason = not_waiting(desk, &snapshot).await?;
            return Err(desk.refuse(ACTION, about, reason).await);
        };
        let gated = if desk.gate.required { Some(Box::pin(passed(desk, &snapshot)).await?) } else { None };
        if let Some(gated) = gated.as_ref().filter(|gated| !gated.decision.row.passed) {
            output::text(&text(gated))?;
            return Ok(None);
        }
        let decision = gated.map(|gated| gated.decision);
        let reason = match &decision {
            Some(decision) => format!("release decision {}", decision.sequence),
            None => "no gate is required".to_owned(),
        };
        match desk.store.publish_held(&held, desk.at, &reason).await {
            Ok(entry) => {
                let head = desk.store.head().await?;
                Ok(Some(Published { current: snapshot.clone(), entry, decision, head }))
            }
            Err(error @ (StoreError::Superseded { .. } | StoreError::NotAllowed { .. })) => {
                Err(desk.refuse(ACTION, about, format!("{error}; run the month again")).await)
            }
            Err(error) => Err(error.into()),
        }
    })
    .await?;
    let Some(published) = done else { return Ok(Exit::CheckFailed) };
    tracing::info!(%snapshot, outcome = "published", "release published");
    if asked.output.json {
        output::json(&published)?;
    } else {
        let head = published.head.map_or_else(String::new, |head| format!("; log head {head}"));
        let reason = published.entry.reason.unwrap_or_default();
        output::text(&format!("published {snapshot}: {reason}{head}\n"))?;
    }
    Ok(Exit::Done)
}

/// Why there is nothing to publish: who was killed right after the snapshot had become current reads here that it has.
async fn not_waiting(desk: &Desk<'_>, snapshot: &SnapshotId) -> anyhow::Result<String> {
    let refs = desk.store.refs().await?;
    let published = refs.iter().find(|one| one.action == RefAction::Publish && one.snapshot == *snapshot);
    let since = published.map_or_else(String::new, |RefEntry { sequence, at, .. }| {
        format!(": entry {sequence} of the ref log published it on {at}")
    });
    Ok(format!("{snapshot} does not wait to be published{since}"))
}

async fn waiting(desk: &Desk<'_>, snapshot: &SnapshotId) -> anyhow::Result<Option<WaitingSnapshot>> {
    let held = deklaro_record::release::waiting(desk.store).await?;
    Ok(held.into_iter().map(|entry| entry.row).find(|held| held.snapshot == *snapshot))
}

/// The gate once more, if it passed for this very draft before.
async fn passed(desk: &Desk<'_>, snapshot: &SnapshotId) -> anyhow::Result<Gated> {
    let draft = last_draft(desk, DecisionAction::Publish, snapshot).await?;
    let decisions = desk.store.registered::<Decision>().await?;
    let last = decisions
        .iter()
        .rev()
        .map(|entry| &entry.row)
        .find(|row| row.action == DecisionAction::Gate && row.snapshot.as_ref() == Some(snapshot));
    let reason = match last {
        None => "the gate was not asked: `deklaro release gate`",
        Some(row) if row.manifest_sha256.as_ref() != Some(&draft.sha256) => {
            "the last decision of the gate is about another manifest: `deklaro release gate`"
        }
        Some(row) if !row.passed => "the gate did not pass: `deklaro release gate`",
        Some(_) => return decided(desk, DecisionAction::Publish, &draft).await,
    };
    let about = About { snapshot: Some(snapshot.clone()), manifest_sha256: Some(draft.sha256) };
    Err(desk.refuse(DecisionAction::Publish, about, reason.to_owned()).await)
}
