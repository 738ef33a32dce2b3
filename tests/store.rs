//! A store lets in one run per country, and a damaged file in it is named.

use crate::support::demo::{current, demo_copy};
use crate::support::lake::{Lake, second_run_is_told};
use crate::support::wait::{Ran, finish};
use crate::support::{World, deklaro, ended, files, json, run, shared_runtime, stderr};
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::LEASE_SECONDS;
use deklaro_schemas::{RunId, SnapshotId, Timestamp};
use deklaro_store::{LeaseScope, Owner, REHEARSAL, Store};
use std::path::Path;

const DEMO_LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/demo/sources.toml");
const SNAPSHOT: &str = "snapshots/snapshot=2026-11.0";

#[test]
fn an_endpoint_that_is_not_encrypted_is_refused_unless_it_is_this_machine() {
    let mut command = deklaro(Path::new("s3://lake/x"), &["log"]);
    let work = tempfile::tempdir().unwrap();
    command.env("AWS_ENDPOINT_URL", "http://minio.example:9000").env("DEKLARO_WORK", work.path());
    let output = command.ran();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("`http://minio.example:9000` is not encrypted"), "{}", stderr(&output));
    let output = run(Path::new("gs://lake/x"), &["log"], 2);
    assert!(stderr(&output).contains("expected a folder or `s3://bucket/prefix`"), "{}", stderr(&output));
}

#[test]
fn a_second_run_is_told_who_is_at_work() {
    let world = World::new(120);
    second_run_is_told(&world, &Lake::folder(&world, "lake"));
}

/// A lease over all countries, taken in another name space of processes, where nobody can look the process up.
fn taken_elsewhere(lake: &Lake, run_id: Option<RunId>, expires_in: i64) {
    let owner = Owner {
        token: "a-pod".to_owned(),
        run_id,
        host: "a-pod".to_owned(),
        process: 7,
        place: "another boot#pid:[1]#77".to_owned(),
    };
    let at = Timestamp(deklaro_console::now().0 + (expires_in - LEASE_SECONDS) * 1_000_000);
    shared_runtime().block_on(async {
        let store = Store::open(&lake.work).await.unwrap();
        store.acquire(&owner, &LeaseScope::All, false, at, |_| false).await.unwrap();
    });
}

#[test]
fn a_lease_is_broken_with_a_reason_that_stays_on_record() {
    let world = World::new(20);
    let lake = Lake::folder(&world, "lake");
    let run = RunId::parse("2026-11-00000007").unwrap();
    taken_elsewhere(&lake, Some(run), LEASE_SECONDS);
    let refused = lake.month(&world, "2026-11", &[]).ran();
    assert_eq!(refused.status.code(), Some(75), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("`deklaro leases break RUN --reason TEXT`"), "{}", stderr(&refused));
    let listed = lake.run(&["leases", "list"], 0);
    assert!(
        String::from_utf8_lossy(&listed.stdout)
            .contains("run `2026-11-00000007` is at work on all countries")
    );
    let why = "its machine burnt";
    lake.run(&["leases", "break", "2026-11-00000007", "--reason", ""], 2);
    lake.run(&["leases", "break", "2026-11-00000007", "--reason", why, "--by", "Åsa"], 0);
    lake.run(&["leases", "break", "2026-11-00000007", "--reason", why], 2);
    ended(&lake.month(&world, "2026-11", &[]).ran());
    let sql = "select run_id, host, process, reason, recorded_by from registry.lease_breaks";
    let rows = lake.json(&["sql", "--json", sql]);
    let row = serde_json::json!({ "run_id": "2026-11-00000007", "host": "a-pod", "process": 7, "reason": why, "recorded_by": "Åsa" });
    assert_eq!(rows, serde_json::json!([row]));
    lake.run(&["registry", "verify"], 0);
}

#[test]
fn a_lease_of_a_container_that_is_gone_is_waited_for_and_taken_over() {
    let world = World::new(20);
    let lake = Lake::folder(&world, "lake");
    taken_elsewhere(&lake, None, LEASE_SECONDS);
    let refused = lake.month(&world, "2026-11", &[]).ran();
    assert_eq!(refused.status.code(), Some(75), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("`deklaro run --wait-lease` waits for that"), "{}", stderr(&refused));
    // Long enough for a machine under load to start the binary before it is over.
    taken_elsewhere(&lake, None, 60);
    let waited = lake.month(&world, "2026-11", &["--wait-lease"]).ran();
    ended(&waited);
    assert!(stderr(&waited).contains("waiting for a lease that may be left over: "), "{}", stderr(&waited));
}

