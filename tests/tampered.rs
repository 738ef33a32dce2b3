//! What somebody changes in a store after it was published is found, whatever hashes they change with it.

use crate::support::demo::{copy_folder, demo_copy};
use crate::support::forged::{forge_file, forge_log, forge_removed, forge_rows};
use crate::support::http::stored;
use crate::support::serving::serving;
use crate::support::wait::{Ran, until};
use crate::support::{World, deklaro, json, rows_of, run, shared_runtime, stderr};
use deklaro_schemas::codes::DetectionStatus;
use deklaro_schemas::stored::RefEntry;
use deklaro_schemas::tables::{Change, Host, Statement};
use serde_json::Value;
use std::path::Path;

const LAST: &str = "2026-11.0";
const BEFORE: &str = "2026-10.0";

/// A host of the last snapshot, active and without a statement.
fn victim(store: &Path) -> Host {
    let hosts: Vec<Host> = rows_of(shared_runtime(), store, LAST);
    let is_it = |host: &Host| {
        host.detection_status == DetectionStatus::NotFound && host.verdict_snapshot.as_str() == LAST
    };
    hosts.into_iter().find(is_it).expect("a host without a statement")
}

/// Writes a verdict into `hosts`.
fn forge_verdict(store: &Path) -> Host {
    let victim = victim(store);
    forge_rows::<Host>(store, LAST, |host| {
        if host.host_id == victim.host_id {
            host.detection_status = DetectionStatus::Found;
        }
    });
    victim
}

/// Writes a verdict into an artifact; its path.
fn forge_artifact(store: &Path, snapshot: &str) -> String {
    let country = victim(store).country_code;
    let path = format!("artifacts/{country}.json");
    let bytes = stored(store, &format!("snapshots/snapshot={snapshot}/{path}"));
    let text = String::from_utf8(bytes).unwrap();
    let forged = text.replace("\"detectionStatus\": \"not_found\"", "\"detectionStatus\": \"found\"");
    assert_ne!(text, forged, "{path} has a host without a statement");
    forge_file(store, snapshot, &path, forged.as_bytes());
    path
}

/// As versions wrote it that named no bytes in the ref log.
fn unbind(store: &Path) {
    forge_log(store, |entry| entry.manifest_sha256 = None);
}

/// What `verify` with these arguments finds: path and problem in a line each.
fn found(store: &Path, args: &[&str], exit: i32) -> Vec<String> {
    let args = [&["verify", "--json"], args].concat();
    let told: Value = serde_json::from_slice(&run(store, &args, exit).stdout).unwrap();
    let all = told.as_array().cloned().unwrap_or_else(|| vec![told]);
    let findings = all.iter().flat_map(|one| one["findings"].as_array().unwrap());
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    findings.map(|one| format!("{} {}", text(one, "path"), text(one, "problem"))).collect()
}

#[test]
fn a_forged_verdict_is_found_by_everything_that_reads_the_snapshot() {
    let copy = demo_copy();
    let store = copy.path();
    let victim = forge_verdict(store);
    let findings = found(store, &["--all"], 1);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].starts_with("snapshots/snapshot=2026-11.0/manifest.json sha256 is"), "{findings:#?}");
    assert!(findings[0].contains("entry 3 of the ref log says"), "{findings:#?}");
    let (host, country) = (victim.canonical_hostname.as_str(), victim.country_code.as_str());
    let out = tempfile::tempdir().unwrap();
    let report = out.path().join("report").display().to_string();
    for args in [
        &["trace", host][..],
        &["sql", "select count(*) from hosts"],
        &["diff", BEFORE, LAST],
        &["artifact", country],
        &["artifact", country, "--rebuild"],
        &["show"],
        &["report", "--out", &report],
        &["serve", "--listen", "127.0.0.1:0", "--no-worker"],
    ] {
        let said = stderr(&run(store, args, 65));
        assert!(said.contains("manifest.json` was changed") && said.contains("hint: "), "{args:?}: {said}");
    }
    // It is not made current again either, and the one before is whole.
    run(store, &["rollback", BEFORE, "--reason", "tampered"], 0);
    let said = stderr(&run(store, &["rollback", LAST, "--reason", "back"], 65));
    assert!(said.contains("was changed"), "{said}");
    run(store, &["verify"], 0);
    run(store, &["trace", host], 0);
}

