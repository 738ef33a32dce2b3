use crate::record::{current, store as demo_copy};
use crate::s3::{self, Server};
use crate::support::{World, deklaro, json, run, stderr};
use deklaro_schemas::codes::RefAction;
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::{RunId, SnapshotId};
use deklaro_simweb::{Habit, seed_list_csv};
use deklaro_store::{REHEARSAL, Store};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const DEMO_LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/demo/sources.toml");
const SNAPSHOT: &str = "snapshots/snapshot=2026-11.0";

/// A store on this machine or in a bucket, and what the binary must be told about it.
struct Lake<'a> {
    store: PathBuf,
    work: PathBuf,
    server: Option<&'a Server>,
}

impl Lake<'_> {
    fn folder(world: &World, name: &str) -> Self {
        Self { store: world.path(name), work: world.path(name), server: None }
    }

    fn bucket(world: &World, name: &str) -> Option<Self> {
        let server = s3::server()?;
        let store = s3::location(name).to_string().into();
        Some(Self { store, work: world.path(name), server: Some(server) })
    }

    /// The command, with the server's address and the work folder where it needs them.
    fn told(&self, mut command: Command) -> Command {
        if let Some(server) = self.server {
            let remote = server.remote(&self.work);
            command.envs(remote.settings).env("DEKLARO_WORK", remote.work);
        }
        command
    }

    /// Runs it and expects this exit code.
    fn run(&self, args: &[&str], exit: i32) -> Output {
        let output = self.told(deklaro(&self.store, args)).output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{args:?}: {}", stderr(&output));
        output
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_slice(&self.run(args, 0).stdout).unwrap()
    }

    /// A run of this month over the world's list.
    fn month(&self, world: &World, month: &str, more: &[&str]) -> Command {
        let mut command = world.run_command(&self.store, &["--json", "--month", month, "--sources"]);
        command.arg(world.path("sources.toml")).args(more);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.told(command)
    }

    fn resume(&self, world: &World) -> Command {
        let run = std::fs::read_dir(self.work.join("staging")).unwrap().next().unwrap().unwrap().file_name();
        let mut command = world.run_command(&self.store, &["--json", "--resume"]);
        command.arg(run);
        self.told(command)
    }

    fn hosts(&self) -> Value {
        self.json(&["sql", "--json", "select country_code, canonical_hostname, detection_status, statement_url from hosts order by all"])
    }
}

/// Waits until the crawl has asked so many times; the process is still at work then.
fn wait_for_requests(world: &World, child: &mut Child, count: usize) {
    while world.web.seen().len() < count {
        assert!(child.try_wait().unwrap().is_none(), "the run ended early");
        std::thread::yield_now();
    }
}

fn ended(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

#[test]
fn a_bucket_holds_the_same_record_as_a_folder_and_answers_every_command() {
    let world = World::new(40);
    // Hosts that answer 429 by the clock may give other rows the second time.
    let mut hosts = world.web.europe().hosts(40);
    hosts.retain(|host| host.habit != Habit::LimitedOnce);
    std::fs::write(world.path("list.csv"), seed_list_csv(&hosts)).unwrap();
    let Some(bucket) = Lake::bucket(&world, "same-record") else { return };
    let folder = Lake::folder(&world, "lake");
    for lake in [&folder, &bucket] {
        world.web.set_month(1);
        ended(&lake.month(&world, "2026-10", &[]).output().unwrap());
        world.web.set_month(2);
        ended(&lake.month(&world, "2026-11", &["--country", "AT,FR,DE"]).output().unwrap());
    }
    assert_eq!(bucket.hosts(), folder.hosts());
    let shown = bucket.json(&["show", "--json"]);
    assert_eq!(shown["snapshot"], "2026-11.0");
    for args in [
        &["log"][..],
        &["verify", "--all", "--deep"],
        &["diff", "2026-10.0", "2026-11.0"],
        &["sources"],
        &["rehearse", "rollback"],
        &["rollback", "2026-10.0", "--reason", "a test"],
        &["rollback", "2026-11.0", "--reason", "a test"],
        &["detect"],
        &["sql", "select count(*) from bodies"],
        &["artifact", "AT"],
        &["retract", "2026-11.1", "--reason", "a test"],
        &["expire", "--before", "2026-11", "--reason", "a test", "--apply"],
        &["vacuum", "--grace-days", "0", "--apply"],
        &["verify", "--all"],
    ] {
        bucket.run(args, 0);
    }
    let hosts = bucket.hosts();
    let found = hosts.as_array().unwrap().iter().find(|host| host["detection_status"] == "found").unwrap();
    let host = found["canonical_hostname"].as_str().unwrap();
    bucket.run(&["trace", host], 0);
    bucket.run(&["evidence", host, "--warc", world.path("host.warc.gz").to_str().unwrap()], 0);
    bucket.run(&["catalog", world.path("record.duckdb").to_str().unwrap()], 0);
    let lists = world.path("list.csv").display().to_string();
    bucket.run(&["import", &lists, "--reference", "https://lists.example/all"], 0);
    assert_eq!(bucket.json(&["sources", "--json"]).as_array().map(Vec::len), Some(1));
    assert!(
        !bucket.work.join("staging").exists()
            || std::fs::read_dir(bucket.work.join("staging")).unwrap().next().is_none()
    );
}

#[test]
fn an_endpoint_that_is_not_encrypted_is_refused_unless_it_is_this_machine() {
    let mut command = deklaro(Path::new("s3://lake/x"), &["log"]);
    let work = tempfile::tempdir().unwrap();
    command.env("AWS_ENDPOINT_URL", "http://minio.example:9000").env("DEKLARO_WORK", work.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("`http://minio.example:9000` is not encrypted"), "{}", stderr(&output));
    let output = run(Path::new("gs://lake/x"), &["log"], 2);
    assert!(stderr(&output).contains("expected a folder or `s3://bucket/prefix`"), "{}", stderr(&output));
}

#[test]
fn a_run_in_a_bucket_is_resumed_after_a_kill() {
    let world = World::new(120);
    let Some(lake) = Lake::bucket(&world, "resumed") else { return };
    let mut child = lake.month(&world, "2026-11", &["--max-in-flight", "4"]).spawn().unwrap();
    wait_for_requests(&world, &mut child, 60);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(lake.json(&["log", "--json"]), serde_json::json!([]), "nothing is published");
    // Its process is gone: the lease is its own again at once.
    ended(&lake.resume(&world).output().unwrap());
    lake.run(&["verify", "--deep"], 0);
}

fn second_run_is_told(world: &World, lake: &Lake<'_>) {
    let mut first = lake.month(world, "2026-11", &["--gap-ms", "60000"]).spawn().unwrap();
    let process = first.id();
    wait_for_requests(world, &mut first, 10);
    for more in [&[][..], &["--country", "AT"]] {
        let output = lake.month(world, "2026-11", more).output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(75), "{said}");
        assert!(said.contains(&format!("is at work on all countries: process {process} on `")), "{said}");
        assert!(said.contains("expires 20") && said.contains("hint: wait until it ends"), "{said}");
    }
    let resumed = lake.resume(world).output().unwrap();
    assert_eq!(resumed.status.code(), Some(75), "it is alive: {}", stderr(&resumed));
    assert!(first.try_wait().unwrap().is_none(), "the first is still at work");
    first.kill().unwrap();
    first.wait().unwrap();
    // Killed, it holds nothing any more; another run may start.
    ended(&lake.month(world, "2026-11", &["--country", "AT"]).output().unwrap());
    let claimed: Vec<Value> = lake.json(&["log", "--json"]).as_array().unwrap().clone();
    assert_eq!(claimed.len(), 1, "only the last one published");
}

