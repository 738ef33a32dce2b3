//! Is it known when a manifest was there, signed by a stranger, and is a stamp that does not hold named?

use crate::authority::{Authority, Key, Manner};
use crate::support::demo::demo_copy;
use crate::support::wait::Ran;
use crate::support::{World, deklaro, json, run, stderr};
use serde_json::Value;
use std::path::Path;

const STAMP: &str = "snapshots/snapshot=2026-11.0/manifest.tsr";

/// `deklaro timestamp` of the demo's last snapshot, with this exit code.
fn asked(store: &Path, authority: &Authority, exit: i32) -> String {
    let root = authority.root().display().to_string();
    let output = run(store, &["timestamp", "--tsa", &authority.url(), "--tsa-ca", &root, "--json"], exit);
    if exit == 0 { String::from_utf8(output.stdout).unwrap() } else { stderr(&output) }
}

fn events(store: &Path) -> Vec<Value> {
    let folder = store.join("registry/events");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
}

pub(crate) fn a_stamped_snapshot_is_verified_with_its_time_and_keeps_the_first_stamp() {
    let authority = Authority::start(Manner::Answers, Key::Rsa);
    let store = demo_copy();
    let store = store.path();
    let manifest = store.join("snapshots/snapshot=2026-11.0/manifest.json");
    let before = std::fs::read(&manifest).unwrap();
    let stamped: Value = serde_json::from_str(&asked(store, &authority, 0)).unwrap();
    assert_eq!((&stamped["is_new"], &stamped["path"]), (&true.into(), &STAMP.into()), "{stamped:#}");
    assert_eq!(std::fs::read(&manifest).unwrap(), before, "the manifest stays as it is");
    let again: Value = serde_json::from_str(&asked(store, &authority, 0)).unwrap();
    assert_eq!((&again["is_new"], &again["serial"]), (&false.into(), &stamped["serial"]));
    let root = authority.root().display().to_string();
    let verified = json(store, &["verify", "--deep", "--tsa-ca", &root, "--json"]);
    assert_eq!(verified["timestamp"]["at"], stamped["at"]);
    assert_eq!(verified["timestamp"]["is_chain_checked"], true);
    let said = String::from_utf8(run(store, &["verify", "--deep"], 0).stdout).unwrap();
    assert!(said.contains("by Example, Example Time Stamps") && said.contains("--tsa-ca"), "{said}");
    // Anybody else's tool reads it too.
    let check = std::process::Command::new("openssl")
        .args(["ts", "-verify", "-CAfile", &root, "-data"])
        .args([&manifest, Path::new("-in"), &store.join(STAMP)])
        .ran();
    assert!(check.status.success(), "{}", stderr(&check));
    assert_eq!(events(store).len(), 1);
    assert_eq!(events(store)[0]["event_type"], "timestamp");
}

pub(crate) fn a_stamp_that_does_not_hold_is_named() {
    let authority = Authority::start(Manner::Answers, Key::Elliptic);
    let other = Authority::start(Manner::Answers, Key::Rsa);
    let store = demo_copy();
    let store = store.path();
    asked(store, &authority, 0);
    let root = authority.root().display().to_string();
    let problem = |ca: &str| {
        let output = run(store, &["verify", "--deep", "--tsa-ca", ca, "--json"], 1);
        let verified: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = verified["findings"].as_array().unwrap();
        assert_eq!((findings.len(), &findings[0]["path"]), (1, &STAMP.into()), "{findings:#?}");
        findings[0]["problem"].as_str().unwrap().to_owned()
    };
    assert!(problem(&other.root().display().to_string()).contains("does not lead to a trusted one"));
    let stamp = store.join(STAMP);
    let whole = std::fs::read(&stamp).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    std::fs::write(&stamp, flipped).unwrap();
    assert_eq!(problem(&root), "its signature does not hold");
    std::fs::write(&stamp, &whole[..whole.len() - 9]).unwrap();
    assert_eq!(problem(&root), "the answer is not DER");
    let told = run(store, &["timestamp", "--tsa", &authority.url()], 65);
    let told = stderr(&told);
    assert!(told.contains(&format!("`{STAMP}`: the answer is not DER")), "{told}");
    assert!(told.contains("from a copy of the store"), "{told}");
    // The stamp of another snapshot's manifest.
    std::fs::write(&stamp, &whole).unwrap();
    let october = stamp.to_str().unwrap().replace("2026-11.0", "2026-10.0");
    std::fs::copy(&stamp, october).unwrap();
    let output = run(store, &["verify", "2026-10.0", "--deep", "--tsa-ca", &root], 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("manifest.tsr: it is about sha256"));
}

