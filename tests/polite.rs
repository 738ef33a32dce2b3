use crate::support::World;
use deklaro_schemas::codes::{FetchOutcome, ReasonCode, RobotsDecision};
use deklaro_schemas::tables::{Fetch, Robots, Statement};
use std::collections::{BTreeMap, HashMap, HashSet};

#[test]
fn servers_see_robots_first_and_only_what_the_tables_say() {
    let world = World::new(120);
    let store = world.path("lake");
    world.run_month(&store, "2026-11", &[]);
    let seen = world.web.seen();
    assert!(seen.len() > 200, "{} requests", seen.len());

    let mut first: HashMap<(String, String), &str> = HashMap::new();
    // A handshake that fails is recorded as method `TLS`: nothing was asked yet.
    for request in seen.iter().filter(|request| request.method != "TLS") {
        first.entry((request.scheme.to_string(), request.host.clone())).or_insert(&request.path);
    }
    let not_robots: Vec<_> = first.iter().filter(|(_, path)| **path != "/robots.txt").collect();
    assert_eq!(not_robots, [], "each authority is asked for robots.txt before anything else");

    let agents: HashSet<&str> = seen.iter().map(|request| request.user_agent.as_str()).collect();
    assert!(agents.iter().all(|agent| agent.starts_with("Deklaro/")), "{agents:?}");

    let fetches: Vec<Fetch> = world.rows(&store, "2026-11.0");
    let robots: Vec<Robots> = world.rows(&store, "2026-11.0");
    let disallowed = fetches.iter().filter(|fetch| fetch.robots_decision != RobotsDecision::Allowed);
    for fetch in disallowed {
        assert_eq!(fetch.outcome, FetchOutcome::Refused, "{fetch:?}");
        let host = fetch.url.host();
        let path = fetch.url.path_and_query();
        let asked = seen
            .iter()
            .any(|request| request.host == host.as_str() && request.path == path && path != "/robots.txt");
        assert!(
            !asked
                || fetches
                    .iter()
                    .any(|other| other.url == fetch.url && other.outcome != FetchOutcome::Refused),
            "{}",
            fetch.url
        );
    }
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
