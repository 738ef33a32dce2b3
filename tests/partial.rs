//! A run over some countries leaves all others as they were.

use crate::support::{World, json, run};
use deklaro_schemas::Row;
use deklaro_schemas::tables::{Fetch, Host, Seed, Statement, Target};
use std::collections::BTreeMap;

/// The rows of all countries but one, as text, in table order.
fn others<R: Row + std::fmt::Debug>(world: &World, snapshot: &str, country: &str) -> Vec<String> {
    let rows: Vec<R> = world.rows(&world.path("lake"), snapshot);
    let texts = rows.iter().map(|row| format!("{row:?}"));
    texts
        .filter(|text| !text.contains(&format!("country_code: CountryCode({:?})", country.as_bytes())))
        .collect()
}

#[test]
fn a_run_over_one_country_carries_the_others_forward() {
    let world = World::new(60);
    let store = world.path("lake");
    world.run_month(&store, "2026-10", &[]);
    world.web.set_month(2);
    world.web.forget();
    world.run_month(&store, "2026-11", &["--country", "AT"]);

    assert_eq!(
        others::<Statement>(&world, "2026-11.0", "AT"),
        others::<Statement>(&world, "2026-10.0", "AT")
    );
    assert_eq!(others::<Host>(&world, "2026-11.0", "AT"), others::<Host>(&world, "2026-10.0", "AT"));
    assert_eq!(others::<Target>(&world, "2026-11.0", "AT"), others::<Target>(&world, "2026-10.0", "AT"));
    assert_eq!(others::<Fetch>(&world, "2026-11.0", "AT"), others::<Fetch>(&world, "2026-10.0", "AT"));
    assert_eq!(others::<Seed>(&world, "2026-11.0", "AT"), others::<Seed>(&world, "2026-10.0", "AT"));
    let asked = world.web.seen();
    let foreign: Vec<&str> =
        asked.iter().map(|seen| seen.host.as_str()).filter(|host| host.ends_with("-de.example")).collect();
    assert_eq!(foreign, [""; 0], "only Austrian hosts are asked");
    run(&store, &["verify"], 0);
}

#[test]
fn a_run_over_two_countries_renews_both_and_no_other() {
    let world = World::new(60);
    let store = world.path("lake");
    world.run_month(&store, "2026-10", &[]);
    world.run_month(&store, "2026-11", &["--country", "SE,AT"]);
    let months = |country: &str| -> Vec<String> {
        let hosts: Vec<Host> = world.rows(&store, "2026-11.0");
        let own = hosts.into_iter().filter(|host| host.country_code.as_str() == country);
        own.map(|host| host.last_seen_month.to_string()).collect()
    };
    for (country, month) in [("AT", "2026-11"), ("SE", "2026-11"), ("DE", "2026-10"), ("IT", "2026-10")] {
        let seen = months(country);
        assert!(!seen.is_empty() && seen.iter().all(|seen| seen == month), "{country}: {seen:?}");
    }
    run(&store, &["verify"], 0);
}

#[test]
fn two_runs_of_a_month_are_two_snapshots() {
    let world = World::new(12);
    let store = world.path("lake");
    world.run_month(&store, "2026-11", &[]);
    world.web.forget();
    world.run_month(&store, "2026-11", &[]);
    let log = json(&store, &["log", "--json"]);
    let names: Vec<&str> =
        log.as_array().unwrap().iter().map(|entry| entry["snapshot"].as_str().unwrap()).collect();
    assert_eq!(names, ["2026-11.0", "2026-11.1"]);
    let verdicts = |snapshot: &str| -> BTreeMap<String, String> {
        let rows: Vec<Statement> = world.rows(&store, snapshot);
        rows.into_iter()
            .map(|row| (row.canonical_hostname.to_string(), row.detection_status.to_string()))
            .collect()
    };
    assert_eq!(verdicts("2026-11.0"), verdicts("2026-11.1"));
}