#[test]
fn a_second_run_is_told_who_is_at_work() {
    let world = World::new(120);
    second_run_is_told(&world, &Lake::folder(&world, "lake"));
    world.web.forget();
    if let Some(lake) = Lake::bucket(&world, "leased") {
        second_run_is_told(&world, &lake);
    }
}

#[test]
fn runs_over_different_countries_go_on_side_by_side_and_neither_takes_back_what_the_other_found() {
    let world = World::new(60);
    let lake = Lake::folder(&world, "lake");
    world.web.set_month(1);
    ended(&lake.month(&world, "2026-10", &[]).output().unwrap());
    world.web.set_month(2);
    let runs =
        ["AT", "DE"].map(|country| lake.month(&world, "2026-11", &["--country", country]).spawn().unwrap());
    for child in runs {
        ended(&child.wait_with_output().unwrap());
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
            let at = "2026-11-22T00:00:00Z";
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

/// Every file of a store with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    found
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
        (format!("`{file}` is corrupt: sha256 is"), "hint: `deklaro verify` names every damaged file");
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

#[test]
#[expect(clippy::print_stderr, reason = "the test says when it did not run")]
fn a_read_only_disk_answers_questions_and_takes_nothing() {
    let starter = ["--user", "--map-root-user", "--mount"];
    let may = Command::new("unshare").args(starter).args(["mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !may.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no mount namespace may be made here");
        return;
    }
    let copy = demo_copy();
    let store = copy.path();
    let on_read_only = |args: &[&str]| {
        let command = deklaro(store, args);
        let script =
            "mount --bind \"$LAKE\" \"$LAKE\" && mount -o remount,bind,ro \"$LAKE\" && exec \"$0\" \"$@\"";
        let mut shell = Command::new("unshare");
        shell.args(starter).args(["sh", "-c", script]).arg(command.get_program()).args(command.get_args());
        shell.env("LAKE", store).output().unwrap()
    };
    for args in [&["verify"][..], &["log"], &["sql", "select count(*) from hosts"]] {
        ended(&on_read_only(args));
    }
    for args in [&["rollback", "2026-10.0", "--reason", "x"][..], &["detect"], &["rehearse", "rollback"]] {
        let output = on_read_only(args);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(69), "{args:?}: {said}");
        assert!(
            said.contains("the disk is read-only") && said.contains("hint: make the store writable"),
            "{said}"
        );
        assert!(said.contains(&store.display().to_string()), "{said}");
    }
    assert!(files(store).keys().all(|path| !path.to_string_lossy().contains("staging")));
    let manifest: Manifest =
        serde_json::from_slice(&std::fs::read(store.join(SNAPSHOT).join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest.snapshot.as_str(), "2026-11.0");
}
