//! `deklaro release waive` signs that a gate rule need not hold until a day.

use super::approve::signer;
use crate::cli::WaiveArgs;
use deklaro_console::line::{REASON, is_line};
use deklaro_console::{Exit, output};
use deklaro_record::release::{About, Desk, days_in_force, waiver_text};
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::ReleaseWaiver;

/// `deklaro release waive`: a signature that a rule need not hold until a day. What is refused is on record too.
pub(super) async fn waive(desk: &Desk<'_>, asked: &WaiveArgs) -> anyhow::Result<Exit> {
    let refused = |reason| desk.refuse(DecisionAction::Waive, About::default(), reason);
    if let Some(reason) = desk.mistrust().await? {
        return Err(refused(reason).await);
    }
    let rule = asked.rule;
    if !rule.may_be_waived() {
        return Err(refused(format!("rule `{rule}` may never be waived")).await);
    }
    if let Err(reason) = checked(desk, asked) {
        return Err(refused(format!("waiver of `{rule}`: {reason}")).await);
    }
    let (approver, key) = match signer(desk, &asked.signer) {
        Ok(signer) => signer,
        Err(reason) => return Err(refused(format!("waiver of `{rule}`: {reason}")).await),
    };
    let mut waiver = ReleaseWaiver {
        rule,
        until: asked.until.clone(),
        reason: asked.reason.trim().to_owned(),
        approver: approver.name.clone(),
        role: approver.role.clone(),
        signed_at: desk.at.to_second(),
        signature: String::new(),
    };
    waiver.signature = key.sign(&waiver_text(&waiver));
    let entry = desk.register(&approver.name, waiver).await?;
    if asked.output.json {
        output::json(&entry)?;
    } else {
        let ReleaseWaiver { until, approver, .. } = &entry.row;
        output::text(&format!("rule `{rule}` is waived until {until} by {approver}\n"))?;
    }
    Ok(Exit::Done)
}

/// Whether day and reason can be taken.
fn checked(desk: &Desk<'_>, asked: &WaiveArgs) -> Result<(), String> {
    let reason = asked.reason.trim();
    if !is_line(reason, REASON) {
        return Err(format!("the reason is not a line of 1 to {REASON} characters"));
    }
    days_in_force(desk.at, &asked.until)
}
