//! The rules of the gate, one function each.

use super::flakes::{FLAKE_RUNS, Flakes, flakes};
use super::gate_input::{GateInput, Signature};
use super::{NamedScorecard, deltas};
use deklaro_schemas::Timestamp;
use deklaro_schemas::codes::{CheckVerdict, GateRule};
use deklaro_schemas::stored::{LEASE_SECONDS, ThresholdDelta};
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400_000_000;
/// Names and problems listed in one value.
const LISTED: usize = 5;

/// What was found about a rule.
pub(crate) struct Found {
    pub(crate) holds: bool,
    pub(crate) value: String,
    pub(crate) limit: String,
    pub(crate) satisfied_by: String,
}

impl Found {
    fn new(
        holds: bool,
        value: impl Into<String>,
        limit: impl Into<String>,
        satisfied_by: impl Into<String>,
    ) -> Self {
        Self { holds, value: value.into(), limit: limit.into(), satisfied_by: satisfied_by.into() }
    }
}

/// What is found about a rule.
pub(crate) fn found(rule: GateRule, input: &GateInput) -> Found {
    match rule {
        GateRule::Clock => clock(input),
        GateRule::Registry => {
            let mend = "put the registry back from a copy of the store; `deklaro registry verify` names every broken table";
            intact(&input.registry, "an unbroken registry", mend)
        }
        GateRule::Integrity => {
            let mend = "put the files back from a copy, or run the month again; `deklaro verify` names them";
            intact(&input.integrity, "every file as its manifest says", mend)
        }
        GateRule::Manifest => manifest(input),
        GateRule::Coverage => {
            let mend = "run the month again, or resume the run with `--coverage-reason`";
            check(input, "hosts__coverage_kept", mend)
        }
        GateRule::Privacy => {
            let mend = "find out why a host that opted out was asked, and run the month again";
            check(input, "fetches__opt_outs_kept", mend)
        }
        GateRule::Window => window(input),
        GateRule::Readiness => readiness(input),
        GateRule::Freshness => freshness(input),
        GateRule::P95 => p95(input),
        GateRule::ErrorRate => error_rate(input),
        GateRule::FlakeRate => flake_rate(input),
        GateRule::Approvals => approvals(input),
        GateRule::Rehearsal => rehearsal(input),
        GateRule::Drills => drills(input),
        GateRule::Thresholds => thresholds(input),
    }
}

fn clock(input: &GateInput) -> Found {
    let value = format!("it is {}", input.at);
    let Some(last) = input.last_written else {
        return Found::new(true, value, "any time: nothing was written yet", "");
    };
    let holds = input.at.0 + LEASE_SECONDS * 1_000_000 >= last.0;
    Found::new(holds, value, format!("not before {last}"), "set this machine's clock right")
}

fn intact(problems: &[String], limit: &str, mend: &str) -> Found {
    let value = if problems.is_empty() { "intact".to_owned() } else { listed(problems) };
    Found::new(problems.is_empty(), value, limit, mend)
}

fn manifest(input: &GateInput) -> Found {
    let manifest = &input.manifest;
    let named = manifest.scorecard.as_ref().map(NamedScorecard::reference);
    let last = input.scorecard.as_ref().map(|card| card.reference.clone());
    let limit = "a draft of the snapshot, its last scorecard and the thresholds, as they stand";
    let mend = "`deklaro release draft`, and approvals of the new draft";
    let value = if manifest.snapshot_manifest_sha256 != input.snapshot_manifest_sha256 {
        "the draft is of another edition of the snapshot".to_owned()
    } else if named != last {
        let number = |card: &Option<deklaro_schemas::stored::ScorecardReference>| {
            card.as_ref().map_or("none".to_owned(), |card| card.sequence.to_string())
        };
        format!("the draft names scorecard {}, the last one is {}", number(&named), number(&last))
    } else if manifest.thresholds != input.thresholds {
        let changes = threshold_changes(&manifest.thresholds, &input.thresholds);
        format!("thresholds changed since the draft: {}", listed(&changes))
    } else if let Some(superseded) = &input.superseded {
        return Found::new(false, superseded, limit, "run the month again");
    } else {
        return Found::new(true, "as drafted", limit, mend);
    };
    Found::new(false, value, limit, mend)
}