#[test]
fn runs_over_different_countries_go_on_side_by_side_and_neither_takes_back_what_the_other_found() {
    let world = World::new(60);
    let lake = Lake::folder(&world, "lake");
    world.web.set_month(1);
    ended(&lake.month(&world, "2026-10", &[]).ran());
    world.web.set_month(2);
    let runs =
        ["AT", "DE"].map(|country| lake.month(&world, "2026-11", &["--country", country]).spawn().unwrap());
    for child in runs {
        ended(&finish(child));
    }
    let sql = "select h.country_code, max(h.last_seen_month) as month from hosts h where h.country_code in ('AT', 'DE', 'FR') group by 1 order by 1";
    let months = lake.json(&["sql", "--json", sql]);
    let months: Vec<&str> =
        months.as_array().unwrap().iter().map(|row| row["month"].as_str().unwrap()).collect();
    assert_eq!(months, ["2026-11", "2026-11", "2026-10"]);
    lake.run(&["verify", "--all", "--deep"], 0);
}

#[test]
fn a_rehearsal_killed_half_way_is_said_and_mended() {
    let copy = demo_copy();
    let store = copy.path();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begin = || {
        runtime.block_on(async {
            let opened = Store::open(store).await.unwrap();
            let target = SnapshotId::parse("2026-10.0").unwrap();
            let at = "2026-11-22T00:00:00Z".parse().unwrap();
            opened.append_ref(RefAction::Rollback, &target, None, at, Some(REHEARSAL)).await.unwrap();
        });
    };
    begin();
    let said = "2026-10.0 is current, 2026-11.0 should be; `deklaro rehearse rollback --finish` does it";
    for (args, exit) in [(&["log"][..], 0), (&["verify"], 1)] {
        let output = run(store, args, exit);
        assert!(String::from_utf8_lossy(&output.stdout).contains(said), "{args:?}");
    }
    run(store, &["rehearse", "rollback", "--finish"], 0);
    assert_eq!(current(store), "2026-11.0");
    run(store, &["verify"], 0);
    let again = run(store, &["rehearse", "rollback", "--finish"], 0);
    assert!(String::from_utf8_lossy(&again.stdout).contains("no rehearsal was left half-way"));
    begin();
    let output = run(store, &["detect"], 0);
    assert!(stderr(&output).contains("2026-11.0 is current again"), "{}", stderr(&output));
}

/// What is done to a store.
type Damage<'a> = &'a dyn Fn(&Path);

/// Damages a copy of the demo's store; the command names what is wrong, gives a hint, and writes nothing.
fn named(damage: impl Fn(&Path), args: &[&str], exit: i32, expected: &[&str]) {
    let copy = demo_copy();
    damage(copy.path());
    let before = files(copy.path());
    let output = run(copy.path(), args, exit);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    for text in expected {
        assert!(said.contains(text), "{args:?}: `{text}` is not in\n{said}");
    }
    assert!(before == files(copy.path()), "{args:?} wrote something");
}

fn change(store: &Path, path: &str, change: impl Fn(String) -> String) {
    let file = store.join(path);
    std::fs::write(&file, change(std::fs::read_to_string(&file).unwrap())).unwrap();
}

#[test]
fn damaged_parquet_files_are_named() {
    let file = format!("{SNAPSHOT}/tables/hosts/part-00000.parquet");
    let (corrupt, hint) =
        (format!("`{file}` is corrupt: "), "hint: `deklaro verify` names every damaged file");
    let truncate = |store: &Path| {
        let file = store.join(&file);
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    };
    let flipped = |store: &Path, part: usize| {
        let file = store.join(&file);
        let mut bytes = std::fs::read(&file).unwrap();
        let place = bytes.len() * part / 100;
        bytes[place] ^= 4;
        std::fs::write(&file, bytes).unwrap();
    };
    // In a page of a column, where the file stays readable with another meaning, and in the footer.
    let (page, footer) = (|store: &Path| flipped(store, 33), |store: &Path| flipped(store, 99));
    let foreign = |store: &Path| {
        std::fs::copy(store.join(format!("{SNAPSHOT}/tables/scans/part-00000.parquet")), store.join(&file))
            .unwrap();
    };
    let damaged = format!("{file}: sha256 is");
    let folder = tempfile::tempdir().unwrap();
    let catalog = folder.path().join("record.duckdb").display().to_string();
    for damage in [&truncate as Damage<'_>, &page, &footer, &foreign] {
        named(damage, &["verify"], 1, &[&damaged, "1 wrong"]);
        for args in [
            &["sql", "select count(*) from hosts"][..],
            &["trace", "a.example"],
            &["diff", "2026-10.0", "2026-11.0"],
            &["artifact", "AT", "--rebuild"],
            &["catalog", &catalog],
        ] {
            named(damage, args, 65, &[&corrupt, hint]);
        }
    }
    assert!(!Path::new(&catalog).exists());
}

