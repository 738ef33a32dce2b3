//! These tests show that a draft is the same every time and that each gate rule has its fault.

use super::*;
use deklaro_schemas::codes::{CheckVerdict, EventType, FileKind, GateRule, RuleVerdict, Severity};
use deklaro_schemas::stored::{
    Drill, Event, Manifest, ManifestFile, ReleaseWaiver, STORE_FORMAT, ScorecardReference, SuiteRun,
};
use deklaro_schemas::tables::{MetaCheck, MetaRun};
use deklaro_schemas::{RunId, RunMonth, Sha256, SnapshotId, Timestamp};
use std::collections::BTreeMap;

/// 2026-11-22, noon.
const NOON: Timestamp = Timestamp(1_795_348_800_000_000);
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

fn later(by: i64) -> Timestamp {
    Timestamp(NOON.0 + by)
}

fn snapshot_manifest() -> Manifest {
    let month = RunMonth::parse("2026-11").unwrap();
    let file = |path: &str, kind| ManifestFile {
        path: path.parse().unwrap(),
        kind,
        table: None,
        sha256: Sha256::of(path.as_bytes()),
        size_bytes: 7,
        row_count: None,
    };
    Manifest {
        format: STORE_FORMAT,
        snapshot: SnapshotId::new(month, 0),
        run_id: RunId::new(month, 7),
        run_month: month,
        created_at: later(-2 * HOUR),
        previous: None,
        countries: Vec::new(),
        files: vec![
            file("artifacts/AT.toon", FileKind::Artifact),
            file("lineage/sbom.cdx.json", FileKind::Document),
        ],
    }
}

fn settings(gap: &str, previous: &str) -> Vec<MetaRun> {
    let manifest = snapshot_manifest();
    let row = |(name, value): (&str, &str)| MetaRun {
        snapshot: manifest.snapshot.clone(),
        run_id: manifest.run_id.clone(),
        run_month: manifest.run_month,
        name: name.to_owned(),
        value: value.to_owned(),
        recorded_at: NOON,
    };
    [("version", "0.1.0"), ("gap_ms", gap), ("previous_snapshot", previous)].map(row).into()
}

