//! `deklaro release gate` judges the last draft and records the decision.

use crate::cli::ReleaseGateArgs;
use anyhow::Context;
use deklaro_console::{Exit, output};
use deklaro_judge::release::judge;
use deklaro_record::rehearsal::lease;
use deklaro_record::release::{About, Desk, WaiverInForce, drafted, gate_input, of_release};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{DecisionAction, RuleVerdict};
use deklaro_schemas::stored::{DecidedRule, Decision, DraftedManifest, Entry};
use deklaro_store::StoreError;
use serde::Serialize;

/// A decision and the waivers it rests on.
#[derive(Debug, Serialize)]
pub(super) struct Gated {
    pub(super) decision: Entry<Decision>,
    pub(super) waivers: Vec<String>,
}

/// `deklaro release gate`: judges the last draft and records the decision, also a refusal; exit 1 unless it passed.
pub(super) async fn gate(desk: &Desk<'_>, asked: &ReleaseGateArgs) -> anyhow::Result<Exit> {
    let snapshot = of_release(desk.store, asked.snapshot.as_ref()).await?;
    let gated = alone(desk, DecisionAction::Gate, &snapshot, async {
        let draft = last_draft(desk, DecisionAction::Gate, &snapshot).await?;
        decided(desk, DecisionAction::Gate, &draft).await
    })
    .await?;
    if asked.output.json {
        output::json(&gated)?;
    } else {
        output::text(&text(&gated))?;
    }
    Ok(if gated.decision.row.passed { Exit::Done } else { Exit::CheckFailed })
}

/// Does something while nobody else moves the current snapshot or decides about one. A second one is refused, and that is
/// on record.
pub(super) async fn alone<T>(
    desk: &Desk<'_>,
    action: DecisionAction,
    snapshot: &SnapshotId,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let lease = match lease(desk.store).await {
        Err(busy @ StoreError::Busy(_)) => {
            let about = About { snapshot: Some(snapshot.clone()), manifest_sha256: None };
            let recorded = desk.refuse(action, about, format!("somebody else is at it: {busy}")).await;
            return Err(anyhow::Error::new(busy).context(recorded));
        }
        lease => lease?,
    };
    let result = work.await;
    desk.store.release(&lease).await?;
    result
}

/// The draft that is judged.
pub(super) async fn last_draft(
    desk: &Desk<'_>,
    action: DecisionAction,
    snapshot: &SnapshotId,
) -> anyhow::Result<DraftedManifest> {
    let about = || About { snapshot: Some(snapshot.clone()), manifest_sha256: None };
    match drafted(desk.store, snapshot).await {
        Ok(Some(draft)) => Ok(draft.row),
        Ok(None) => {
            let reason = format!("no manifest was drafted for {snapshot}: `deklaro release draft`");
            Err(desk.refuse(action, about(), reason).await)
        }
        Err(error) => Err(desk.refuse(action, about(), format!("the registry is broken: {error:#}")).await),
    }
}

/// Judges a draft as things stand now, and records it.
pub(super) async fn decided(
    desk: &Desk<'_>,
    action: DecisionAction,
    draft: &DraftedManifest,
) -> anyhow::Result<Gated> {
    let input = gate_input(desk, draft).await?;
    let judged = judge(&input);
    let failed: Vec<&str> = judged
        .rules
        .iter()
        .filter(|rule| rule.verdict == RuleVerdict::Failed)
        .map(|rule| rule.rule.as_str())
        .collect();
    let waivers: Vec<String> =
        input.waivers_in_force().map(|waiver| WaiverInForce::from(waiver).to_string()).collect();
    let reason = match (failed.is_empty(), waivers.is_empty()) {
        (false, _) => {
            format!("{} of {} rules do not hold: {}", failed.len(), judged.rules.len(), failed.join(", "))
        }
        (true, true) => format!("all {} rules hold", judged.rules.len()),
        (true, false) => format!("all {} rules hold or are waived", judged.rules.len()),
    };
    let decision = Decision {
        action,
        snapshot: Some(draft.snapshot.clone()),
        manifest_sha256: Some(draft.sha256.clone()),
        passed: judged.passed,
        reason,
        scorecard: input.scorecard.map(|card| card.reference),
        rules: judged.rules,
        heads: Vec::new(),
    };
    let said = decision.reason.clone();
    let decision = desk.decide(decision).await.with_context(|| format!("recording the decision: {said}"))?;
    let span = tracing::Span::current();
    span.record("snapshot", draft.snapshot.as_str());
    span.record("manifest_sha256", draft.sha256.as_str());
    span.record("decision", decision.sequence);
    tracing::info!(
        decision = decision.sequence,
        passed = decision.row.passed,
        reason = said,
        "release judged"
    );
    Ok(Gated { decision, waivers })
}

/// A decision for people.
pub(super) fn text(Gated { decision, waivers }: &Gated) -> String {
    let row = &decision.row;
    let verdict = if row.passed { "may go out" } else { "may not go out" };
    let snapshot = row.snapshot.as_ref().map_or("-", |snapshot| snapshot.as_str());
    let manifest = row.manifest_sha256.as_ref().map_or("-", |sha256| sha256.as_str());
    let mut text = format!(
        "{snapshot} {verdict}: {}\nmanifest {manifest}, decision {}\n",
        row.reason, decision.sequence
    );
    for DecidedRule { rule, verdict, value, limit, satisfied_by } in &row.rules {
        text.push_str(&format!("{verdict:>8}  {rule:<11} {value}  (asked: {limit})\n"));
        if let Some(mend) = satisfied_by.as_ref().filter(|_| *verdict == RuleVerdict::Failed) {
            text.push_str(&format!("{:>21} {mend}\n", "→"));
        }
    }
    for waiver in waivers {
        text.push_str(&format!("  waiver  {waiver}\n"));
    }
    text
}