pub(crate) fn whatever_the_authority_does_the_publication_stands_and_the_failure_is_on_record() {
    let store = demo_copy();
    let store = store.path();
    let mut failed = 0;
    for (manner, key, exit, said) in [
        (Manner::SignsAnother, Key::Rsa, 69, "it is about sha256"),
        (Manner::CutsShort, Key::Rsa, 69, "is not DER"),
        (Manner::Refuses, Key::Rsa, 69, "the authority refused"),
        (Manner::Answers, Key::ForServers, 69, "not for time stamps alone"),
        (Manner::IsDown, Key::Rsa, 75, "it answered with status `503`"),
        (Manner::NeverEnds, Key::Rsa, 75, "longer than 65536 bytes"),
    ] {
        let authority = Authority::start(manner, key);
        let told = asked(store, &authority, exit);
        assert!(told.contains(said) && told.contains("hint: "), "{manner:?}: {told}");
        failed += 1;
        let events = events(store);
        assert_eq!((events.len(), &events[failed - 1]["is_ok"]), (failed, &false.into()));
        assert!(!store.join(STAMP).exists(), "{manner:?}: nothing is kept");
    }
    let nobody = run(store, &["timestamp", "--tsa", "http://127.0.0.1:1/tsa"], 75);
    assert!(stderr(&nobody).contains("no whole answer came"), "{}", stderr(&nobody));
    run(store, &["verify", "--deep"], 0);
    for wrong in ["ftp://a.example/tsa", "a.example", ""] {
        run(store, &["timestamp", "--tsa", wrong], 2);
    }
    run(store, &["timestamp"], 2);
    run(store, &["timestamp", "--tsa", "http://a.example", "--tsa-ca", "no/such.pem"], 2);
}

/// A run stamps what it publishes; one that is not answered publishes all the same, and is stamped later.
pub(crate) fn a_run_is_published_whether_the_authority_answers_or_hangs() {
    let hangs = Authority::start(Manner::Hangs, Key::Rsa);
    let answers = Authority::start(Manner::Answers, Key::Rsa);
    let world = World::new(12);
    let store = world.path("lake");
    let config = std::fs::read_to_string(world.path("deklaro.toml")).unwrap();
    let config = format!("{config}[timestamp]\ntsa = \"{}\"\ntimeout_ms = 300\n", hangs.url());
    std::fs::write(world.path("deklaro.toml"), config).unwrap();
    let outcome = world.run_month(&store, "2026-10", &[]);
    assert_eq!((&outcome["snapshot"], &outcome["timestamp"]), (&"2026-10.0".into(), &Value::Null));
    assert_eq!(events(&store)[0]["is_ok"], false);
    let root = answers.root().display().to_string();
    let output =
        deklaro(&store, &["timestamp", "2026-10.0", "--tsa", &answers.url(), "--tsa-ca", &root]).ran();
    assert!(output.status.success(), "{}", stderr(&output));
    let outcome = world.run_month(&store, "2026-11", &["--tsa", &answers.url(), "--tsa-ca", &root]);
    assert_eq!(outcome["timestamp"]["is_new"], true);
    run(&store, &["verify", "--all", "--deep", "--tsa-ca", &root], 0);
    the_end_of_the_log_is_stamped(&store, &root);
    // What is deleted leaves its stamp with its tombstone.
    run(&store, &["expire", "--before", "2026-11", "--apply"], 0);
    run(&store, &["vacuum", "--grace-days", "0", "--apply"], 0);
    assert!(store.join("tombstones/snapshot=2026-10.0.tsr").exists());
    assert!(!store.join("snapshots/snapshot=2026-10.0").exists());
}

/// The last entry has a stamp that anybody can check; who changes or cuts it off, or takes the stamp away, is found.
fn the_end_of_the_log_is_stamped(store: &Path, root: &str) {
    let last = "00000000000000000002";
    let (path, stamp) =
        (store.join(format!("refs/log/{last}.json")), store.join(format!("stamps/refs/{last}.tsr")));
    let check = std::process::Command::new("openssl")
        .args(["ts", "-verify", "-CAfile", root, "-data"])
        .args([&path, Path::new("-in"), &stamp])
        .ran();
    assert!(check.status.success(), "{}", stderr(&check));
    let named = |problem: &str| {
        let said = run(store, &["verify", "--tsa-ca", root], 1).stdout;
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains(&format!("stamps/refs/{last}.tsr: {problem}")), "{said}");
    };
    let (entry, answer) = (std::fs::read(&path).unwrap(), std::fs::read(&stamp).unwrap());
    std::fs::remove_file(&stamp).unwrap();
    named("missing; event 4 of the registry says that it was kept at ");
    std::fs::write(&stamp, answer).unwrap();
    std::fs::write(&path, [&entry[..], b"\n"].concat()).unwrap();
    named("it is about sha256");
    std::fs::remove_file(&path).unwrap();
    named("it is about entry 2 of the ref log, which is missing");
    std::fs::write(&path, entry).unwrap();
    run(store, &["verify", "--tsa-ca", root], 0);
    let had =
        json(store, &["timestamp", "--head", "--tsa", "http://127.0.0.1:1/tsa", "--tsa-ca", root, "--json"]);
    assert_eq!((&had["is_new"], &had["snapshot"]), (&false.into(), &"2026-11.0".into()), "{had:#}");
}