fn named(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn reference() -> ScorecardReference {
    ScorecardReference { sequence: 3, sha256: Sha256::of(b"card") }
}

fn drafted() -> ReleaseManifest {
    let before = SnapshotId::new(RunMonth::parse("2026-10").unwrap(), 0);
    let card = NamedScorecard {
        sequence: 3,
        sha256: Sha256::of(b"card"),
        generated_at: later(-HOUR),
        overall_passed: true,
    };
    let rehearsal = Event {
        sequence: 1,
        event_type: EventType::RollbackRehearsal,
        snapshot: before.clone(),
        at: later(-60 * HOUR),
        took_ms: 57,
        is_ok: true,
        details: Vec::new(),
        path: None,
        previous_sha256: None,
    };
    draft(&DraftInput {
        manifest: &snapshot_manifest(),
        manifest_sha256: &Sha256::of(b"manifest"),
        previous: Some(&before),
        settings: &settings("1000", "2026-10.0"),
        previous_settings: Some(&settings("500", "2026-09.0")),
        thresholds: &named(&[("readiness.p95_ms", "200")]),
        previous_thresholds: Some(&named(&[("readiness.p95_ms", "250")])),
        data: Some(&DataDelta { hosts_before: 2, hosts_after: 3, ..DataDelta::default() }),
        rollout: &Rollout { from: later(-2 * HOUR), until: later(7 * DAY - 2 * HOUR) },
        rehearsal: Some(&rehearsal),
        scorecard: Some(&card),
        trace_id: Some("0af7651916cd43dd8448eb211c80319c"),
    })
}

#[test]
fn the_same_input_is_drafted_to_the_same_bytes_and_says_what_changed() {
    let manifest = drafted();
    assert_eq!(manifest.text(), drafted().text());
    let changed = |deltas: &Option<Vec<deklaro_schemas::stored::ThresholdDelta>>| -> Vec<String> {
        deltas.iter().flatten().map(|delta| delta.name.clone()).collect()
    };
    assert_eq!(changed(&manifest.configuration), ["gap_ms"], "which snapshot came before is no setting");
    assert_eq!(changed(&manifest.threshold_changes), ["readiness.p95_ms"]);
    assert_eq!(manifest.rollback.command, "deklaro rollback 2026-10.0 --reason TEXT");
    assert_eq!(manifest.artifacts.len(), 1);
    assert_eq!(manifest.sbom.as_ref().unwrap().path, "lineage/sbom.cdx.json");
    assert_eq!(serde_json::from_str::<ReleaseManifest>(&manifest.text()).unwrap(), manifest);
}

#[test]
fn a_manifest_fits_its_schema_and_a_first_one_too() {
    let schema = serde_json::from_str(&manifest_schema()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let valid = |manifest: &ReleaseManifest| schema.is_valid(&serde_json::to_value(manifest).unwrap());
    assert!(valid(&drafted()));
    let first = ReleaseManifest {
        previous_release: None,
        configuration: None,
        threshold_changes: None,
        data: None,
        scorecard: None,
        sbom: None,
        trace_id: None,
        ..drafted()
    };
    assert!(valid(&first));
    let mut more = serde_json::to_value(drafted()).unwrap();
    more["approvals"] = 2.into();
    assert!(!schema.is_valid(&more));
}

fn suite_run(suite: &str, flake_share: f64) -> SuiteRun {
    SuiteRun {
        suite: suite.to_owned(),
        status: "passed".to_owned(),
        success_share: Some(1.0),
        flake_share: Some(flake_share),
        duration_ms: None,
        p95_ms: None,
        results_sha256: None,
    }
}

fn signature(approver: &str) -> Signature {
    Signature { approver: approver.to_owned(), role: "editor".to_owned(), problem: None }
}

fn drill(name: &str, passed: bool) -> Drill {
    Drill { name: name.to_owned(), passed, detected_ms: 1, recovered_ms: 2, lost: 0, details: Vec::new() }
}

fn check(name: &str) -> MetaCheck {
    MetaCheck {
        check_name: name.to_owned(),
        table_name: "hosts".to_owned(),
        description: "A rule.".to_owned(),
        severity: Severity::Error,
        verdict: CheckVerdict::Pass,
        value: 0.0,
        threshold: 0.0,
        threshold_reason: "none is tolerated".to_owned(),
        samples: Vec::new(),
    }
}

/// A month that may go out.
fn good() -> GateInput {
    let thresholds = named(&[("readiness.p95_ms", "200")]);
    GateInput {
        at: NOON,
        last_written: Some(later(-HOUR)),
        registry: Vec::new(),
        integrity: Vec::new(),
        manifest: drafted(),
        snapshot_manifest_sha256: Sha256::of(b"manifest"),
        window: (later(-2 * HOUR), later(7 * DAY)),
        checks: ["hosts__coverage_kept", "fetches__opt_outs_kept"].map(check).into(),
        scorecard: Some(Scored {
            reference: reference(),
            generated_at: later(-HOUR),
            overall_passed: true,
            failing: Vec::new(),
            success_share: Some(1.0),
            p95_ms: Some(12.5),
        }),
        suite_runs: vec![suite_run("unit", 0.0), suite_run("integration", 0.05)],
        signatures: vec![signature("Ada"), signature("Ben")],
        ran_by: Some("ada".to_owned()),
        runner: Some("Ada".to_owned()),
        superseded: None,
        rehearsal: Some(Rehearsed { at: later(-2 * DAY), is_ok: true }),
        drills: vec![drill("worker-crash", false), drill("worker-crash", true)],
        recorded: Some(thresholds.clone()),
        thresholds,
        waivers: Vec::new(),
        limits: GateLimits {
            success_share: 0.98,
            flake_share: 0.1,
            p95_ms: 200.0,
            approvals: 1,
            scorecard_days: 7,
            rehearsal_days: 30,
        },
    }
}

fn red(judged: &Judged) -> Vec<GateRule> {
    judged.rules.iter().filter(|rule| rule.verdict == RuleVerdict::Failed).map(|rule| rule.rule).collect()
}

/// A fault that is seeded.
type Fault = fn(&mut GateInput);

/// Faults by the rule that each breaks.
const FAULTS: &[(GateRule, Fault)] = &[
    (GateRule::Clock, |seen| seen.last_written = Some(later(HOUR))),
    (GateRule::Registry, |seen| seen.registry.push("`registry/approvals/2.json`: missing".to_owned())),
    (GateRule::Integrity, |seen| seen.integrity.push("tables/hosts: sha256 differs".to_owned())),
    (GateRule::Manifest, |seen| seen.snapshot_manifest_sha256 = Sha256::of(b"another")),
    (GateRule::Manifest, |seen| {
        seen.scorecard.as_mut().unwrap().reference.sequence = 4;
    }),
    (GateRule::Manifest, |seen| {
        seen.thresholds.insert("gate.approvals".to_owned(), "1".to_owned());
        seen.recorded = Some(seen.thresholds.clone());
    }),
    (GateRule::Manifest, |seen| seen.superseded = Some("2026-09.0 is current".to_owned())),
    (GateRule::Coverage, |seen| seen.checks[0].verdict = CheckVerdict::Fail),
    (GateRule::Coverage, |seen| {
        seen.checks.remove(0);
    }),
    (GateRule::Privacy, |seen| seen.checks[1].verdict = CheckVerdict::Warn),
    (GateRule::Window, |seen| seen.window.0 = later(1)),
    (GateRule::Window, |seen| seen.window.1 = later(-1)),
    (GateRule::Readiness, |seen| {
        let card = seen.scorecard.as_mut().unwrap();
        card.overall_passed = false;
        card.failing.push("security: 1 advisories".to_owned());
    }),
    (GateRule::Freshness, |seen| seen.scorecard.as_mut().unwrap().generated_at = later(-7 * DAY - 1)),
    (GateRule::Freshness, |seen| seen.scorecard.as_mut().unwrap().generated_at = later(HOUR)),
    (GateRule::P95, |seen| seen.scorecard.as_mut().unwrap().p95_ms = Some(200.0)),
    (GateRule::P95, |seen| seen.scorecard.as_mut().unwrap().p95_ms = None),
    (GateRule::ErrorRate, |seen| seen.scorecard.as_mut().unwrap().success_share = Some(0.979)),
    (GateRule::FlakeRate, |seen| seen.suite_runs.extend((0..30).map(|_| suite_run("unit", 0.2)))),
    (GateRule::FlakeRate, |seen| seen.suite_runs.clear()),
    (GateRule::Approvals, |seen| seen.signatures.clear()),
    (GateRule::Approvals, |seen| seen.signatures.truncate(1)),
    (GateRule::Approvals, |seen| {
        seen.runner = None;
        seen.signatures.remove(0);
    }),
    (GateRule::Approvals, |seen| seen.signatures[1].problem = Some("the key expired".to_owned())),
    (GateRule::Rehearsal, |seen| seen.rehearsal = None),
    (GateRule::Rehearsal, |seen| seen.rehearsal.as_mut().unwrap().is_ok = false),
    (GateRule::Rehearsal, |seen| seen.rehearsal.as_mut().unwrap().at = later(-30 * DAY - 1)),
    (GateRule::Rehearsal, |seen| seen.rehearsal.as_mut().unwrap().at = later(HOUR)),
    (GateRule::Drills, |seen| seen.drills.push(drill("worker-crash", false))),
    (GateRule::Thresholds, |seen| seen.recorded = None),
    (GateRule::Thresholds, |seen| {
        seen.recorded.as_mut().unwrap().insert("readiness.p95_ms".to_owned(), "400".to_owned());
    }),
];

#[test]
fn each_rule_turns_red_by_its_fault_and_green_without_it() {
    assert!(judge(&good()).passed, "{:#?}", judge(&good()));
    for (rule, fault) in FAULTS {
        let mut seen = good();
        fault(&mut seen);
        let verdict = judge(&seen);
        assert!(!verdict.passed && red(&verdict) == [*rule], "{rule}: {verdict:#?}");
        let red = verdict.rules.iter().find(|judged| judged.rule == *rule).unwrap();
        assert!(red.satisfied_by.as_ref().is_some_and(|text| text.len() > 5), "{red:?}");
        assert!(judge(&good()).passed);
    }
    for rule in GateRule::ALL {
        assert!(FAULTS.iter().any(|(of, _)| of == rule), "no fault breaks `{rule}`");
    }
}

#[test]
fn a_waiver_in_force_helps_where_the_rule_may_be_waived_and_nowhere_else() {
    for (rule, fault) in FAULTS {
        let mut seen = good();
        fault(&mut seen);
        let waiver = |until: &str, problem: Option<&str>| CheckedWaiver {
            waiver: ReleaseWaiver {
                rule: *rule,
                until: until.to_owned(),
                reason: "agreed on the phone".to_owned(),
                approver: "Ben".to_owned(),
                role: "owner".to_owned(),
                signed_at: Timestamp(0),
                signature: String::new(),
                store_id: None,
            },
            problem: problem.map(str::to_owned),
        };
        seen.waivers = vec![waiver("2026-11-21", None), waiver("2026-12-31", Some("the signature is wrong"))];
        assert_eq!(red(&judge(&seen)), [*rule], "expired or not signed");
        seen.waivers.push(waiver("2026-11-22", None));
        let verdict = judge(&seen);
        assert_eq!(verdict.passed, rule.may_be_waived(), "{rule}");
        if rule.may_be_waived() {
            let waived = verdict.rules.iter().find(|judged| judged.rule == *rule).unwrap();
            assert_eq!(waived.verdict, RuleVerdict::Waived);
            assert!(
                waived.value.contains("waived until 2026-11-22 by Ben: agreed on the phone"),
                "{waived:?}"
            );
        }
    }
    for never in [GateRule::Integrity, GateRule::Coverage, GateRule::Privacy, GateRule::Approvals] {
        assert!(!never.may_be_waived());
    }
}

#[test]
fn clocks_may_differ_a_little_and_a_drill_that_was_mended_is_no_fault() {
    let mut seen = good();
    seen.last_written = Some(later(HOUR / 30));
    assert!(judge(&seen).passed, "two minutes");
    seen.last_written = None;
    seen.drills.clear();
    assert!(judge(&seen).passed, "nothing is on record");
}

#[test]
fn only_the_last_thirty_runs_of_a_suite_count_as_flaky() {
    let mut seen = good();
    seen.suite_runs.insert(0, suite_run("unit", 1.0));
    seen.suite_runs.extend((0..28).map(|_| suite_run("unit", 0.0)));
    assert!(judge(&seen).passed, "1 of 30 runs was flaky: a mean of 0.03");
    for run in seen.suite_runs.iter_mut().filter(|run| run.suite == "unit").take(3) {
        run.flake_share = Some(1.0);
    }
    assert_eq!(red(&judge(&seen)), [GateRule::FlakeRate], "3 of 30: a mean of 0.1");
    let printed = SuiteRun { results_sha256: Some(Sha256::of(b"printed")), ..suite_run("unit", 0.0) };
    for _ in 0..30 {
        seen.suite_runs.push(printed.clone());
    }
    assert!(judge(&seen).passed, "the first one is the thirty-first now");
    assert_eq!(flakes(&seen.suite_runs)["unit"].runs, 30);
    seen.suite_runs.extend(std::iter::repeat_n(printed.clone(), 30));
    let again = SuiteRun { flake_share: Some(1.0), ..seen.suite_runs[2].clone() };
    seen.suite_runs.push(again);
    assert!(
        flakes(&seen.suite_runs)["unit"].share > 0.03,
        "what was printed once is one run, however often it is recorded"
    );
}
