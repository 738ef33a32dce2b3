//! A run that was killed or stopped gives the same tables once it is resumed.

use crate::support::same_tables::assert_same_tables;
use crate::support::wait::{finish, kill, signal, until};
use crate::support::{World, run, staged_run, stderr};
use deklaro_schemas::codes::FetchOutcome;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::{Row, Selection, batch};
use deklaro_store::Store;
use std::path::Path;
use std::process::{Child, Stdio};

/// Hosts of the runs compared; enough that the crawl is under way for a while.
const HOSTS: usize = 150;

fn start(world: &World, store: &Path) -> Child {
    let sources = world.path("sources.toml");
    let mut command = world.run_command(store, &["--month", "2026-11", "--max-in-flight", "4", "--sources"]);
    command.arg(sources).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn killed_in_the_middle_of_the_crawl_and_resumed_gives_the_same_tables() {
    let world = World::new(HOSTS);
    let (calm, killed) = (world.path("calm"), world.path("killed"));
    world.run_month(&calm, "2026-11", &[]);
    world.web.forget();

    let mut child = start(&world, &killed);
    world.wait_for_requests(&mut child, 120);
    kill(child);
    assert!(!killed.join("refs/log").exists(), "nothing was published");
    world.web.forget();
    world.resume(&killed);
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
    let folder = format!("staging/{}/work/fetches", staged_run(store));
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
    let world = World::steady(HOSTS);
    let calm = world.path("calm");
    world.run_month(&calm, "2026-11", &[]);
    let usual = asked(&world);
    let mut draw = number("SEED", 1);
    for turn in 0..number("KILLS", 3) {
        // Knuth's generator: the moments differ, and are the same for the same seed.
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = 1 + (draw >> 33) as usize % usual.len();
        let store = world.path(&format!("killed-{turn}"));
        world.web.forget();
        let mut child = start(&world, &store);
        let is_over = |child: &mut Child| child.try_wait().unwrap().is_some();
        until("the moment of the kill", || asked(&world).len() >= moment || is_over(&mut child));
        kill(child);
        let (before, done) = (asked(&world), finished(&store));
        world.web.forget();
        world.resume(&store);
        let after = asked(&world);
        let times = |asked: &[Asked], page: &Asked| asked.iter().filter(|asked| *asked == page).count();
        for page in &done {
            let (was, usually) = (times(&before, page) + times(&after, page), times(&usual, page));
            assert!(was <= usually, "kill {turn} at request {moment}: {page:?} {was} times, not {usually}");
        }
        assert_same_tables(&calm, &store);
    }
}

#[test]
fn a_service_manager_stops_it_politely() {
    let world = World::new(HOSTS);
    let store = world.path("lake");
    let mut child = start(&world, &store);
    // Every robots.txt comes first, then the pages.
    world.wait_for_requests(&mut child, 2 * HOSTS);
    signal(child.id(), "-TERM");
    let output = finish(child);
    assert_eq!(output.status.code(), Some(143), "{}", stderr(&output));
    // What was answered before the stop is on disk, and not asked for again.
    let (before, done) = (asked(&world), finished(&store));
    assert!(!done.is_empty(), "{} requests", before.len());
    world.web.forget();
    world.resume(&store);
    let after = asked(&world);
    let again: Vec<&Asked> =
        done.iter().filter(|page| after.contains(page) && before.contains(page)).collect();
    assert!(again.len() < done.len() / 10, "{again:?}");
}

#[test]
fn ctrl_c_stops_politely_and_says_how_to_go_on() {
    let world = World::new(HOSTS);
    let store = world.path("lake");
    let mut child = start(&world, &store);
    world.wait_for_requests(&mut child, 60);
    signal(child.id(), "-INT");
    let output = finish(child);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let run_id = staged_run(&store);
    assert!(stderr(&output).contains(&format!("deklaro run --resume {run_id}")), "{}", stderr(&output));
    world.web.forget();
    world.resume(&store);
    run(&store, &["verify"], 0);
}