#[test]
fn a_forged_artifact_of_an_earlier_month_is_not_served_and_the_others_are() {
    let copy = demo_copy();
    let store = copy.path();
    let path = forge_artifact(store, BEFORE);
    let findings = found(store, &["--all"], 1);
    assert!(findings.len() == 1 && findings[0].contains("snapshot=2026-10.0/manifest.json"), "{findings:#?}");
    let folder = tempfile::tempdir().unwrap();
    let running = serving(store, folder.path(), &[]);
    let country = path.trim_start_matches("artifacts/").trim_end_matches(".json");
    let answer = running.get(&format!("/v1/countries/{country}/toon/2026-10"));
    assert_eq!(answer.status, 503);
    assert_eq!(answer.problem()["type"], "urn:deklaro:problem:snapshot-changed");
    assert_eq!(running.get(&format!("/v1/countries/{country}/toon/2026-11")).status, 200);
    assert_eq!(running.get("/v1/snapshots").json()["snapshots"].as_array().unwrap().len(), 3);
    until("the status names it", || {
        let status = running.get("/v1/status").json();
        let causes = status["causes"].as_array().unwrap();
        causes.iter().any(|cause| cause["name"] == "snapshots_changed")
    });
}

#[test]
fn where_the_log_names_no_bytes_what_does_not_follow_from_the_rows_is_found() {
    let copy = demo_copy();
    let store = copy.path();
    unbind(store);
    let said = String::from_utf8(run(store, &["verify", "--deep"], 0).stdout).unwrap();
    assert!(said.contains("intact, not bound") && said.contains("made again from its rows"), "{said}");
    let traced = run(store, &["trace", victim(store).canonical_hostname.as_str()], 0);
    assert!(String::from_utf8_lossy(&traced.stdout).contains("no entry names its bytes: not bound"));

    let victim = forge_verdict(store);
    assert_eq!(found(store, &[], 0), [""; 0], "every hash is as it should be");
    let findings = found(store, &["--deep"], 1);
    let of_hosts = format!("the rows of {} {} are not", victim.country_code, victim.canonical_hostname);
    let is_hosts = |finding: &String| finding.contains("tables/hosts") && finding.contains(&of_hosts);
    assert!(findings.iter().any(is_hosts), "{findings:#?}");

    let copy = demo_copy();
    let store = copy.path();
    unbind(store);
    let path = forge_artifact(store, LAST);
    let findings = found(store, &["--deep"], 1);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].contains(&path) && findings[0].contains("not what its tables give"), "{findings:#?}");

    let copy = demo_copy();
    let store = copy.path();
    unbind(store);
    forge_rows::<Statement>(store, LAST, |row| {
        if row.host_id == victim.host_id {
            row.detection_status = DetectionStatus::Found;
        }
    });
    let findings = found(store, &["--deep"], 1);
    let is_verdict = |finding: &String| {
        finding.contains("tables/statements") && finding.contains("not what its readings give")
    };
    assert!(findings.iter().any(is_verdict), "{findings:#?}");
}

#[test]
fn a_forged_change_and_a_removed_artifact_are_found() {
    let copy = demo_copy();
    let store = copy.path();
    unbind(store);
    forge_rows::<Change>(store, LAST, |row| row.after = Some("forged".to_owned()));
    let findings = found(store, &["--deep"], 1);
    let is_changes =
        |finding: &String| finding.contains("tables/changes") && finding.contains("are not what");
    assert!(findings.iter().any(is_changes), "{findings:#?}");

    let copy = demo_copy();
    let store = copy.path();
    unbind(store);
    let path = format!("artifacts/{}.csv", victim(store).country_code);
    forge_removed(store, LAST, &path);
    assert_eq!(found(store, &[], 0), [""; 0], "every hash is as it should be");
    let findings = found(store, &["--deep"], 1);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].contains(&path) && findings[0].contains("was removed"), "{findings:#?}");
}

#[test]
fn a_country_taken_over_is_compared_with_the_snapshot_it_comes_from() {
    let world = World::new(60);
    let lake = world.path("lake");
    world.run_month(&lake, BEFORE.trim_end_matches(".0"), &[]);
    world.web.set_month(2);
    world.run_month(&lake, LAST.trim_end_matches(".0"), &["--country", "AT"]);
    run(&lake, &["verify", "--all", "--deep"], 0);
    let copied = || {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(&lake, copy.path());
        unbind(copy.path());
        copy
    };
    let is_other = |host: &Host| host.country_code.as_str() != "AT";
    let victim = rows_of::<Host>(shared_runtime(), &lake, LAST).into_iter().find(is_other).unwrap();

    let copy = copied();
    forge_rows::<Host>(copy.path(), LAST, |host| {
        if host.host_id == victim.host_id {
            host.detection_status = match host.detection_status {
                DetectionStatus::Found => DetectionStatus::NotFound,
                _ => DetectionStatus::Found,
            };
        }
    });
    let findings = found(copy.path(), &["--deep"], 1);
    let told = format!("{} are not what {BEFORE} has", victim.canonical_hostname);
    assert!(findings.iter().any(|finding| finding.contains(&told)), "{findings:#?}");

    let copy = copied();
    let path = format!("artifacts/{}.csv", victim.country_code);
    forge_file(copy.path(), LAST, &path, b"forged");
    let findings = found(copy.path(), &["--deep"], 1);
    assert!(findings.len() == 1 && findings[0].ends_with("not what 2026-10.0 has"), "{findings:#?}");
    forge_removed(copy.path(), LAST, &path);
    let findings = found(copy.path(), &["--deep"], 1);
    assert!(findings.len() == 1 && findings[0].contains("was removed"), "{findings:#?}");

    // What is compared with a snapshot that is damaged is neither wrong here nor said to be made again.
    let copy = copied();
    std::fs::write(copy.path().join("snapshots/snapshot=2026-10.0/tables/hosts/part-00000.parquet"), "x")
        .unwrap();
    let all: Value =
        serde_json::from_slice(&run(copy.path(), &["verify", "--all", "--deep", "--json"], 1).stdout)
            .unwrap();
    assert_eq!(all[0]["snapshot"], BEFORE);
    assert_eq!(all[0]["findings"].as_array().unwrap().len(), 1, "{all:#}");
    assert_eq!(all[1]["findings"].as_array().unwrap().len(), 0, "{all:#}");
    assert_eq!(all[1]["recomputed"]["countries"], 1, "{all:#}");
    let why = all[1]["recomputed"]["not_recomputed"][0].as_str().unwrap();
    assert!(why.starts_with("hosts, changes and what was taken over: "), "{why}");
}

