use crate::support::{World, deklaro, stderr};
use arrow::array::RecordBatch;
use deklaro_schemas::codes::FetchOutcome;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::{Row, Selection, SnapshotId, TableSpec, batch, tables};
use deklaro_simweb::{Habit, seed_list_csv};
use deklaro_store::Store;
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

pub(crate) fn assert_same_tables(one: &Path, other: &Path) {
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

/// A request as the server and the tables both name it.
type Asked = (String, String);

fn asked(world: &World) -> Vec<Asked> {
    let seen = world.web.seen().into_iter().filter(|seen| seen.method != "TLS");
    seen.map(|seen| (format!("{}://{}", seen.scheme, seen.host), seen.path)).collect()
}

/// The pages a killed run had on disk, answered at the first attempt and without detours.
fn finished(store: &Path) -> Vec<Asked> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = format!("staging/{}/work/fetches", run_id(store));
    let batches = runtime.block_on(async {
        let store = Store::open(store).await.unwrap();
        store.read_parquet(&Fetch::table(), &folder, &Selection::all()).await.unwrap()
    });
    let rows: Vec<Fetch> = batch::all_rows(&batches).unwrap();
    let direct = rows.iter().filter(|row| row.outcome == FetchOutcome::Ok && row.redirect_hops.is_empty());
    direct.map(|row| (row.url.authority().to_string(), row.url.path_and_query().to_owned())).collect()
}

/// Environment variable that sets how many kills there are, and from which seed their moments are drawn.
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `KILLS=20 SEED=7` makes more of them, at other moments.
#[test]
fn killed_at_any_moment_nothing_finished_is_fetched_again_and_the_tables_are_the_same() {
    let world = World::new(HOSTS);
    // Hosts that answer 429 by the clock give other rows on a slow machine, killed or not.
    let mut hosts = world.web.europe().hosts(HOSTS);
    hosts.retain(|host| host.habit != Habit::LimitedOnce);
    std::fs::write(world.path("list.csv"), seed_list_csv(&hosts)).unwrap();
    let calm = world.path("calm");
    world.run_month(&calm, "2026-11", &[]);
    let usual = asked(&world);
    let mut draw = number("SEED", 1);
    for kill in 0..number("KILLS", 3) {
        // Knuth's generator: the moments differ, and are the same for the same seed.
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = 1 + (draw >> 33) as usize % usual.len();
        let store = world.path(&format!("killed-{kill}"));
        world.web.forget();
        let mut child = start(&world, &store);
        while asked(&world).len() < moment && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (before, done) = (asked(&world), finished(&store));
        world.web.forget();
        resume(&world, &store);
        let after = asked(&world);
        let times = |asked: &[Asked], page: &Asked| asked.iter().filter(|asked| *asked == page).count();
        for page in &done {
            let (was, usually) = (times(&before, page) + times(&after, page), times(&usual, page));
            assert!(was <= usually, "kill {kill} at request {moment}: {page:?} {was} times, not {usually}");
        }
        assert_same_tables(&calm, &store);
    }
}

#[test]
fn a_service_manager_stops_it_politely() {
    let world = World::new(HOSTS);
    let store = world.path("lake");
    let child = start(&world, &store);
    // Every robots.txt comes first, then the pages.
    wait_for_requests(&world, 2 * HOSTS);
    let ended = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(ended.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143), "{}", stderr(&output));
    // What was answered before the stop is on disk, and not asked for again.
    let (before, done) = (asked(&world), finished(&store));
    assert!(!done.is_empty(), "{} requests", before.len());
    world.web.forget();
    resume(&world, &store);
    let after = asked(&world);
    let again: Vec<&Asked> =
        done.iter().filter(|page| after.contains(page) && before.contains(page)).collect();
    assert!(again.len() < done.len() / 10, "{again:?}");
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
