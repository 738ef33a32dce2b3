//! Servers see robots.txt asked for first, and only the requests that the tables name.

use crate::support::World;
use deklaro_schemas::codes::{FetchOutcome, ReasonCode, RobotsDecision};
use deklaro_schemas::tables::{Fetch, Robots, Statement};
use std::collections::{BTreeMap, HashMap, HashSet};

#[test]
fn servers_see_robots_first_and_only_what_the_tables_say() {
    let world = World::new(120);
    let store = world.path("lake");
    world.run_month(&store, "2026-11", &[]);
    // A handshake that fails is recorded as method `TLS`: nothing was asked yet.
    let seen: Vec<_> = world.web.seen().into_iter().filter(|request| request.method != "TLS").collect();
    assert!(seen.len() > 200, "{} requests", seen.len());

    let mut first: HashMap<(String, String), &str> = HashMap::new();
    for request in &seen {
        first.entry((request.scheme.to_string(), request.host.clone())).or_insert(&request.path);
    }
    let not_robots: Vec<_> = first.iter().filter(|(_, path)| **path != "/robots.txt").collect();
    assert_eq!(not_robots, [], "each authority is asked for robots.txt before anything else");

    let agents: HashSet<&str> = seen.iter().map(|request| request.user_agent.as_str()).collect();
    assert!(agents.iter().all(|agent| agent.starts_with("Deklaro/")), "{agents:?}");

    let fetches: Vec<Fetch> = world.rows(&store, "2026-11.0");
    let robots: Vec<Robots> = world.rows(&store, "2026-11.0");
    let asked: HashSet<(String, String)> =
        seen.iter().map(|request| (request.host.clone(), request.path.clone())).collect();
    let allowed: HashSet<&str> = fetches
        .iter()
        .filter(|fetch| fetch.robots_decision == RobotsDecision::Allowed)
        .map(|fetch| fetch.url.as_str())
        .collect();
    for fetch in fetches.iter().filter(|fetch| fetch.robots_decision != RobotsDecision::Allowed) {
        assert_ne!(fetch.outcome, FetchOutcome::Ok, "{fetch:?}");
        let request = (fetch.url.host().to_string(), fetch.url.path_and_query().to_owned());
        assert!(
            !asked.contains(&request) || allowed.contains(fetch.url.as_str()),
            "{} was asked for",
            fetch.url
        );
    }
    let refused = fetches.iter().filter(|fetch| fetch.robots_decision == RobotsDecision::Disallowed);
    assert!(refused.clone().count() > 0, "some hosts of the simulation disallow everything");
    assert!(refused.clone().all(|fetch| fetch.outcome == FetchOutcome::Refused));
    assert!(!robots.is_empty());
}

#[test]
fn a_failure_has_a_reason_and_every_host_a_verdict() {
    let world = World::new(120);
    let store = world.path("lake");
    let outcome = world.run_month(&store, "2026-11", &[]);
    let statements: Vec<Statement> = world.rows(&store, "2026-11.0");
    assert_eq!(Some(statements.len() as u64), outcome["summary"]["all"]["known"].as_u64());
    let fetches: Vec<Fetch> = world.rows(&store, "2026-11.0");
    let mut reasons: BTreeMap<ReasonCode, usize> = BTreeMap::new();
    for fetch in fetches.iter().filter(|fetch| fetch.outcome != FetchOutcome::Ok) {
        let reason = fetch.reason_code.unwrap_or_else(|| panic!("{fetch:?} has no reason"));
        *reasons.entry(reason).or_default() += 1;
    }
    assert!(reasons.len() >= 4, "the simulation has many ways to fail: {reasons:?}");
}
