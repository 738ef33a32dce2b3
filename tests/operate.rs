use crate::record::store;
use crate::support::{deklaro, run, stderr};
use deklaro_schemas::store::{Entry, Store, SuiteRun};
use serde_json::Value;
use std::path::Path;

const KEY: &str = "a key that is used in tests alone";

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Lines of March, September and November 2026, as the program writes them.
fn logs(folder: &Path) {
    let line = |day: &str, message: &str| {
        format!(
            "{{\"timestamp\":\"{day}T12:00:00Z\",\"level\":\"ERROR\",\"component\":\"serve\",\"message\":\"{message}\",\"request_id\":\"ask-7\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}}\n"
        )
    };
    let text =
        [line("2026-03-01", "old"), line("2026-09-01", "asked by 192.0.2.7"), line("2026-11-20", "new")];
    std::fs::write(folder.join("serve.ndjson"), text.concat()).unwrap();
}

#[test]
fn logs_are_kept_in_full_then_hashed_then_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    logs(folder.path());
    let path = folder.path().to_str().unwrap();
    let file = || std::fs::read_to_string(folder.path().join("serve.ndjson")).unwrap();
    let (before, nowhere) = (file(), folder.path().join("no-store"));
    // The file was written just now: by the test's clock it is half a day old.
    let later = |more: &[&str]| {
        let mut command = deklaro(&nowhere, &["logs", "prune", path, "--now", "2027-02-15T00:00:00Z"]);
        command.args(more).env("DEKLARO_LOG_KEY", KEY).output().unwrap()
    };
    let said = later(&[]);
    assert_eq!(said.status.code(), Some(0), "{}", stderr(&said));
    assert!(stdout(&said).contains("serve.ndjson  0 kept  2 hashed  1 gone"), "{}", stdout(&said));
    assert_eq!(file(), before, "it only says what it would do");
    let done = later(&["--apply", "--json"]);
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&done["is_applied"], &done["files"][0]["gone"]), (&true.into(), &1.into()), "{done}");
    let after = file();
    assert!(!after.contains("192.0.2.7") && !after.contains("ask-7") && after.contains("hmac:"), "{after}");
    assert_eq!(after.lines().count(), 2);
    let tombstone = std::fs::read_to_string(folder.path().join("pruned.ndjson")).unwrap();
    assert!(tombstone.contains("\"gone\":1") && tombstone.contains("\"sha256\":\""), "{tombstone}");
    let again = later(&["--apply"]);
    assert!(stdout(&again).ends_with("nothing to do\n"), "{}", stdout(&again));
    assert!(!nowhere.exists(), "it needs no store");
}

#[test]
fn without_a_key_of_some_length_nothing_is_hashed() {
    let folder = tempfile::tempdir().unwrap();
    logs(folder.path());
    let path = folder.path().to_str().unwrap();
    let said = stderr(&run(folder.path(), &["logs", "prune", path, "--apply"], 2));
    assert!(said.contains("fewer than 16 bytes") && said.contains("DEKLARO_LOG_KEY"), "{said}");
}

