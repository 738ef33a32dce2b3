//! A release with what is on record about it.

use super::chosen::{drafted, waiting};
use super::desk::Desk;
use super::gate_input::{Facts, in_force};
use super::settings::Gate;
use deklaro_judge::release::ReleaseManifest;
use deklaro_schemas::stored::{Decision, Entry};
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::Store;
use serde::Serialize;
use utoipa::ToSchema;

/// A release with what is on record about it: `deklaro release show`, and the page `release.html` of the report.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// True while it waits for a decision to publish it.
    pub is_held: bool,
    /// SHA-256 of the last draft.
    pub sha256: String,
    /// When that was drafted.
    pub drafted_at: String,
    /// By whom.
    pub drafted_by: String,
    /// The draft.
    pub manifest: ReleaseManifest,
    /// Who signed.
    pub signatures: Vec<Signed>,
    /// What need not hold now.
    pub waivers: Vec<Waived>,
    /// Everything decided about the snapshot, first one first.
    pub decisions: Vec<Entry<Decision>>,
}

/// A signature about a release.
#[derive(Debug, Serialize)]
pub struct Signed {
    /// Who.
    pub approver: String,
    /// As what.
    pub role: String,
    /// Why it does not count; nothing where it does.
    pub problem: Option<String>,
}

/// A rule of the gate that need not hold now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Waiver)]
pub struct Waived {
    /// The rule.
    pub rule: String,
    /// Last day.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub approver: String,
}

impl std::fmt::Display for Waived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, until, reason, approver } = self;
        write!(f, "{rule} until {until} by {approver}: {reason}")
    }
}

impl From<&deklaro_judge::release::WaiverOnRecord> for Waived {
    fn from(waiver: &deklaro_judge::release::WaiverOnRecord) -> Self {
        Self {
            rule: waiver.rule.to_string(),
            until: waiver.until.clone(),
            reason: waiver.reason.clone(),
            approver: waiver.approver.clone(),
        }
    }
}

/// What is on record about a release; nothing where no manifest was drafted for it.
pub async fn shown(desk: &Desk<'_>, snapshot: &SnapshotId) -> anyhow::Result<Option<Shown>> {
    let Some(draft) = drafted(desk.store, snapshot).await? else { return Ok(None) };
    let facts = Facts::gather(desk, &draft.row).await?;
    let mut decisions = desk.store.registered::<Decision>().await?;
    decisions.retain(|entry| entry.row.snapshot.as_ref() == Some(snapshot));
    let signed = |one: &deklaro_judge::release::Signature| Signed {
        approver: one.approver.clone(),
        role: one.role.clone(),
        problem: one.problem.clone(),
    };
    Ok(Some(Shown {
        is_held: waiting(desk.store).await?.iter().any(|held| held.row.snapshot == *snapshot),
        sha256: draft.row.sha256.as_str().to_owned(),
        drafted_at: draft.at,
        drafted_by: draft.by,
        manifest: serde_json::from_str(&draft.row.text)?,
        signatures: facts.signatures().iter().map(signed).collect(),
        waivers: facts.waivers_in_force().into_iter().map(Waived::from).collect(),
        decisions,
    }))
}

/// What is waived at a moment, for whatever shows figures of a release.
pub async fn waived(store: &Store, gate: &Gate, at: Timestamp) -> anyhow::Result<Vec<Waived>> {
    Ok(in_force(store, gate, at).await?.iter().map(Waived::from).collect())
}
