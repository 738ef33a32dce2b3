//! The pages, health and readiness of a month say what its tables hold.

use crate::support::demo::{copy_folder, demo};
use crate::support::forged::{forge_log, forge_removed};
use crate::support::{json, run};
use serde_json::Value;
use std::path::Path;

fn written(folder: &Path) -> Value {
    json(demo().store.path(), &["report", "--json", "--out", folder.to_str().unwrap()])
}

#[test]
fn the_report_is_whole_in_a_folder_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let report = written(folder.path());
    assert!(report["pages"].as_u64().unwrap() > 60, "{report}");
    for name in
        ["index.html", "AT.html", "AT-websites-1.html", "find.html", "method.html", "accessibility.html"]
    {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
    for name in ["AT.xlsx", "AT.csv", "AT.json", "AT.toon", "AT.parquet"] {
        assert!(folder.path().join("files/artifacts").join(name).is_file(), "{name}");
    }
    // Every link of a page leads to a file that is there.
    for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "html") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            assert!(text.len() < 1_000_000, "{:?}", entry.path());
            for link in text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let file = link.split('#').next().unwrap();
                let is_ours = !file.is_empty() && !file.starts_with("http") && !file.starts_with("mailto:");
                assert!(!is_ours || folder.path().join(file).exists(), "{:?}: {link}", entry.path());
            }
        }
    }
    // A second time over the first is fine, over somebody else's files is not.
    written(folder.path());
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("thesis.txt"), "mine").unwrap();
    run(demo().store.path(), &["report", "--out", other.path().to_str().unwrap()], 2);
}

#[test]
fn the_snapshot_lists_its_pages_in_the_manifest() {
    let manifest = demo().store.path().join("snapshots/snapshot=2026-11.0/manifest.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    let paths: Vec<&str> =
        manifest["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for path in [
        "reports/index.html",
        "reports/AT.html",
        "reports/find.html",
        "reports/search-1.js",
        "reports/metrics.prom",
    ] {
        assert!(paths.contains(&path), "{path}");
    }
}

#[test]
fn the_pages_own_accessibility_statement_is_found_with_high_confidence() {
    let page = demo().store.path().join("snapshots/snapshot=2026-11.0/reports/accessibility.html");
    let url = "https://report.example/accessibility.html";
    let seen = json(
        demo().store.path(),
        &["inspect", "page", "--json", "--url", url, "--country", "IE", page.to_str().unwrap()],
    );
    assert_eq!(seen["is_statement"], true, "{seen:#}");
    assert_eq!(seen["confidence"], "high", "{seen:#}");
    assert_eq!((&seen["conformance_status"], &seen["prepared_on"]), (&"full".into(), &"2026-11-22".into()));
    let absent: Vec<&String> = seen["checklist"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, finding)| **finding == "absent")
        .map(|(part, _)| part)
        .collect();
    // Without a publisher in the configuration there is no address to write to.
    assert!(absent.iter().all(|part| *part == "contact"), "{absent:?}");
}

/// Health of a demo month as of a day after it, without what differs from run to run.
fn health(snapshot: &str, at: &str, exit: i32) -> Value {
    let store = demo().store.path();
    let output =
        run(store, &["health", "--json", "--without-machine", "--snapshot", snapshot, "--at", at], exit);
    let mut health: Value = serde_json::from_slice(&output.stdout).unwrap();
    for check in health["checks"].as_array_mut().unwrap() {
        // These follow the machine the demo runs on.
        if ["queue_lag_minutes", "clock_offset_seconds"].contains(&check["name"].as_str().unwrap()) {
            assert!(check["value"].as_f64().unwrap() < 5.0, "{check}");
            check["value"] = "measured".into();
        }
    }
    health
}

fn lines(health: &Value) -> String {
    let checks = health["checks"].as_array().unwrap();
    let line = |check: &Value| {
        format!("{} {} {} up to {}", check["verdict"], check["name"], check["value"], check["threshold"])
    };
    let checks: Vec<String> = checks.iter().map(|check| line(check).replace('"', "")).collect();
    format!("{} {} {}\n{}", health["state"], health["run_month"], health["causes"], checks.join("\n"))
}