#[test]
fn an_incident_is_on_record_from_its_first_minute_to_its_postmortem() {
    let (store, folder) = (store(), tempfile::tempdir().unwrap());
    logs(folder.path());
    let at = |time: &str, more: &[&str]| -> std::process::Output {
        let now = ["--now", time, "--by", "ops"];
        deklaro(store.path(), &[&["incident"], more, &now].concat()).output().unwrap()
    };
    let trace = ["--trace-id", "4bf92f3577b34da6a3ce929d0e0e4736", "--logs", folder.path().to_str().unwrap()];
    let open = [&["open", "--text", "Answers are slow", "--json"], &trace[..]].concat();
    let opened = at("2026-11-22T10:00:00Z", &open);
    let opened: Value =
        serde_json::from_slice(&opened.stdout).unwrap_or_else(|_| panic!("{}", stderr(&opened)));
    let (id, template) = (opened["row"]["id"].as_str().unwrap(), opened["row"]["text"].as_str().unwrap());
    assert_eq!((&opened["by"], &opened["row"]["action"]), (&"ops".into(), &"opened".into()));
    for part in
        ["# Answers are slow", "due 2026-11-25T10:00:00Z", "publish 2026-11.0", "ERROR serve new", "## Cause"]
    {
        assert!(template.contains(part), "{part}: {template}");
    }
    assert!(!template.contains("192.0.2.7") && template.contains("[address]"), "{template}");

    assert_eq!(
        at("2026-11-22T11:00:00Z", &["note", id, "--text", "the disk is full"]).status.code(),
        Some(0)
    );
    assert_eq!(at("2026-11-22T11:00:00Z", &["note", "INC-0", "--text", "x"]).status.code(), Some(2));
    let form = folder.path().join("postmortem.md");
    std::fs::write(&form, template).unwrap();
    let close = ["close", id, "--postmortem", form.to_str().unwrap()];
    let refused = at("2026-11-23T11:00:00Z", &close);
    assert!(stderr(&refused).contains("does not say: What happened, Impact, Cause"), "{}", stderr(&refused));

    let late = "2026-11-26T00:00:00Z";
    assert_eq!(at("2026-11-25T09:00:00Z", &["list"]).status.code(), Some(0), "there is an hour left");
    assert_eq!(at(late, &["list"]).status.code(), Some(1));
    let health =
        deklaro(store.path(), &["health", "--json", "--without-machine", "--at", late]).output().unwrap();
    assert!(
        stdout(&health)
            .contains("postmortem is due and not there: 1, healthy up to 0 (see RUNBOOK.md#incidents)")
    );
    let card = deklaro(store.path(), &["readiness", "--json", "--at", late]).output().unwrap();
    let card: Value = serde_json::from_slice(&card.stdout).unwrap();
    assert_eq!(card["quarterly_review"]["overdue_postmortems"], serde_json::json!([id]));
    assert_eq!(
        (&card["quarterly_review"]["is_blocked"], &card["quarterly_review"]["quarter"]),
        (&true.into(), &"2026-Q4".into())
    );

    std::fs::write(&form, template.replace("-->\n", "-->\nthe disk was full\n")).unwrap();
    assert_eq!(at(late, &close).status.code(), Some(0));
    assert_eq!(at(late, &close).status.code(), Some(2), "only once");
    assert_eq!(at(late, &["list"]).status.code(), Some(0));
    let card = deklaro(store.path(), &["readiness", "--json", "--at", late]).output().unwrap();
    assert!(stdout(&card).contains("\"is_blocked\": false"), "{}", stdout(&card));
}

#[test]
fn the_nightly_run_brings_everything_in_one_folder_and_puts_its_suites_on_record() {
    let (store, folder) = (store(), tempfile::tempdir().unwrap());
    let results = folder.path().join("given");
    std::fs::create_dir(&results).unwrap();
    let tests = "     Running unittests src/lib.rs (target/release/deps/a-1)\ntest one ... ok\ntest result: ok. 1 passed; 0 failed; finished in 0.01s\n     Running tests/b.rs (target/release/deps/b-1)\ntest two ... ok\n";
    for name in ["tests-1.txt", "tests-2.txt"] {
        std::fs::write(results.join(name), tests).unwrap();
    }
    let out = folder.path().join("out");
    let mut command = deklaro(store.path(), &["readiness", "run", "--json", "--by", "a test", "--out"]);
    let output = command.arg(&out).arg("--results").arg(&results).output().unwrap();
    // No advisory database was read: not checked is not passed.
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["notes"], &told["telemetry"]), (&serde_json::json!([]), &"buffered".into()), "{told}");
    let manifest: Value = serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest, told);
    let files: Vec<&str> =
        told["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for name in [
        "readiness-scorecard.json",
        "metrics.prom",
        "health.json",
        "snapshot.json",
        "logs/e2e.ndjson",
        "results/bench.json",
        "results/e2e.json",
        "telemetry/e2e.spans.ndjson",
        "telemetry/snapshot.spans.ndjson",
    ] {
        assert!(files.contains(&name), "{name}: {files:?}");
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows: Vec<Entry<SuiteRun>> = runtime
        .block_on(async { Store::open(store.path()).await.unwrap().registered::<SuiteRun>().await.unwrap() });
    let status = |suite: &str| rows.iter().find(|entry| entry.row.suite == suite).unwrap().row.status.clone();
    assert_eq!(rows.len(), 6);
    for (suite, wanted) in
        [("unit", "passed"), ("end_to_end", "passed"), ("data", "passed"), ("security", "not_checked")]
    {
        assert_eq!(status(suite), wanted, "{suite}");
    }
    let performance = rows.iter().find(|entry| entry.row.suite == "performance").unwrap();
    assert!(performance.row.p95_ms.is_some_and(|p95| p95 > 0.0), "{performance:?}");
    assert!(
        manifest["flakes"].as_array().unwrap().iter().any(|one| one["suite"] == "unit" && one["runs"] == 1)
    );
    let again = deklaro(store.path(), &["readiness", "run", "--out"]).arg(&out).output().unwrap();
    assert!(stderr(&again).contains("is not an empty folder"), "{}", stderr(&again));
    run(store.path(), &["verify"], 0);
}
