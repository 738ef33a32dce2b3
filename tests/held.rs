//! A run or publication that is killed at the gate is published exactly once.

use crate::support::demo::copy_folder;
use crate::support::office::{BEFORE, HELD, Office};
use crate::support::wait::{Ran, kill, until};
use crate::support::{World, deklaro, json, registered, run, shared_runtime, stderr};
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::{Entry, RefEntry, WaitingSnapshot};
use deklaro_store::Store;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Starts it, and kills it as soon as something has happened.
fn kill_once(command: &mut Command, has_happened: impl Fn() -> bool) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("it has happened", || has_happened() || child.try_wait().unwrap().is_some());
    kill(child);
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// The whole ones of a folder of numbered files, first one first; what is being written has another name.
fn rows(folder: &Path) -> Vec<PathBuf> {
    let is_whole = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json");
    let mut rows: Vec<PathBuf> = entries(folder).into_iter().filter(is_whole).collect();
    rows.sort();
    rows
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// The run's files as they were staged, by path, or those of a snapshot's manifest.
fn sorted(files: &Value) -> Vec<Value> {
    let mut files = files.as_array().unwrap().clone();
    files.sort_by_key(|file| file["path"].as_str().unwrap().to_owned());
    files
}

fn refs(store: &Path) -> Vec<RefEntry> {
    shared_runtime().block_on(async { Store::open(store).await.unwrap().refs().await.unwrap() })
}

fn held(store: &Path) -> Vec<Entry<WaitingSnapshot>> {
    registered(store)
}

/// The one folder of a run that is not over.
fn staging(store: &Path) -> Option<PathBuf> {
    entries(&store.join("staging")).pop().filter(|run| run.join("run.json").exists())
}

/// What a killed run has got to.
struct Moment {
    name: &'static str,
    is_there: fn(&Path) -> bool,
}

/// From the last write before the commit to the clearing of the staging.
const MOMENTS: [Moment; 5] = [
    Moment {
        name: "staged",
        is_there: |store| staging(store).is_some_and(|run| run.join("ready.json").exists()),
    },
    Moment {
        name: "files are placed",
        is_there: |store| store.join("snapshots/snapshot=2026-11.0/tables").exists(),
    },
    Moment {
        name: "complete",
        is_there: |store| store.join("snapshots/snapshot=2026-11.0/manifest.json").exists(),
    },
    Moment { name: "on record as waiting", is_there: |store| !rows(&store.join("registry/held")).is_empty() },
    Moment {
        name: "over, with its staging",
        is_there: |store| {
            staging(store)
                .and_then(|run| read(&run.join("run.json")))
                .is_some_and(|run| run["state"] == "held")
        },
    },
];

#[test]
#[expect(clippy::print_stdout, reason = "where the kills met the run depends on the machine")]
fn a_run_that_is_killed_while_it_is_held_waits_once_it_is_resumed_and_is_published_once() {
    let world = World::new(12);
    let before = world.path("before");
    world.run_month(&before, "2026-10", &[]);
    let free = world.path("free.toml").display().to_string();
    std::fs::write(&free, "operator = \"Ada\"\n[gate]\nrequired = false\n").unwrap();
    let crawl = std::fs::read_to_string(world.path("deklaro.toml")).unwrap();
    std::fs::write(world.path("deklaro.toml"), format!("{crawl}[gate]\nrequired = true\n")).unwrap();
    let sources = world.path("sources.toml").display().to_string();
    let mut killed = 0;
    for Moment { name, is_there } in MOMENTS {
        let store = world.path(&name.replace(' ', "-"));
        copy_folder(&before, &store);
        let mut command = world.run_command(&store, &["--month", "2026-11", "--sources", &sources]);
        kill_once(&mut command, || is_there(&store));
        assert_eq!(refs(&store).len(), 1, "{name}: nothing is published");
        let left = staging(&store);
        let staged = left.as_ref().and_then(|run| read(&run.join("ready.json")));
        println!("killed when {name}: {} held, staging left: {}", held(&store).len(), left.is_some());
        if let Some(run) = left {
            killed += 1;
            let id = run.file_name().unwrap().to_str().unwrap();
            let resumed = json_of(&mut world.run_command(&store, &["--resume", id, "--json"]));
            assert_eq!((&resumed["snapshot"], &resumed["is_held"]), (&HELD.into(), &true.into()), "{name}");
        }
        let manifest = read(&store.join("snapshots/snapshot=2026-11.0/manifest.json")).unwrap();
        if let Some(staged) = staged {
            assert_eq!(sorted(&staged[1]["files"]), sorted(&manifest["files"]), "{name}: nothing is lost");
        }
        waits(&store, name);
        let recorded = ["thresholds", "record", "--reason", "a test without a gate", "--by", "Ada"];
        run(&store, &[&["--config", free.as_str()][..], &recorded].concat(), 0);
        run(&store, &["--config", &free, "release", "publish"], 0);
        is_published_once(&store, name);
    }
    assert!(killed > 0, "no kill met a run");
}

fn json_of(command: &mut Command) -> Value {
    let output = command.ran();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Complete, on record once, and the month before is current.
fn waits(store: &Path, name: &str) {
    let waiting: Vec<String> = held(store).iter().map(|entry| entry.row.snapshot.to_string()).collect();
    assert_eq!(waiting, [HELD], "{name}");
    assert_eq!((refs(store).len(), json(store, &["show", "--json"])["snapshot"].as_str()), (1, Some(BEFORE)));
    run(store, &["verify", HELD, "--deep"], 0);
    run(store, &["registry", "verify"], 0);
    assert!(entries(&store.join("staging")).is_empty(), "{name}: the staging is cleared");
}

/// Current by one entry, whole, and the record holds.
fn is_published_once(store: &Path, name: &str) {
    let all = refs(store);
    let is_it = |entry: &&RefEntry| entry.action == RefAction::Publish && entry.snapshot.as_str() == HELD;
    assert_eq!(all.iter().filter(is_it).count(), 1, "{name}");
    assert_eq!(all.last().unwrap().snapshot.as_str(), HELD, "{name}");
    assert_eq!(json(store, &["show", "--json"])["snapshot"], HELD, "{name}");
    run(store, &["verify", HELD, "--deep"], 0);
    run(store, &["registry", "verify"], 0);
}

/// The lease is written, then the decision, then the entry that makes it current: the last one on its way, and there.
#[test]
#[expect(clippy::print_stdout, reason = "where the kills met it depends on the machine")]
fn a_publication_that_is_killed_is_done_again_and_the_ref_moves_once() {
    let moments = [("leases", true), ("registry/decisions", true), ("refs/log", false), ("refs/log", true)];
    for (folder, is_whole) in moments {
        let office = Office::approved();
        assert_eq!(office.gate(0), [""; 0]);
        let watched = office.store().join(folder);
        let newest = || if is_whole { rows(&watched).pop() } else { entries(&watched).into_iter().max() };
        let before = newest();
        let published = refs(&office.store()).len();
        let config = office.path("deklaro.toml").display().to_string();
        let mut command = deklaro(&office.store(), &["--config", &config, "release", "publish"]);
        kill_once(&mut command, || newest() != before);
        let has_moved = refs(&office.store()).len() > published;
        println!("killed at {folder}, whole: {is_whole}; the ref has moved: {has_moved}");
        if has_moved {
            let said = stderr(&office.run(&["release", "publish", HELD], 1));
            assert!(said.contains("of the ref log published it"), "{said}");
        } else {
            assert_eq!(office.current(), BEFORE, "all of it or nothing");
            office.ok(&["release", "publish"]);
        }
        is_published_once(&office.store(), folder);
        let (action, passed, _) = office.last_decision();
        assert_eq!((action.as_str(), passed), ("publish", !has_moved));
    }
}
