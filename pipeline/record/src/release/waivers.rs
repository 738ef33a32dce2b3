//! Which rules of the gate are waived at a moment?

use super::registry_rows::{RegistryRow, rows};
use super::settings::Gate;
use super::signing::waiver_problem;
use deklaro_judge::release::CheckedWaiver;
use deklaro_schemas::Timestamp;
use deklaro_schemas::stored::ReleaseWaiver;
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
    let rows = rows::<ReleaseWaiver>(store, &mut problems).await?;
    if !problems.is_empty() {
        return Ok(Vec::new());
    }
    let waivers = checked_waivers(gate, rows, at);
    let in_force = waivers.iter().filter(|checked| checked.is_in_force(at));
    Ok(in_force.map(|checked| WaiverInForce::from(&checked.waiver)).collect())
}

/// Every waiver on record, with why it does not count, where it does not.
pub(super) fn checked_waivers(
    gate: &Gate,
    waivers: Vec<RegistryRow<ReleaseWaiver>>,
    at: Timestamp,
) -> Vec<CheckedWaiver> {
    let checked = |RegistryRow { row: waiver, at: written_at, .. }| CheckedWaiver {
        problem: waiver_problem(gate, &waiver, written_at, at),
        waiver,
    };
    waivers.into_iter().map(checked).collect()
}
