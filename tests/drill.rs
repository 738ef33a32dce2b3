//! Every drill passes, loses nothing, and is on record.

use crate::support::wait::{Ran, finish, lines, signal, until_said};
use crate::support::{deklaro, registered, run, stderr};
use deklaro_schemas::stored::{Drill, Entry};
use serde_json::Value;
use std::process::Stdio;

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
    let output = deklaro(&store, &["drill", "--all", "--json", "--by", "a test"]).ran();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows: Vec<Entry<Drill>> = registered(&store);
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
    let said = lines(drill.stderr.take().unwrap());
    until_said(&said, "drill worker-crash");
    signal(drill.id(), "-INT");
    let interrupted = finish(drill);
    assert_eq!(interrupted.status.code(), Some(130), "{}", said.try_iter().collect::<Vec<_>>().join("\n"));
    assert_eq!(registered::<Drill>(&store).len(), 0);
}

#[test]
fn a_drill_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = stderr(&run(folder.path(), &["drill", "earthquake"], 2));
    assert!(said.contains("earthquake") && said.contains("worker-crash"), "{said}");
    run(folder.path(), &["drill"], 2);
}
