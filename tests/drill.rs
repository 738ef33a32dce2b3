use crate::support::{deklaro, run, stderr};
use deklaro_schemas::stored::{Drill, Entry};
use deklaro_store::Store;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn recorded(store: &Path) -> Vec<Entry<Drill>> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { Store::open(store).await.unwrap().registered().await.unwrap() })
}

/// In the order they are done and shown.
const NAMES: [&str; 7] = [
    "worker-crash",
    "upstream-failure",
    "timeout-burst",
    "store-outage",
    "dropped-commit",
    "table-migration",
    "release-rollback",
];

/// In a store that is not there yet: each passes, loses nothing, and stands in that store's registry.
#[test]
fn every_drill_passes_on_the_whole_europe_loses_nothing_and_is_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let output = deklaro(&store, &["drill", "--all", "--json", "--by", "a test"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = recorded(&store);
    assert_eq!(serde_json::to_value(&rows).unwrap(), told);
    assert_eq!(rows.iter().map(|entry| entry.row.name.as_str()).collect::<Vec<_>>(), NAMES);
    for Entry { by, row, .. } in &rows {
        assert_eq!((row.passed, row.lost, by.as_str()), (true, 0, "a test"), "{row:#?}");
        assert!(row.detected_ms <= row.recovered_ms, "{row:#?}");
        let compared: Vec<&String> =
            row.details.iter().filter(|line| line.contains("of 327 hosts")).collect();
        assert!(!compared.is_empty(), "all hosts are looked for afterwards: {row:#?}");
    }
    assert!(!store.join("snapshots").exists(), "the operator's store has no month of the drills");
    let table = run(&store, &["drill", "--table"], 0);
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    for name in NAMES {
        let is_its = |line: &str| line.starts_with(&format!("| {name} | 20")) && line.contains("| yes |");
        assert!(table.lines().any(is_its), "{name}: {table}");
    }
}

/// Ctrl-C says nothing about the system: there is no failed drill on record that would stop a release.
#[test]
fn a_drill_that_is_interrupted_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("lake");
    let mut command = deklaro(&store, &["drill", "worker-crash", "--by", "a test"]);
    let mut drill = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(drill.stderr.take().unwrap()).lines().map_while(Result::ok);
    let is_under_way = lines.any(|line| line == "drill worker-crash");
    let id = drill.id().to_string();
    let is_signalled = Command::new("kill").args(["-INT", &id]).status().unwrap().success();
    let rest: Vec<String> = lines.collect();
    assert!(is_under_way && is_signalled, "{}", rest.join("\n"));
    assert_eq!(drill.wait().unwrap().code(), Some(130), "{}", rest.join("\n"));
    assert_eq!(recorded(&store).len(), 0);
}

#[test]
fn a_drill_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = stderr(&run(folder.path(), &["drill", "earthquake"], 2));
    assert!(said.contains("earthquake") && said.contains("worker-crash"), "{said}");
    run(folder.path(), &["drill"], 2);
}
