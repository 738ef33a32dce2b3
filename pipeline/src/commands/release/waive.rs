//! `deklaro release waive` signs that a gate rule need not hold until a day, or that such a waiver is revoked.

use crate::cli::WaiveArgs;
use deklaro_console::line::{REASON, is_line};
use deklaro_console::{Exit, output};
use deklaro_record::release::{About, Desk, days_in_force, waiver_text};
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::ReleaseWaiver;

/// `deklaro release waive`: a signature that a rule need not hold until a day, or that one counts no more. What is refused is on record too.
pub(super) async fn waive(desk: &Desk<'_>, asked: &WaiveArgs) -> anyhow::Result<Exit> {
    let refused = |reason| desk.refuse(DecisionAction::Waive, About::default(), reason);
    if let Some(reason) = desk.mistrust().await? {
        return Err(refused(reason).await);
    }
    let named = match (asked.rule, asked.revoke) {
        (Some(rule), _) => format!("waiver of `{rule}`"),
        (None, number) => format!("revocation of waiver {}", number.unwrap_or_default()),
    };
    if let Some(rule) = asked.rule.filter(|rule| !rule.may_be_waived()) {
        return Err(refused(format!("rule `{rule}` may never be waived")).await);
    }
    if let Err(reason) = checked(desk, asked) {
        return Err(refused(format!("{named}: {reason}")).await);
    }
    let (approver, key) = match desk.signer(&asked.signer.name, &asked.signer.key) {
        Ok(signer) => signer,
        Err(reason) => return Err(refused(format!("{named}: {reason}")).await),
    };
    let (rule, until) = match (asked.rule, &asked.until, asked.revoke) {
        (Some(rule), Some(until), _) => (rule, until.clone()),
        (.., number) => {
            let entry =
                desk.revoke(number.unwrap_or_default(), asked.reason.trim(), (approver, &key)).await?;
            let text = format!("waiver {} is revoked by {}\n", entry.row.waiver, approver.name);
            return printed(asked, &entry, &text);
        }
    };
    let mut waiver = ReleaseWaiver {
        rule,
        until,
        reason: asked.reason.trim().to_owned(),
        approver: approver.name.clone(),
        role: approver.role.clone(),
        signed_at: desk.at.to_second(),
        signature: String::new(),
        store_id: Some(desk.store.make_id().await?),
    };
    waiver.signature = key.sign(&waiver_text(&waiver));
    let entry = desk.register(&approver.name, waiver).await?;
    let text = format!("rule `{rule}` is waived until {} by {}\n", entry.row.until, approver.name);
    printed(asked, &entry, &text)
}

fn printed(asked: &WaiveArgs, entry: &impl serde::Serialize, text: &str) -> anyhow::Result<Exit> {
    if asked.output.json {
        output::json(entry)?;
    } else {
        output::text(text)?;
    }
    Ok(Exit::Done)
}

/// Whether day and reason can be taken.
fn checked(desk: &Desk<'_>, asked: &WaiveArgs) -> Result<(), String> {
    let reason = asked.reason.trim();
    if !is_line(reason, REASON) {
        return Err(format!("the reason is not a line of 1 to {REASON} characters"));
    }
    asked.until.as_ref().map_or(Ok(()), |until| days_in_force(desk.at, until))
}
