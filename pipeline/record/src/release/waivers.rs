//! Which rules of the gate are waived at a moment?

use super::registry_rows::{RegistryRow, bare, rows};
use super::revoking::revoked;
use super::settings::Gate;
use super::signing::waiver_problem;
use deklaro_judge::release::CheckedWaiver;
use deklaro_schemas::stored::{ReleaseWaiver, WaiverRevocation};
use deklaro_schemas::{StoreId, Timestamp};
use deklaro_store::Store;
use serde::Serialize;
use utoipa::ToSchema;

/// A rule of the gate that need not hold now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Waiver)]
pub struct WaiverInForce {
    /// The rule.
    pub rule: String,
    /// Last day.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub approver: String,
}

impl std::fmt::Display for WaiverInForce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, until, reason, approver } = self;
        write!(f, "{rule} until {until} by {approver}: {reason}")
    }
}

impl From<&ReleaseWaiver> for WaiverInForce {
    fn from(waiver: &ReleaseWaiver) -> Self {
        let ReleaseWaiver { rule, until, reason, approver, .. } = waiver.clone();
        Self { rule: rule.to_string(), until, reason, approver }
    }
}

/// What is waived at a moment, for whatever shows figures of a release. A broken table waives nothing.
pub async fn waivers_in_force(
    store: &Store,
    gate: &Gate,
    at: Timestamp,
) -> anyhow::Result<Vec<WaiverInForce>> {
    let mut problems = Vec::new();
    let waivers = checked_waivers(store, gate, at, &mut problems).await?;
    if !problems.is_empty() {
        return Ok(Vec::new());
    }
    let in_force = waivers.iter().filter(|checked| checked.is_in_force(at));
    Ok(in_force.map(|checked| WaiverInForce::from(&checked.waiver)).collect())
}

/// Every waiver on record, with why it does not count, where it does not. Rows that cannot be read are problems.
pub(super) async fn checked_waivers(
    store: &Store,
    gate: &Gate,
    at: Timestamp,
    problems: &mut Vec<String>,
) -> anyhow::Result<Vec<CheckedWaiver>> {
    let waivers = rows::<ReleaseWaiver>(store, problems).await?;
    let revocations = rows::<WaiverRevocation>(store, problems).await?;
    let id = store.id().await?;
    let why: Vec<Option<String>> = waivers
        .iter()
        .map(|waiver| problem(gate, id.as_ref(), waiver, (&waivers, &revocations), at))
        .collect();
    let both = bare(waivers).into_iter().zip(why);
    Ok(both.map(|(waiver, problem)| CheckedWaiver { problem, waiver }).collect())
}

fn problem(
    gate: &Gate,
    store: Option<&StoreId>,
    waiver: &RegistryRow<ReleaseWaiver>,
    (waivers, revocations): (&[RegistryRow<ReleaseWaiver>], &[RegistryRow<WaiverRevocation>]),
    at: Timestamp,
) -> Option<String> {
    revoked(gate, store, &waiver.row, waivers, revocations)
        .or_else(|| waiver_problem(gate, store, &waiver.row, waiver.at, at))
}