fn check(input: &GateInput, name: &str, mend: &str) -> Found {
    let check = input.checks.iter().find(|check| check.check_name == name);
    let value = match check {
        None => "not checked".to_owned(),
        Some(check) => format!("check `{name}`: {}", check.verdict),
    };
    let holds = check.is_some_and(|check| check.verdict == CheckVerdict::Pass);
    Found::new(holds, value, format!("check `{name}` passed"), mend)
}

fn window(input: &GateInput) -> Found {
    let (from, until) = input.window;
    let holds = (from..=until).contains(&input.at);
    let mend = "wait for it, or draft again with `--from` and `--until`";
    Found::new(holds, format!("it is {}", input.at), format!("from {from} until {until}"), mend)
}

fn readiness(input: &GateInput) -> Found {
    let mend = "`deklaro readiness --results DIR --record` once every suite passes, and a new draft";
    let limit = "every suite passed";
    match &input.scorecard {
        None => Found::new(false, "no scorecard is recorded for this release", limit, mend),
        Some(card) if card.overall_passed => Found::new(true, "passed", limit, mend),
        Some(card) => Found::new(false, format!("not passed: {}", listed(&card.failing)), limit, mend),
    }
}

fn freshness(input: &GateInput) -> Found {
    let limit = format!("at most {} days old", input.limits.scorecard_days);
    let mend = "`deklaro readiness --results DIR --record`, and a new draft";
    match &input.scorecard {
        None => Found::new(false, "no scorecard is recorded for this release", limit, mend),
        Some(card) => {
            let holds = is_recent(card.generated_at, input.at, input.limits.scorecard_days);
            Found::new(holds, format!("results of {}", card.generated_at), limit, mend)
        }
    }
}

fn p95(input: &GateInput) -> Found {
    let limit = format!("below {} ms", input.limits.p95_ms);
    let mend = "measure the service (`bench.json` with `p95_ms`) and make it faster where it is too slow";
    match input.scorecard.as_ref().and_then(|card| card.p95_ms) {
        None => Found::new(false, "not measured", limit, mend),
        Some(p95) => Found::new(p95 < input.limits.p95_ms, format!("{} ms", rounded(p95)), limit, mend),
    }
}

fn error_rate(input: &GateInput) -> Found {
    let limit = format!("at most {}", rounded(1.0 - input.limits.success_share));
    let mend = "mend the tests that fail, and record a new scorecard";
    match input.scorecard.as_ref().and_then(|card| card.success_share) {
        None => Found::new(false, "not measured", limit, mend),
        Some(share) => Found::new(share >= input.limits.success_share, rounded(1.0 - share), limit, mend),
    }
}

fn flake_rate(input: &GateInput) -> Found {
    let limit = format!("below {} over the last {FLAKE_RUNS} runs", input.limits.flake_share);
    let mend = "run the tests at least twice and record it; mend those that pass only on a second try";
    let worst = flakes(&input.suite_runs).into_iter().max_by(|a, b| a.1.share.total_cmp(&b.1.share));
    match worst {
        None => Found::new(false, "not measured", limit, mend),
        Some((suite, Flakes { share, runs })) => {
            let value = format!("{} in {suite}, {runs} runs", rounded(share));
            Found::new(share < input.limits.flake_share, value, limit, mend)
        }
    }
}