#[test]
fn a_changed_tombstone_is_found() {
    let copy = demo_copy();
    let store = copy.path();
    json(store, &["expire", "--before", "2026-11", "--apply", "--json"]);
    json(store, &["vacuum", "--grace-days", "0", "--apply", "--json"]);
    assert_eq!(found(store, &[], 0), [""; 0]);
    let tombstone = store.join("tombstones/snapshot=2026-09.0.json");
    let whole = std::fs::read_to_string(&tombstone).unwrap();
    std::fs::write(&tombstone, format!("{whole} ")).unwrap();
    let findings = found(store, &[], 1);
    assert!(
        findings.len() == 1 && findings[0].starts_with("tombstones/snapshot=2026-09.0.json sha256 is"),
        "{findings:#?}"
    );
    std::fs::remove_file(&tombstone).unwrap();
    assert_eq!(found(store, &[], 1), ["tombstones/snapshot=2026-09.0.json missing"]);
}

#[test]
fn the_end_of_the_log_that_was_kept_elsewhere_shows_what_was_done_to_the_last_entries() {
    let head = |store: &Path| json(store, &["log", "--head", "--json"]);
    let decided = {
        let copy = demo_copy();
        let decided = json(copy.path(), &["rollback", BEFORE, "--reason", "a test", "--json"]);
        assert_eq!(decided["head"], head(copy.path()), "it is printed with each decision");
        let said = run(copy.path(), &["history", "--head"], 0).stdout;
        let said = String::from_utf8(said).unwrap();
        assert!(said.starts_with(decided["head"]["sha256"].as_str().unwrap()), "{said}");
        copy
    };
    let kept = head(decided.path())["sha256"].as_str().unwrap().to_owned();
    let ended = ["--head", kept.as_str()];
    assert_eq!(found(decided.path(), &ended, 0), [""; 0]);
    let last = decided.path().join(RefEntry::path_of(4));
    let whole = std::fs::read_to_string(&last).unwrap();
    let gone = |store: &Path| {
        assert_eq!(found(store, &[], 0), [""; 0], "nothing in the store shows it");
        let findings = found(store, &ended, 1);
        assert!(findings.len() == 1 && findings[0].contains(&kept), "{findings:#?}");
    };
    std::fs::write(&last, whole.replace("a test", "a lie")).unwrap();
    gone(decided.path());
    std::fs::remove_file(&last).unwrap();
    gone(decided.path());
    std::fs::write(&last, &whole).unwrap();
    assert_eq!(found(decided.path(), &ended, 0), [""; 0]);
    forge_log(decided.path(), |entry| {
        if entry.sequence == 2 {
            entry.run_id = None;
        }
    });
    gone(decided.path());
    let said = stderr(&run(decided.path(), &["verify", "--head", "x"], 2));
    assert!(said.contains("`x`") || said.contains("'x'"), "{said}");
}

#[test]
fn a_deleted_snapshot_does_not_keep_the_others_from_being_verified() {
    let copy = demo_copy();
    let store = copy.path();
    std::fs::remove_dir_all(store.join("snapshots/snapshot=2026-10.0")).unwrap();
    for deep in [&[][..], &["--deep"]] {
        let args = [&["verify", "--all", "--json"], deep].concat();
        let all: Value = serde_json::from_slice(&run(store, &args, 1).stdout).unwrap();
        let told: Vec<(&str, usize)> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["snapshot"].as_str().unwrap(), one["findings"].as_array().unwrap().len()))
            .collect();
        assert_eq!(told, [("2026-09.0", 0), (BEFORE, 1), (LAST, 0)], "{all:#}");
        let problem = all[1]["findings"][0]["problem"].as_str().unwrap();
        assert_eq!(problem, "missing; the ref log says that the snapshot is live");
    }
    let output = deklaro(store, &["verify", BEFORE]).ran();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}
