//! How does an approver end a waiver before its last day, and does that count?

use super::registry_rows::RegistryRow;
use super::settings::{Approver, Gate};
use super::signing::{revocation_problem, revocation_text, waiver_text};
use super::{About, Desk, SigningKey};
use anyhow::Context;
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::{Entry, RegistryTable, ReleaseWaiver, WaiverRevocation};
use deklaro_schemas::{Sha256, StoreId};
use std::collections::BTreeSet;

impl Desk<'_> {
    /// Signs that a waiver, by the number of its row, counts no more. What is refused is on record too.
    pub async fn revoke(
        &self,
        number: u64,
        reason: &str,
        (approver, key): (&Approver, &SigningKey),
    ) -> anyhow::Result<Entry<WaiverRevocation>> {
        let table = RegistryTable::find("waivers").context("the registry has a table `waivers`")?;
        let rows = self.store.raw_table(table).await?.rows;
        let Some(waiver) = rows.into_iter().find(|row| row.sequence == number) else {
            let reason = format!("there is no waiver {number}: `deklaro registry list waivers`");
            return Err(self.refuse(DecisionAction::Waive, About::default(), reason).await);
        };
        let mut revocation = WaiverRevocation {
            waiver: number,
            waiver_sha256: waiver.sha256,
            store_id: self.store.make_id().await?,
            reason: reason.to_owned(),
            approver: approver.name.clone(),
            role: approver.role.clone(),
            signed_at: self.at.to_second(),
            signature: String::new(),
        };
        revocation.signature = key.sign(&revocation_text(&revocation));
        Ok(self.register(&approver.name, revocation).await?)
    }
}

/// Who revoked a waiver and when, as the reason why it does not count; nothing where nobody did who may. A row that says what the revoked
/// row says is revoked with it: its signature would hold in a copy, too.
pub(super) fn revoked(
    gate: &Gate,
    store: Option<&StoreId>,
    waiver: &ReleaseWaiver,
    waivers: &[RegistryRow<ReleaseWaiver>],
    revocations: &[RegistryRow<WaiverRevocation>],
) -> Option<String> {
    let signed = waiver_text(waiver);
    let same = waivers.iter().filter(|row| waiver_text(&row.row) == signed);
    let rows: BTreeSet<&Sha256> = same.map(|row| &row.sha256).collect();
    let is_of = |row: &WaiverRevocation| rows.contains(&row.waiver_sha256) && Some(&row.store_id) == store;
    let mut of_it = revocations.iter().filter(|found| is_of(&found.row));
    let found = of_it.find(|found| revocation_problem(gate, &found.row, found.at).is_none())?;
    let WaiverRevocation { approver, signed_at, reason, .. } = &found.row;
    Some(format!("{approver} revoked it at {signed_at}: {reason}"))
}