#[test]
fn health_of_the_first_month_has_nothing_to_compare_with() {
    insta::assert_snapshot!(lines(&health("2026-09.0", "2026-11-22T00:00:00Z", 0)), @r#"
    "healthy" "2026-09" []
    pass checks_failed 0.0 up to 0.0
    pass checks_warned 0.0 up to 0.0
    pass scans_failed 0.0 up to 0.0
    pass runs_with_failures 0.0 up to 1.0
    not_checked crawl_failure_spike null up to 0.15
    not_checked stale_spike null up to 0.05
    not_checked coverage_loss null up to 0.05
    pass failed_runs 0.0 up to 0.0
    pass queue_lag_minutes measured up to 8.0
    pass postmortems_overdue 0.0 up to 0.0
    pass incidents_unreadable 0.0 up to 0.0
    pass missed_schedules 0.0 up to 0.0
    pass artifact_write_failures 0.0 up to 0.0
    not_checked store_used_share null up to 0.9
    pass clock_offset_seconds measured up to 5.0
    "#);
}

#[test]
fn health_of_the_second_month_is_compared_with_the_first() {
    insta::assert_snapshot!(lines(&health("2026-10.0", "2026-11-22T00:00:00Z", 0)), @r#"
    "healthy" "2026-10" []
    pass checks_failed 0.0 up to 0.0
    pass checks_warned 0.0 up to 0.0
    pass scans_failed 0.0 up to 0.0
    pass runs_with_failures 0.0 up to 1.0
    pass crawl_failure_spike 0.018349 up to 0.15
    pass stale_spike 0.018349 up to 0.05
    pass coverage_loss 0.018349 up to 0.05
    pass failed_runs 0.0 up to 0.0
    pass queue_lag_minutes measured up to 8.0
    pass postmortems_overdue 0.0 up to 0.0
    pass incidents_unreadable 0.0 up to 0.0
    pass missed_schedules 0.0 up to 0.0
    pass artifact_write_failures 0.0 up to 0.0
    not_checked store_used_share null up to 0.9
    pass clock_offset_seconds measured up to 5.0
    "#);
}

#[test]
fn health_of_the_third_month_is_compared_with_the_median_of_both() {
    insta::assert_snapshot!(lines(&health("2026-11.0", "2026-11-22T00:00:00Z", 0)), @r#"
    "healthy" "2026-11" []
    pass checks_failed 0.0 up to 0.0
    pass checks_warned 0.0 up to 0.0
    pass scans_failed 0.0 up to 0.0
    pass runs_with_failures 0.0 up to 1.0
    pass crawl_failure_spike 0.0 up to 0.15
    pass stale_spike -0.009174 up to 0.05
    pass coverage_loss 0.0 up to 0.05
    pass failed_runs 0.0 up to 0.0
    pass queue_lag_minutes measured up to 8.0
    pass postmortems_overdue 0.0 up to 0.0
    pass incidents_unreadable 0.0 up to 0.0
    pass missed_schedules 0.0 up to 0.0
    pass artifact_write_failures 0.0 up to 0.0
    not_checked store_used_share null up to 0.9
    pass clock_offset_seconds measured up to 5.0
    "#);
}

#[test]
fn a_missed_month_is_a_cause_with_its_section_of_the_runbook() {
    let health = health("2026-11.0", "2027-01-05T00:00:00Z", 1);
    assert_eq!(health["state"], "degraded");
    insta::assert_snapshot!(health["causes"][0].as_str().unwrap(), @"Runs that were due and did not start: 1, healthy up to 0 (see RUNBOOK.md#missed-schedule)");
}

#[test]
fn prometheus_gets_the_same_as_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deklaro.prom");
    run(
        demo().store.path(),
        &["health", "--without-machine", "--at", "2026-11-22T00:00:00Z", "--prom", file.to_str().unwrap()],
        0,
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("deklaro_health_state{state=\"healthy\"} 1\n"), "{text}");
    assert!(text.contains("deklaro_hosts{country_code=\"all\",step=\"known\"} 327\n"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written file is left");
}

#[test]
fn readiness_counts_only_what_ran() {
    let store = demo().store.path();
    let at = "2026-11-22T00:00:00Z";
    let output = run(store, &["readiness", "--json", "--at", at], 1);
    let card: Value = serde_json::from_slice(&output.stdout).unwrap();
    let suites: Vec<String> = card["suites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|suite| format!("{} {} {}", suite["name"], suite["status"], suite["is_waived"]).replace('"', ""))
        .collect();
    insta::assert_snapshot!(suites.join("\n"), @r"
    unit not_checked false
    integration not_checked false
    end_to_end not_checked false
    performance not_checked false
    security not_checked false
    data passed false
    ");
    let head = format!(
        "{} {} {} {} {}",
        card["release"], card["owner"], card["generated_at"], card["waivers"], card["overall_passed"]
    );
    insta::assert_snapshot!(head, @r#""2026-11.0" "operator" "2026-11-22T00:00:00Z" [] false"#);
    let folder = tempfile::tempdir().unwrap();
    crate::support::office::measured(folder.path());
    let results = ["readiness", "--json", "--at", at, "--results", folder.path().to_str().unwrap()];
    let output = run(store, &results, 1);
    let card: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(card["suites"][2]["status"], "not_checked", "the end-to-end walk is missing: {card:#}");
    let waivers = folder.path().join("waivers.toml");
    let waiver = "[[waiver]]\nsuite = \"end_to_end\"\nreason = \"tried by hand\"\napproved_by = \"operations\"\nexpires_on = \"2026-12-31\"\n";
    std::fs::write(&waivers, waiver).unwrap();
    let waived = [&results[..], &["--waivers", waivers.to_str().unwrap()]].concat();
    let card = json(store, &waived);
    assert_eq!(card["overall_passed"], true, "{card:#}");
}

#[test]
fn the_whole_way_is_walked_and_counts_as_a_suite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("e2e.json");
    let summary = json(demo().store.path(), &["readiness", "e2e", "--json", "--out", file.to_str().unwrap()]);
    assert_eq!(summary["passed"], true, "{summary:#}");
    let steps: Vec<&str> =
        summary["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["workbook", "run", "artifact", "read_back", "report"]);
    let results = ["readiness", "--json", "--results", folder.path().to_str().unwrap()];
    let output = run(demo().store.path(), &results, 1);
    let card: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(card["suites"][2]["status"], "passed", "{card:#}");
}

#[test]
fn a_snapshot_with_a_missing_table_says_so_on_its_pages() {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(demo().store.path(), copy.path());
    // As a program wrote it that had neither: the manifest does not name them, and the log is of a time without hashes.
    for path in
        ["tables/candidates/part-00000.parquet", "tables/fetches/part-00000.parquet", "reports/summary.json"]
    {
        forge_removed(copy.path(), "2026-11.0", path);
    }
    forge_log(copy.path(), |entry| entry.manifest_sha256 = None);
    let out = tempfile::tempdir().unwrap();
    run(copy.path(), &["report", "--out", out.path().to_str().unwrap()], 0);
    let overview = std::fs::read_to_string(out.path().join("index.html")).unwrap();
    assert!(overview.contains("Table fetches is not in this snapshot"), "the overview says what is missing");
    run(copy.path(), &["health", "--without-machine", "--at", "2026-11-22T00:00:00Z"], 0);
}
