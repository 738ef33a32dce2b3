use crate::support::{deklaro, run, stderr};
use deklaro_schemas::store::{Drill, Entry, Store};
use serde_json::Value;
use std::path::Path;

fn recorded(store: &Path) -> Vec<Entry<Drill>> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { Store::open(store).await.unwrap().registered().await.unwrap() })
}

/// Does a drill in a store that is not there yet: it passes, loses nothing, and stands in that store's registry.
fn passes(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let output = deklaro(&store, &["drill", name, "--json", "--by", "a test"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = recorded(&store);
    assert_eq!(serde_json::to_value(&rows).unwrap(), told);
    let [Entry { by, row, .. }] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.name.as_str(), row.passed, row.lost, by.as_str()), (name, true, 0, "a test"), "{said}");
    assert!(row.detected_ms <= row.recovered_ms, "{said}");
    assert!(!store.join("snapshots").exists(), "the operator's store has no month of the drill");
    let table = run(&store, &["drill", "--table"], 0);
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(
        table.lines().any(|line| line.starts_with(&format!("| {name} | 20")) && line.contains("| yes |"))
    );
}

#[test]
fn a_killed_workers_scan_is_taken_over_by_another() {
    passes("worker-crash");
}

#[test]
fn a_country_that_fails_keeps_its_verdicts_until_it_is_back() {
    passes("upstream-failure");
}

#[test]
fn what_timed_out_in_a_burst_is_asked_again() {
    passes("timeout-burst");
}

#[test]
fn a_run_goes_on_when_its_store_is_back() {
    passes("store-outage");
}

#[test]
fn a_commit_is_finished_however_often_the_connection_drops() {
    passes("dropped-commit");
}

#[test]
fn tables_of_other_versions_are_carried_over_or_refused() {
    passes("table-migration");
}

#[test]
fn a_damaged_release_is_rolled_back() {
    passes("release-rollback");
}

#[test]
fn a_drill_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = stderr(&run(folder.path(), &["drill", "earthquake"], 2));
    assert!(said.contains("earthquake") && said.contains("worker-crash"), "{said}");
    run(folder.path(), &["drill"], 2);
}
