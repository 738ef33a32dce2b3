use crate::support::{World, deklaro, stderr};
use arrow::array::RecordBatch;
use deklaro_schemas::store::Store;
use deklaro_schemas::{Selection, SnapshotId, TableSpec, tables};
use std::path::Path;
use std::process::{Child, Stdio};

/// Hosts of the runs compared; enough that the crawl is under way for a while.
const HOSTS: usize = 150;

/// Columns that may differ between two runs over the same web, and the tables that describe the run itself.
fn comparable(table: &TableSpec) -> bool {
    !table.name.starts_with("meta_") && table.name != "scans" && table.name != "bodies"
}

/// The table without its volatile columns, as text.
fn text_of(store: &Path, table: &TableSpec) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let batches: Vec<RecordBatch> = runtime.block_on(async {
        let store = Store::open(store).await.unwrap();
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let folder = format!("snapshots/snapshot={snapshot}/tables/{}", table.name);
        store.read_parquet(table, &folder, &Selection::all()).await.unwrap()
    });
    let steady: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.is_volatile())
        .map(|(index, _)| index)
        .collect();
    let projected: Vec<RecordBatch> = batches.iter().map(|batch| batch.project(&steady).unwrap()).collect();
    arrow::util::pretty::pretty_format_batches(&projected).unwrap().to_string()
}

fn start(world: &World, store: &Path) -> Child {
    let sources = world.path("sources.toml");
    let mut command = world.run_command(store, &["--month", "2026-11", "--max-in-flight", "4", "--sources"]);
    command.arg(sources).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the server was asked so many times.
fn wait_for_requests(world: &World, count: usize) {
    while world.web.seen().len() < count {
        std::thread::yield_now();
    }
}

fn run_id(store: &Path) -> String {
    let entry = std::fs::read_dir(store.join("staging")).unwrap().next().unwrap().unwrap();
    entry.file_name().into_string().unwrap()
}

fn resume(world: &World, store: &Path) {
    let run = run_id(store);
    let output = world.run_command(store, &["--resume", &run]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

fn assert_same_tables(one: &Path, other: &Path) {
    for table in tables::all().iter().filter(|table| comparable(table)) {
        let (one, other) = (text_of(one, table), text_of(other, table));
        let differing = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!((one.lines().count(), differing), (other.lines().count(), None), "table `{}`", table.name);
    }
}

#[test]
fn killed_in_the_middle_of_the_crawl_and_resumed_gives_the_same_tables() {
    let world = World::new(HOSTS);
    let (calm, killed) = (world.path("calm"), world.path("killed"));
    world.run_month(&calm, "2026-11", &[]);
    world.web.forget();

    let mut child = start(&world, &killed);
    wait_for_requests(&world, 120);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!killed.join("refs/log").exists(), "nothing was published");
    world.web.forget();
    resume(&world, &killed);
    assert_same_tables(&calm, &killed);
}

#[test]
fn ctrl_c_stops_politely_and_says_how_to_go_on() {
    let world = World::new(HOSTS);
    let store = world.path("lake");
    let child = start(&world, &store);
    wait_for_requests(&world, 60);
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let run = run_id(&store);
    assert!(stderr(&output).contains(&format!("deklaro run --resume {run}")), "{}", stderr(&output));
    world.web.forget();
    resume(&world, &store);
    let verified = deklaro(&store, &["verify"]).status().unwrap();
    assert!(verified.success());
}
