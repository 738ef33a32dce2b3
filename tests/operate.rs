//! Logs are pruned on time, incidents are on record, and the nightly run brings everything.

use crate::support::demo::demo_copy;
use crate::support::wait::Ran;
use crate::support::{deklaro, registered, run, stderr};
use deklaro_schemas::stored::{Entry, SuiteRun};
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
        command.args(more).env("DEKLARO_LOG_KEY", KEY).ran()
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

/// Long after every postmortem was due.
const LATE: &str = "2099-01-01T00:00:00Z";

/// `deklaro incident` by `ops`.
fn incident(store: &Path, more: &[&str]) -> std::process::Output {
    deklaro(store, &[&["--operator", "ops", "incident"], more].concat()).ran()
}

/// What it prints as JSON where it is opened.
fn opened(store: &Path, more: &[&str]) -> Value {
    let output = incident(store, &[&["open", "--json"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_incident_is_on_record_from_its_first_minute_to_its_postmortem() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let store = store.path();
    logs(folder.path());
    let logs = folder.path().to_str().unwrap();
    let trace = ["--trace-id", "4bf92f3577b34da6a3ce929d0e0e4736", "--logs", logs];
    let opened = opened(store, &[&["--text", "Answers are slow\nsince ten"], &trace[..]].concat());
    let (id, template) = (opened["row"]["id"].as_str().unwrap(), opened["row"]["text"].as_str().unwrap());
    assert_eq!((&opened["by"], &opened["row"]["action"]), (&"ops".into(), &"opened".into()));
    for part in
        ["# Answers are slow\n", "\n> since ten\n", "publish 2026-11.0", "ERROR serve new", "## Cause"]
    {
        assert!(template.contains(part), "{part}: {template}");
    }
    assert!(!template.contains("192.0.2.7") && template.contains("[address]"), "{template}");

    assert_eq!(incident(store, &["note", id, "--text", "the disk is full"]).status.code(), Some(0));
    assert_eq!(incident(store, &["note", "INC-0", "--text", "x"]).status.code(), Some(2));
    let form = folder.path().join("postmortem.md");
    std::fs::write(&form, template).unwrap();
    let close = ["close", id, "--postmortem", form.to_str().unwrap()];
    let refused = incident(store, &close);
    assert!(stderr(&refused).contains("does not say: What happened, Impact, Cause"), "{}", stderr(&refused));

    assert_eq!(incident(store, &["list"]).status.code(), Some(0), "there are three days left");
    assert_eq!(incident(store, &["list", "--now", LATE]).status.code(), Some(1));
    let health = deklaro(store, &["health", "--json", "--without-machine", "--at", LATE]).ran();
    assert!(
        stdout(&health)
            .contains("postmortem is due and not there: 1, healthy up to 0 (see RUNBOOK.md#incidents)")
    );
    let review = || {
        let card = deklaro(store, &["readiness", "--json", "--at", LATE]).ran();
        let card: Value = serde_json::from_slice(&card.stdout).unwrap();
        card["quarterly_review"].clone()
    };
    assert_eq!(review()["overdue_postmortems"], serde_json::json!([id]));
    assert_eq!((&review()["is_blocked"], &review()["quarter"]), (&true.into(), &"2099-Q1".into()));

    std::fs::write(&form, template.replace("-->\n", "-->\nthe disk was full\n")).unwrap();
    assert_eq!(incident(store, &close).status.code(), Some(0));
    assert_eq!(incident(store, &close).status.code(), Some(2), "only once");
    assert_eq!(incident(store, &["list", "--now", LATE]).status.code(), Some(0));
    assert_eq!(review()["is_blocked"], false);
}

#[test]
fn no_row_has_another_time_than_that_of_the_clock_and_no_text_is_empty_or_endless() {
    let store = demo_copy();
    let long = "x".repeat(10_001);
    let refused: [&[&str]; 5] = [
        &["open", "--text", "x", "--now", LATE],
        &["--now", LATE, "open", "--text", "x"],
        &["open", "--text", " "],
        &["open", "--text", &long],
        &["open", "--text", "x", "--by", "a\u{202e}b"],
    ];
    for words in refused {
        assert_eq!(incident(store.path(), words).status.code(), Some(2), "{words:?}");
    }
    assert!(stdout(&incident(store.path(), &["list"])).contains("no incidents"));
}

#[test]
fn an_incident_can_be_opened_while_the_record_is_broken() {
    let damaged = |path: &str| {
        let store = demo_copy();
        let file = store.path().join(path);
        let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        std::fs::write(&file, &text[..text.len() / 2]).unwrap();
        store
    };
    let entry = damaged("refs/log/00000000000000000001.json");
    let said = opened(entry.path(), &["--text", "It is down"])["row"]["text"].clone();
    let said = said.as_str().unwrap();
    assert!(
        said.contains("not known: the current snapshot: ") && said.contains("not known: the ref log: "),
        "{said}"
    );

    let gone = demo_copy();
    std::fs::remove_file(gone.path().join("snapshots/snapshot=2026-11.0/manifest.json")).unwrap();
    let said = opened(gone.path(), &["--text", "It is down"])["row"]["text"].clone();
    assert!(said.as_str().unwrap().contains("not known: health as of snapshot 2026-11.0: "), "{said}");
    assert!(said.as_str().unwrap().contains("publish 2026-11.0"), "{said}");
}

#[test]
fn a_broken_table_of_incidents_is_a_cause_of_health() {
    let store = demo_copy();
    opened(store.path(), &["--text", "It is down"]);
    let row = store.path().join("registry/incidents/00000000000000000001.json");
    std::fs::write(&row, "{").unwrap();
    let health = run(store.path(), &["health", "--json", "--without-machine"], 1);
    let health: Value = serde_json::from_slice(&health.stdout).unwrap();
    let causes = health["causes"].as_array().unwrap();
    let is_told = |cause: &Value| {
        cause.as_str().unwrap().starts_with("Tables of incidents that are broken: 1, healthy up to 0")
    };
    assert!(causes.iter().any(is_told) && health["state"] != "healthy", "{health:#}");
}

#[test]
fn logs_that_are_left_behind_are_named_and_the_others_pruned() {
    let folder = tempfile::tempdir().unwrap();
    logs(folder.path());
    let path = folder.path().to_str().unwrap();
    std::fs::rename(folder.path().join("serve.ndjson"), folder.path().join("serve.ndjson.1")).unwrap();
    std::fs::write(folder.path().join("serve.log.zst"), "").unwrap();
    let prune = |exit: i32| {
        let args = ["logs", "prune", path, "--now", "2027-02-15T00:00:00Z", "--apply"];
        let output = deklaro(folder.path(), &args).env("DEKLARO_LOG_KEY", KEY).ran();
        assert_eq!(output.status.code(), Some(exit), "{}", stderr(&output));
        stdout(&output)
    };
    let said = prune(1);
    assert!(said.contains("serve.ndjson.1  0 kept  2 hashed  1 gone"), "{said}");
    assert!(said.contains("serve.log.zst  skipped: a log of a kind that is not read"), "{said}");
    std::fs::write(folder.path().join("a.ndjson"), vec![b'x'; 2 << 20]).unwrap();
    let said = prune(65);
    assert!(
        said.contains("a.ndjson  NOT DONE: it has a line of more than") && said.contains("serve.ndjson.1"),
        "{said}"
    );
    let garbage = stderr(&run(folder.path(), &["logs", "prune", path, "--now", "garbage"], 2));
    assert!(garbage.contains("`--now garbage`"), "{garbage}");
}

#[test]
fn the_nightly_run_brings_everything_in_one_folder_and_puts_its_suites_on_record() {
    let (store, folder) = (demo_copy(), tempfile::tempdir().unwrap());
    let results = folder.path().join("given");
    std::fs::create_dir(&results).unwrap();
    let tests = "     Running unittests src/lib.rs (target/release/deps/a-1)\ntest one ... ok\ntest result: ok. 1 passed; 0 failed; finished in 0.01s\n     Running tests/b.rs (target/release/deps/b-1)\ntest two ... ok\n";
    for name in ["tests-1.txt", "tests-2.txt"] {
        std::fs::write(results.join(name), tests).unwrap();
    }
    let out = folder.path().join("out");
    let mut command = deklaro(store.path(), &["readiness", "run", "--json", "--operator", "a test", "--out"]);
    let output = command.arg(&out).arg("--results").arg(&results).ran();
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
        "results/bench-loopback.json",
        "results/e2e.json",
        "telemetry/e2e.spans.ndjson",
        "telemetry/snapshot.spans.ndjson",
    ] {
        assert!(files.contains(&name), "{name}: {files:?}");
    }
    let rows: Vec<Entry<SuiteRun>> = registered(store.path());
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
    let again = deklaro(store.path(), &["readiness", "run", "--out"]).arg(&out).ran();
    assert!(stderr(&again).contains("is not an empty folder"), "{}", stderr(&again));
    run(store.path(), &["verify"], 0);
}
