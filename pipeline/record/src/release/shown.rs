//! A release with what is on record about it.

use super::chosen::{drafted, waiting};
use super::desk::Desk;
use super::gate_input::gate_input;
use super::waivers::WaiverInForce;
use deklaro_judge::release::{ReleaseManifest, Signature};
use deklaro_schemas::stored::{Decision, Entry};
use deklaro_schemas::{SnapshotId, Timestamp, rfc3339};
use futures::future::BoxFuture;
use serde::Serialize;

/// A release with what is on record about it: `deklaro release show`, and the page `release.html` of the report.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// True while it waits for a decision to publish it.
    pub is_held: bool,
    /// SHA-256 of the last draft.
    pub sha256: String,
    /// When that was drafted.
    #[serde(with = "rfc3339")]
    pub drafted_at: Timestamp,
    /// By whom.
    pub drafted_by: String,
    /// The draft.
    pub manifest: ReleaseManifest,
    /// Who signed.
    pub signatures: Vec<Signature>,
    /// What need not hold now.
    pub waivers: Vec<WaiverInForce>,
    /// Everything decided about the snapshot, first one first.
    pub decisions: Vec<Entry<Decision>>,
}

/// What is on record about a release; nothing where no manifest was drafted for it.
pub fn shown<'a>(
    desk: &'a Desk<'a>,
    snapshot: &'a SnapshotId,
) -> BoxFuture<'a, anyhow::Result<Option<Shown>>> {
    Box::pin(async move {
        let Some(draft) = drafted(desk.store, snapshot).await? else { return Ok(None) };
        let input = gate_input(desk, &draft.row).await?;
        let mut decisions = desk.store.registered::<Decision>().await?;
        decisions.retain(|entry| entry.row.snapshot.as_ref() == Some(snapshot));
        Ok(Some(Shown {
            is_held: waiting(desk.store).await?.iter().any(|held| held.row.snapshot == *snapshot),
            sha256: draft.row.sha256.as_str().to_owned(),
            drafted_at: draft.at,
            drafted_by: draft.by,
            manifest: serde_json::from_str(&draft.row.text)?,
            waivers: input.waivers_in_force().map(WaiverInForce::from).collect(),
            signatures: input.signatures,
            decisions,
        }))
    })
}
