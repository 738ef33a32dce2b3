//! Stored pages that are read again give the same tables, and no server is asked.

use crate::support::{World, json, run, stderr};
use deklaro_schemas::tables::{
    Body, Candidate, Change, Fetch, FrontierUrl, Host, Reading, Robots, Seed, Source, Statement, Target,
};
use deklaro_schemas::{Row, SnapshotId};

/// The rows of a table as text, the snapshot's own name left out of them.
fn rows<R: Row + std::fmt::Debug>(world: &World, snapshot: &str) -> Vec<String> {
    let rows: Vec<R> = world.rows(&world.path("lake"), snapshot);
    let own = format!("{:?}", SnapshotId::parse(snapshot).unwrap());
    rows.iter().map(|row| format!("{row:?}").replace(&own, "its own snapshot")).collect()
}

/// All tables that stages write, of one snapshot.
fn tables(world: &World, snapshot: &str) -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("sources", rows::<Source>(world, snapshot)),
        ("seeds", rows::<Seed>(world, snapshot)),
        ("targets", rows::<Target>(world, snapshot)),
        ("frontier", rows::<FrontierUrl>(world, snapshot)),
        ("fetches", rows::<Fetch>(world, snapshot)),
        ("robots", rows::<Robots>(world, snapshot)),
        ("readings", rows::<Reading>(world, snapshot)),
        ("candidates", rows::<Candidate>(world, snapshot)),
        ("statements", rows::<Statement>(world, snapshot)),
        ("hosts", rows::<Host>(world, snapshot)),
        ("changes", rows::<Change>(world, snapshot)),
    ]
}

fn assert_same(world: &World, one: &str, other: &str) {
    for ((name, first), (_, second)) in tables(world, one).into_iter().zip(tables(world, other)) {
        assert!(!first.is_empty() || matches!(name, "changes" | "robots"), "{name} of {one} has no row");
        assert_eq!(first.len(), second.len(), "rows of {name}");
        let other = first.iter().zip(&second).find(|(one, other)| one != other);
        assert_eq!(other, None, "{name}");
    }
}

#[test]
fn pages_read_again_give_the_same_tables_and_ask_no_server() {
    let (world, store) = World::of_two_months(60);
    world.web.forget();
    let outcome = json(&store, &["detect", "--snapshot", "2026-11.0", "--json"]);
    assert_eq!(outcome["snapshot"], "2026-11.1");
    assert!(world.web.seen().is_empty(), "no server is asked");
    assert_same(&world, "2026-11.0", "2026-11.1");
    run(&store, &["verify", "--all", "--deep"], 0);
    // What was made this way can be read again itself.
    let again = json(&store, &["detect", "--json"]);
    assert_eq!(again["snapshot"], "2026-11.2");
    assert_same(&world, "2026-11.0", "2026-11.2");
    let refused = run(&store, &["detect", "--snapshot", "2026-10.0"], 2);
    assert!(stderr(&refused).contains("lies before the month"), "{}", stderr(&refused));
}

#[test]
fn a_run_over_one_country_is_read_again_with_the_others_carried() {
    let world = World::new(40);
    let store = world.path("lake");
    world.run_month(&store, "2026-10", &[]);
    world.run_month(&store, "2026-11", &["--country", "AT"]);
    world.web.forget();
    json(&store, &["detect", "--json"]);
    assert!(world.web.seen().is_empty(), "no server is asked");
    assert_same(&world, "2026-11.0", "2026-11.1");
    run(&store, &["verify", "--all", "--deep"], 0);
}

#[test]
fn own_terms_change_the_version_and_nothing_else_where_no_page_has_them() {
    let world = World::new(30);
    let store = world.path("lake");
    world.run_month(&store, "2026-11", &[]);
    let file = world.path("mine.tsv");
    let header = "language\tterm_key\tterm\tkind\tsure\tsource\n";
    let term = "de\taccessibility_statement\tNirgendsgesagt\tlabel\tseen\thttps://a.example/\n";
    std::fs::write(&file, format!("{header}{term}")).unwrap();
    let path = file.to_str().unwrap();
    json(&store, &["detect", "--glossary", path, "--json"]);
    let versions = |snapshot: &str| -> Vec<String> {
        let rows: Vec<Reading> = world.rows(&store, snapshot);
        let mut versions: Vec<String> = rows.into_iter().filter_map(|row| row.glossary_version).collect();
        versions.sort();
        versions.dedup();
        versions
    };
    let (shipped, own) = (versions("2026-11.0"), versions("2026-11.1"));
    assert_eq!((shipped.len(), own.len()), (1, 1));
    assert_ne!(shipped, own);
    let bodies: Vec<Body> = world.rows(&store, "2026-11.1");
    assert_eq!(bodies.len(), world.rows::<Body>(&store, "2026-11.0").len());
    std::fs::write(&file, format!("{header}de\tx\ty\tnonsense\tseen\tz\n")).unwrap();
    let refused = run(&store, &["detect", "--glossary", path], 2);
    assert!(stderr(&refused).contains("line 2: `nonsense` is not a kind of term"), "{}", stderr(&refused));
}

#[test]
fn months_read_again_in_parts_are_compared_and_nothing_is_published() {
    let (world, store) = World::of_two_months(50);
    world.web.forget();
    let part = json(&store, &["exec", "detect", "--snapshot", "2026-10.0", "--partition", "1/3", "--json"]);
    assert!(part["pages"].as_u64().unwrap() > 0, "{part}");
    let again = json(&store, &["exec", "detect", "--snapshot", "2026-10.0", "--partition", "1/3", "--json"]);
    assert_eq!(again["was_done"], true);
    let compared =
        json(&store, &["detect", "--snapshots", "2026-09..2026-11", "--partitions", "3", "--json"]);
    let months = compared.as_array().unwrap();
    assert_eq!(months.len(), 2, "{compared}");
    for (month, snapshot) in months.iter().zip(["2026-10.0", "2026-11.0"]) {
        let statements: Vec<Statement> = world.rows(&store, snapshot);
        assert_eq!((&month["snapshot"], &month["changed"]), (&snapshot.into(), &0.into()), "{month}");
        assert_eq!(month["hosts"], statements.len());
        assert_eq!(month["rubric_before"], month["rubric_now"]);
    }
    assert!(world.web.seen().is_empty(), "no server is asked");
    assert_eq!(json(&store, &["log", "--json"]).as_array().unwrap().len(), 2, "nothing is published");
    run(&store, &["detect", "--snapshots", "2020-01..2020-02"], 2);

    // Results of today's rules stay for the next comparison; those of others go.
    assert_eq!(json(&store, &["vacuum", "--apply", "--json"])["outdated"]["file_count"], 0);
    let month = store.join("parts/reread/2026-10.0");
    let versions = std::fs::read_dir(&month).unwrap().next().unwrap().unwrap().path();
    std::fs::rename(&versions, month.join("0123456789ab-2020.1")).unwrap();
    let vacuum = |args: &[&str]| json(&store, &[&["vacuum", "--json"], args].concat());
    let would = vacuum(&[]);
    assert!(would["outdated"]["file_count"].as_i64().unwrap() > 3, "{would}");
    assert_eq!(vacuum(&["--apply"])["outdated"], would["outdated"]);
    assert_eq!(vacuum(&[])["outdated"]["file_count"], 0);
    assert!(store.join("parts/reread/2026-11.0").exists());
}
