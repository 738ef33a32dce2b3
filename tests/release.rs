//! A complete snapshot is published only with its signatures and an open gate.

use crate::support::http::Running;
use crate::support::office::{BEFORE, HELD, Office, now, today};
use crate::support::wait::Ran;
use crate::support::{deklaro, stderr};
use deklaro_schemas::stored::{Decision, ReleaseWaiver, ThresholdChange};
use serde_json::Value;

/// From a complete snapshot to a published one and back, with two approvers; the registry is printed as a table.

#[test]
#[expect(clippy::print_stdout, reason = "the registry is to be looked at")]
fn a_month_from_draft_to_publish_to_rollback() {
    let office = Office::open();
    assert_eq!(office.current(), BEFORE, "a snapshot that waits is not current");
    assert!(office.ok(&["show", HELD]).contains("complete, but not published"));
    office.run(&["rollback", HELD, "--reason", "around the gate"], 2);

    let drafted = office.ok(&["release", "draft"]);
    assert_eq!(office.ok(&["release", "draft", HELD]), drafted, "same input, same bytes");
    let manifest: Value = serde_json::from_str(&drafted).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/docs/release.schema.json");
    let schema = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &manifest), "{manifest:#}");
    assert_eq!((&manifest["snapshot"], &manifest["previous_release"]), (&HELD.into(), &BEFORE.into()));
    assert_eq!(manifest["rollback"]["last_rehearsal"]["is_ok"], true);
    assert!(manifest["trace_id"].is_string() && manifest["sbom"]["sha256"].is_string(), "{manifest:#}");
    assert!(manifest["data"]["hosts_common"].as_u64().unwrap() > 0);

    assert_eq!(office.gate(1), ["approvals"]);
    assert!(stderr(&office.run(&["release", "publish"], 1)).contains("the gate did not pass"));
    office.approve("Ada", 0);
    assert_eq!(office.gate(1), ["approvals"], "who ran it is not enough");
    office.approve("Ben", 0);
    assert_eq!(office.gate(0), [""; 0]);
    assert_eq!(office.current(), BEFORE, "the gate opens, and nothing has moved yet");
    office.ok(&["release", "publish"]);
    assert_eq!(office.current(), HELD);
    let again = stderr(&office.run(&["release", "publish", HELD], 1));
    assert!(again.contains("does not wait to be published"), "{again}");
    let log = office.json(&["log", "--json"]);
    let last = log.as_array().unwrap().last().unwrap();
    assert!(last["action"] == "publish" && last["reason"].as_str().unwrap().starts_with("release decision"));

    office.ok(&["rollback", BEFORE, "--reason", "a wrong list"]);
    assert_eq!(office.current(), BEFORE);
    let decisions: Vec<Decision> = office.rows();
    assert!(decisions.iter().all(|decision| decision.heads.len() > 2));
    let said: Vec<(&str, bool)> = decisions.iter().map(|row| (row.action.as_str(), row.passed)).collect();
    assert_eq!(
        said,
        [
            ("gate", false),
            ("publish", false),
            ("gate", false),
            ("gate", true),
            ("publish", true),
            ("publish", false)
        ]
    );
    let traces = office.json(&[
        "sql",
        "select count(*) as n, count(recorded_trace_id) as traced, count(scorecard) as scored from registry.decisions",
        "--json",
    ]);
    assert_eq!(traces[0], serde_json::json!({ "n": 6, "traced": 6, "scored": 4 }));
    let empty = office.json(&["sql", "select count(*) as n from registry.incidents", "--json"]);
    assert_eq!(empty[0]["n"], 0, "a table without rows is a view too");
    println!("{}", office.ok(&["registry", "list"]));
    println!("{}", office.ok(&["registry", "list", "decisions"]));
    println!("{}", office.ok(&["registry", "verify"]));
    println!("{}", office.ok(&["release", "show", HELD]));

    let out = office.path("report").display().to_string();
    office.ok(&["report", "--snapshot", HELD, "--out", &out]);
    let page = std::fs::read_to_string(office.path("report").join("release.html")).unwrap();
    // The template engine escapes slashes too.
    for part in [
        "Release 2026-11.0",
        "deklaro rollback 2026-10.0 --reason TEXT",
        "Ben",
        "✓ passed",
        "artifacts&#x2f;",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_waiver_opens_the_gate_until_its_day_and_shows_on_the_pages() {
    let office = Office::approved();
    let until = today();
    let events = office.store().join("registry/events");
    std::fs::remove_dir_all(&events).unwrap();
    // A draft of its own: the rehearsal is part of it.
    office.ok(&["release", "draft"]);
    office.approve("Ada", 0);
    office.approve("Ben", 0);
    assert_eq!(office.gate(1), ["rehearsal"]);
    office.refused("waive", "has passed", &office.waive("rehearsal", "2020-01-01", "Ben", 1));
    office.waive("rehearsal", &until, "Ben", 0);
    let gated = office.json(&["release", "gate", "--json"]);
    assert!(gated["waivers"][0].as_str().unwrap().contains("rehearsal until"), "{gated:#}");
    let out = office.path("report").display().to_string();
    office.ok(&["report", "--snapshot", HELD, "--out", &out]);
    for (name, page) in pages(&office.path("report")) {
        let is_shown = page.contains("Rules of the gate that are waived");
        assert_eq!(is_shown, name != "accessibility.html", "{name}");
    }
    let config = office.path("deklaro.toml").display().to_string();
    let with_config =
        |words: &[&str]| deklaro(&office.store(), &[&["--config", config.as_str()], words].concat());
    for command in ["health", "readiness"] {
        // Whether the month is healthy and ready is another question.
        let said = |more: &[&str]| {
            let words = [&[command, "--snapshot", HELD][..], more].concat();
            String::from_utf8(with_config(&words).ran().stdout).unwrap()
        };
        assert!(said(&[]).contains("gate waiver  rehearsal until"), "{}", said(&[]));
        let told: Value = serde_json::from_str(&said(&["--json"])).unwrap();
        assert_eq!(told["gate_waivers"][0]["rule"], "rehearsal", "{told:#}");
    }
    let service = Running::start(with_config(&["serve", "--listen", "127.0.0.1:0", "--no-worker"]));
    let told = service.get("/v1/status").json();
    assert_eq!(
        (&told["waivers"][0]["rule"], &told["waivers"][0]["approver"]),
        (&"rehearsal".into(), &"Ben".into())
    );
    let html = service.ask("GET", "/v1/status", &[("accept", "text/html")], b"");
    assert!(String::from_utf8_lossy(&html.body).contains("rehearsal, until"));
    // The pages that were published with the snapshot are of before anybody could waive anything, and their hash is signed.
    office.ok(&["verify", HELD]);
    let forged = ReleaseWaiver { reason: "forged".to_owned(), ..office.rows::<ReleaseWaiver>().remove(0) };
    let shown = office.json(&["release", "show", "--json"]);
    assert_eq!(shown["waivers"].as_array().unwrap().len(), 1);
    office.register(&now(), forged);
    let shown = office.json(&["release", "show", "--json"]);
    assert_eq!(shown["waivers"].as_array().unwrap().len(), 1, "its signature does not hold");
}

#[test]
fn a_threshold_that_changed_closes_the_gate_until_it_is_recorded() {
    let office = Office::approved();
    let mut change: ThresholdChange = office.rows().remove(0);
    change.thresholds.insert("readiness.p95_ms".to_owned(), "100".to_owned());
    office.register(&now(), change);
    assert_eq!(office.gate(1), ["thresholds"]);
    let shown: Value =
        serde_json::from_slice(&office.run(&["thresholds", "show", "--json"], 1).stdout).unwrap();
    assert_eq!(shown["unrecorded"][0]["name"], "readiness.p95_ms");
    office.ok(&["thresholds", "record", "--reason", "the service is slower", "--by", "Ben"]);
    assert_eq!(office.gate(0), [""; 0]);
}

#[test]
fn damage_closes_the_gate_and_nothing_is_published() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    let artifacts = office.store().join(format!("snapshots/snapshot={HELD}/artifacts"));
    let file = std::fs::read_dir(artifacts).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"another").unwrap();
    office.run(&["release", "publish"], 1);
    assert_eq!(
        (office.current().as_str(), office.last_decision().1),
        (BEFORE, false),
        "it is judged once more"
    );
    std::fs::write(&file, whole).unwrap();
    office.ok(&["release", "gate"]);
    office.ok(&["release", "publish"]);
    assert_eq!(office.current(), HELD);
}

/// What waits was compared with the snapshot that was current then: published on another one it would take rows back.

#[test]
fn a_snapshot_that_waits_is_not_published_on_another_one() {
    let office = Office::approved();
    assert_eq!(office.gate(0), [""; 0]);
    office.ok(&["rollback", "2026-09.0", "--reason", "a test"]);
    // The gate passed before that: it is asked once more as it is published, and says so by itself too.
    let said = String::from_utf8(office.run(&["release", "publish"], 1).stdout).unwrap();
    assert!(said.contains("it was put together on 2026-10.0, and 2026-09.0 is current"), "{said}");
    let (action, passed, why) = office.last_decision();
    assert!(action == "publish" && !passed && why.ends_with("do not hold: manifest"), "{why}");
    assert_eq!(office.gate(1), ["manifest"]);
    assert_eq!(office.current(), "2026-09.0");
}

/// The pages of a folder.
fn pages(folder: &std::path::Path) -> Vec<(String, String)> {
    let read = |entry: std::fs::DirEntry| {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        (entry.file_name().into_string().unwrap(), text)
    };
    let is_page = |entry: &std::fs::DirEntry| entry.path().extension().is_some_and(|ending| ending == "html");
    std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(is_page).map(read).collect()
}
