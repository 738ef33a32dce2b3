//! One host holds a round for so long and no longer, whatever it answers.

use crate::support::{
    Reply, Server, config, crawl, frontier, html, lines, redirect, response, without_robots,
};
use deklaro_crawl::CrawlConfig;
use std::time::Duration;

fn within(server: &Server, budget: Duration) -> CrawlConfig {
    CrawlConfig { host_budget: budget, ..config(server.address, server.address) }
}

#[tokio::test]
async fn a_host_that_keeps_silent_is_waited_for_once() {
    let server = Server::start(without_robots(|_, path| match path {
        "/fine" => html("fine"),
        "/half" => Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        _ => Reply::Hang(Vec::new()),
    }))
    .await;
    for first in ["silent", "half"] {
        let host = format!("http://{first}.example.at/");
        let urls =
            [format!("{host}fine"), format!("{host}{first}"), format!("{host}next"), format!("{host}last")];
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let outcome = crawl(within(&server, Duration::from_millis(400)), frontier(&urls)).await.remove(0);
        let status = if first == "half" { "200" } else { "-" };
        let expected = [
            "fine #1 200 ok - robots:allowed final".to_owned(),
            format!("{first} #1 {status} network_error host_too_slow robots:allowed final"),
            "next #1 - refused host_too_slow robots:allowed final".to_owned(),
            "last #1 - refused host_too_slow robots:allowed final".to_owned(),
        ];
        assert_eq!(lines(&outcome).replace(&host, ""), expected.join("\n"));
    }
    let unasked = |path: &String| path.ends_with("/next") || path.ends_with("/last");
    assert!(!server.paths().iter().any(unasked), "{:?}", server.paths());
}

#[tokio::test]
async fn a_robots_txt_that_never_comes_is_asked_for_once_and_others_may_ask_another() {
    let server = Server::start(|host, path| match (host, path) {
        ("slow.example.at", "/robots.txt") => Reply::Hang(Vec::new()),
        (_, "/robots.txt") => response(404, "", b""),
        _ => html("fine"),
    })
    .await;
    let urls = ["http://slow.example.at/", "http://slow.example.at/b", "http://fine.example.at/"];
    let outcomes = crawl(within(&server, Duration::from_millis(400)), frontier(&urls)).await;
    let mut all: Vec<String> = outcomes
        .iter()
        .flat_map(|outcome| lines(outcome).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    all.sort();
    assert_eq!(
        all,
        [
            "http://fine.example.at/ #1 200 ok - robots:allowed final",
            "http://slow.example.at/ #1 - refused host_too_slow robots:unreachable final",
            "http://slow.example.at/b #1 - refused host_too_slow robots:unreachable final",
        ]
    );
    assert_eq!(server.paths().iter().filter(|path| path.starts_with("slow.")).count(), 1);
    let reasons: Vec<_> =
        outcomes.iter().flat_map(|outcome| &outcome.robots).filter_map(|row| row.reason_code).collect();
    assert!(reasons.contains(&deklaro_schemas::codes::ReasonCode::HostTooSlow), "{reasons:?}");
}

#[tokio::test]
async fn pauses_are_not_its_time() {
    let server = Server::start(without_robots(|_, _| html("fine"))).await;
    let urls = ["http://a.example.at/1", "http://a.example.at/2", "http://a.example.at/3"];
    let (budget, gap) = (Duration::from_millis(1_500), Duration::from_millis(800));
    let outcome = crawl(CrawlConfig { gap, ..within(&server, budget) }, frontier(&urls)).await.remove(0);
    assert!(outcome.fetches.iter().all(|row| row.reason_code.is_none()), "{}", lines(&outcome));
}

#[tokio::test]
async fn redirects_do_not_mend_a_host_that_fails() {
    let server = Server::start(without_robots(|_, path| match path.strip_prefix("/a") {
        Some(number) => redirect(&format!("/b{number}")),
        None => response(503, "", b""),
    }))
    .await;
    let urls = ["http://a.example.at/a0", "http://a.example.at/a1", "http://a.example.at/a2"];
    let config = CrawlConfig { retries: 0, breaker_after: 2, ..config(server.address, server.address) };
    let outcome = crawl(config, frontier(&urls)).await.remove(0);
    assert!(lines(&outcome).ends_with("circuit_open robots:allowed final"), "{}", lines(&outcome));
}

/// Each is patient with a host that drips, but all of them together no more than one.
#[tokio::test]
async fn many_that_lead_to_one_slow_host_wait_for_it_as_long_as_one() {
    let server = Server::start(without_robots(|host, _| match host {
        "slow.example.at" => Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        _ => redirect("http://slow.example.at/page"),
    }))
    .await;
    let config = CrawlConfig {
        body_timeout: Duration::from_millis(500),
        stall_timeout: Duration::from_secs(60),
        ..within(&server, Duration::from_secs(2))
    };
    let urls: Vec<String> = (0..12).map(|number| format!("http://h{number}.example.at/")).collect();
    let outcomes = crawl(config, frontier(&urls.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let asked = server.paths().iter().filter(|path| *path == "slow.example.at/page").count();
    assert!((1..=5).contains(&asked), "five times half a second is more than two: {asked}");
    let refused = outcomes.iter().filter(|outcome| lines(outcome).contains(" refused host_too_slow "));
    assert_eq!(refused.count(), 12 - asked);
}

/// What others left of their patience is not waited for the same robots.txt again and again.
#[tokio::test]
async fn a_slow_robots_txt_that_many_lead_to_is_asked_for_a_few_times() {
    let server = Server::start(|host, path| match (host, path) {
        ("slow.example.at", _) => Reply::Hang(Vec::new()),
        (_, "/robots.txt") => response(404, "", b""),
        (_, "/first") => Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        _ => redirect("http://slow.example.at/page"),
    })
    .await;
    let config = CrawlConfig {
        body_timeout: Duration::from_millis(1_200),
        stall_timeout: Duration::from_secs(60),
        ..within(&server, Duration::from_secs(2))
    };
    let urls = (0..8)
        .flat_map(|number| ["first", "second"].map(|path| format!("http://h{number}.example.at/{path}")));
    let urls: Vec<String> = urls.collect();
    let outcomes = crawl(config, frontier(&urls.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let asked = server.paths().iter().filter(|path| path.starts_with("slow.")).count();
    assert!((1..=5).contains(&asked), "three times 0.8 s is more than two: {asked}");
    assert!(outcomes.iter().all(|outcome| lines(outcome).contains(" refused host_too_slow ")));
    assert_eq!(
        outcomes
            .iter()
            .flat_map(|outcome| &outcome.robots)
            .filter(|row| row.authority.as_str().contains("slow"))
            .count(),
        1
    );
}