#[test]
fn records_of_later_versions_and_broken_logs_are_named() {
    let manifest = format!("{SNAPSHOT}/manifest.json");
    let newer = |store: &Path| {
        change(store, &manifest, |text| text.replacen("\"format\": 1", "\"format\": 2, \"more\": 1", 1));
    };
    let expected = format!("`{manifest}` is of format `2`, this program reads up to `1`");
    for args in
        [&["verify"][..], &["show"], &["sql", "select 1"], &["rollback", "2026-11.0", "--reason", "x"]]
    {
        named(newer, args, 65, &[&expected, "hint: use the version of deklaro that wrote it"]);
    }
    let second = "refs/log/00000000000000000002.json";
    let third = "refs/log/00000000000000000003.json";
    let gap = |store: &Path| std::fs::remove_file(store.join(second)).unwrap();
    let forged = |store: &Path| change(store, second, |text| text.replace("2026-10.0", "2026-09.0"));
    let garbage = |store: &Path| std::fs::write(store.join(second), "{").unwrap();
    let hint = "hint: put the log back from a copy of the store; until it holds nothing is published, changed or deleted";
    let damages: [(Damage<'_>, String); 3] = [
        (&gap, format!("the log is broken at `{third}`: expected `{second}` here, which is missing")),
        (&forged, format!("the log is broken at `{third}`: it does not carry the hash of the entry before")),
        (&garbage, format!("the log is broken at `{second}`")),
    ];
    for (damage, expected) in &damages {
        for args in [
            &["log"][..],
            &["verify"],
            &["rollback", "2026-10.0", "--reason", "x"],
            &["vacuum", "--apply"],
            &[
                "run",
                "--month",
                "2026-12",
                "--sources",
                DEMO_LISTS,
                "--connect-to",
                "127.0.0.1:9",
                "127.0.0.1:9",
            ],
        ] {
            named(damage, args, 65, &[expected, hint]);
        }
    }
}

#[test]
fn staging_of_another_version_is_named_and_what_is_published_is_only_tidied_up() {
    let run_id = "2026-11-0a1b2c3d";
    let resume = ["run", "--resume", run_id];
    let older = |store: &Path| {
        let folder = store.join("staging").join(run_id);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("run.json"), "{\"run_id\":\"2026-11-0a1b2c3d\",\"what\":1}").unwrap();
    };
    let expected = format!("the staging folder of run `{run_id}` is of format 0, expected 2");
    named(older, &resume, 65, &[&expected, "hint: resume it with the version that began it"]);

    // Killed after it was published, while its staging was cleared.
    let copy = demo_copy();
    let run = RunId::parse(run_id).unwrap();
    let folder = copy.path().join("staging").join(run.as_str());
    std::fs::create_dir_all(folder.join("work")).unwrap();
    let file = serde_json::json!({
        "format": 2, "run_id": run_id, "month": "2026-11", "snapshot": "2026-11.0", "previous": "2026-10.0", "base": "2026-10.0",
        "countries": [], "lists": "store", "max_rounds": 3, "state": "published", "started_at": 0, "finished_at": 0,
    });
    std::fs::write(folder.join("run.json"), file.to_string()).unwrap();
    let outcome = json(
        copy.path(),
        &["run", "--resume", run_id, "--json", "--connect-to", "127.0.0.1:9", "127.0.0.1:9"],
    );
    assert_eq!(outcome["snapshot"], "2026-11.0");
    assert!(!folder.exists());
}