fn approvals(input: &GateInput) -> Found {
    let counted: BTreeSet<&str> = input
        .signatures
        .iter()
        .filter(|signature| signature.problem.is_none())
        .map(|signature| signature.approver.as_str())
        .collect();
    // A runner who is none of the approvers may be one by another name: two approvers are two pairs of eyes.
    let is_seen_by_another = match &input.runner {
        Some(runner) => counted.iter().any(|approver| approver != runner),
        None => counted.len() >= 2,
    };
    let holds = counted.len() >= input.limits.approvals && is_seen_by_another;
    let ran_by = input.ran_by.as_ref().map_or("nobody on record".to_owned(), |name| format!("`{name}`"));
    let value = match input.signatures.as_slice() {
        [] => format!("none; run by {ran_by}"),
        all => format!("{}; run by {ran_by}", listed(&all.iter().map(signed).collect::<Vec<_>>())),
    };
    let asked = input.limits.approvals;
    let limit = match input.runner {
        Some(_) => format!("{asked} of this manifest, one of them not who ran it"),
        None => format!("{} of this manifest, as who ran it is none of the approvers", asked.max(2)),
    };
    Found::new(holds, value, limit, "`deklaro release approve` by another approver")
}

fn signed(signature: &Signature) -> String {
    let Signature { approver, role, problem } = signature;
    match problem {
        None => format!("`{approver}` ({role})"),
        Some(problem) => format!("`{approver}` ({role}) does not count: {problem}"),
    }
}

fn rehearsal(input: &GateInput) -> Found {
    let limit = format!("passed, at most {} days ago", input.limits.rehearsal_days);
    let mend = "`deklaro rehearse rollback`";
    match input.rehearsal {
        None => Found::new(false, "never rehearsed", limit, mend),
        Some(rehearsed) => {
            let outcome = if rehearsed.is_ok { "passed" } else { "failed" };
            let is_recent = is_recent(rehearsed.at, input.at, input.limits.rehearsal_days);
            Found::new(rehearsed.is_ok && is_recent, format!("{outcome} on {}", rehearsed.at), limit, mend)
        }
    }
}

fn drills(input: &GateInput) -> Found {
    let last: BTreeMap<&str, bool> =
        input.drills.iter().map(|drill| (drill.name.as_str(), drill.passed)).collect();
    let failed: Vec<String> =
        last.iter().filter(|(_, passed)| !**passed).map(|(name, _)| (*name).to_owned()).collect();
    let value = match (last.len(), failed.is_empty()) {
        (0, _) => "none on record".to_owned(),
        (count, true) => format!("{count} drills passed"),
        (_, false) => format!("failed: {}", listed(&failed)),
    };
    Found::new(
        failed.is_empty(),
        value,
        "no drill whose last run failed",
        "mend it, and `deklaro drill NAME` again",
    )
}

fn thresholds(input: &GateInput) -> Found {
    let limit = "as last recorded";
    let mend = "`deklaro thresholds record --reason TEXT --by NAME`";
    let Some(recorded) = &input.recorded else {
        return Found::new(false, "never recorded", limit, mend);
    };
    let changed = threshold_changes(recorded, &input.thresholds);
    let value = if changed.is_empty() { "unchanged".to_owned() } else { listed(&changed) };
    Found::new(changed.is_empty(), value, limit, mend)
}

fn threshold_changes(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let side = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let told =
        |delta: ThresholdDelta| format!("{}: {} → {}", delta.name, side(delta.before), side(delta.after));
    deltas(before, after).into_iter().map(told).collect()
}

/// True for what happened in these days. What lies ahead has not happened; five minutes are what two clocks may differ by.
fn is_recent(then: Timestamp, now: Timestamp, days: i64) -> bool {
    (-LEASE_SECONDS * 1_000_000..=days * DAY).contains(&now.0.saturating_sub(then.0))
}

/// A figure as people read it.
fn rounded(figure: f64) -> String {
    ((figure * 10_000.0).round() / 10_000.0).to_string()
}

fn listed(items: &[String]) -> String {
    let mut text = items.iter().take(LISTED).cloned().collect::<Vec<_>>().join("; ");
    if items.len() > LISTED {
        text.push_str(&format!(" … and {} more", items.len() - LISTED));
    }
    text
}
