//! The crawl keeps its pauses, says who it is, and stops politely, as the server sees it.

use crate::support::{
    Reply, Server, config, crawl, frontier, html, lines, response, snapshot, without_robots,
};
use deklaro_crawl::{CrawlConfig, Crawler};
use deklaro_schemas::tables::testing::frontier_url;
use futures::StreamExt;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The smallest pause the server saw between answering a host's request and getting its next one.
fn smallest_pause(server: &Server) -> Duration {
    let mut ends: HashMap<String, Instant> = HashMap::new();
    let mut smallest = Duration::MAX;
    for asked in server.asked() {
        if let Some(ended) = ends.insert(asked.host.clone(), asked.ended) {
            smallest = smallest.min(asked.began - ended);
        }
    }
    smallest
}

#[tokio::test(flavor = "multi_thread")]
async fn a_central_host_is_asked_one_at_a_time_with_its_gap() {
    let server = Server::start(without_robots(|_, _| html("<p>statement"))).await;
    let gap = Duration::from_millis(100);
    let config = CrawlConfig { gap, ..config(server.address, server.address) };
    let many = (0..12)
        .map(|n| frontier_url(&format!("h{n}.example.at"), &format!("http://central.example.at/{n}"), 1));
    let outcomes = crawl(config, many.collect()).await;
    assert_eq!(outcomes.len(), 12);
    assert_eq!(server.most_in_flight(), 1);
    // From end to start, so the server's clock can only see more than the gap, never less.
    assert!(smallest_pause(&server) >= gap, "{:?}", smallest_pause(&server));
    let waited =
        outcomes.iter().flat_map(|outcome| &outcome.fetches).filter(|fetch| fetch.waited_ms > 0).count();
    assert!(waited >= 11, "{waited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_gap_there_is_still_one_request_at_a_time() {
    let server = Server::start(without_robots(|_, _| html("<p>statement"))).await;
    let many = (0..200)
        .map(|n| frontier_url(&format!("h{n}.example.at"), &format!("http://central.example.at/{n}"), 1));
    crawl(config(server.address, server.address), many.collect()).await;
    assert_eq!((server.most_in_flight(), server.asked().len()), (1, 201));
}

#[tokio::test]
async fn crawl_delay_is_honoured_up_to_its_cap() {
    let server = Server::start(|_, path| match path {
        "/robots.txt" => response(200, "", b"user-agent: *\ncrawl-delay: 3600"),
        _ => html("x"),
    })
    .await;
    let cap = Duration::from_millis(30);
    let config = CrawlConfig { max_crawl_delay: cap, ..config(server.address, server.address) };
    crawl(config, frontier(&["http://a.example.at/1", "http://a.example.at/2"])).await;
    assert_eq!(server.asked().len(), 3);
    assert!(smallest_pause(&server) >= cap);
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_its_cap() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let busy = move |_: &str, _: &str| {
        let is_first = first.swap(false, std::sync::atomic::Ordering::Relaxed);
        if is_first { response(429, "retry-after: 3600\r\n", b"") } else { html("<p>now") }
    };
    let server = Server::start(without_robots(busy)).await;
    let cap = Duration::from_millis(30);
    let config = CrawlConfig { max_retry_after: cap, ..config(server.address, server.address) };
    let outcomes = crawl(config, frontier(&["http://a.example.at/"])).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    http://a.example.at/ #1 429 http_error http_rate_limited robots:allowed
    http://a.example.at/ #2 200 ok - robots:allowed final
    ");
    let second = &outcomes[0].fetches[1];
    assert!(second.retry_after_wait_ms >= 29, "{second:?}");
    assert_eq!((second.backoff_wait_ms, second.waited_ms), (0, second.retry_after_wait_ms));
    let asked = server.asked();
    assert!(asked[2].began - asked[1].ended >= cap);
}

#[tokio::test]
async fn retries_end() {
    let server = Server::start(without_robots(|_, _| response(503, "", b""))).await;
    let outcomes = crawl(config(server.address, server.address), frontier(&["http://a.example.at/"])).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    http://a.example.at/ #1 503 http_error http_unavailable robots:allowed
    http://a.example.at/ #2 503 http_error http_unavailable robots:allowed
    http://a.example.at/ #3 503 http_error http_unavailable robots:allowed final
    ");
}

#[tokio::test]
async fn we_say_who_we_are_and_nothing_else() {
    let server = Server::start(without_robots(|_, _| response(200, "set-cookie: a=b\r\n", b"x"))).await;
    let config = CrawlConfig {
        user_agent: "Deklaro/0.1 (+https://example.eu; info@example.eu)".to_owned(),
        contact: Some("info@example.eu".to_owned()),
        ..config(server.address, server.address)
    };
    crawl(config, frontier(&["http://a.example.at/1", "http://a.example.at/2"])).await;
    for asked in server.asked() {
        assert!(asked.head.contains("user-agent: Deklaro/0.1 (+https://example.eu; info@example.eu)\r\n"));
        assert!(asked.head.contains("from: info@example.eu\r\n"));
        let sent = asked.head.lines().find(|line| line.starts_with("user-agent")).unwrap();
        assert_eq!(sent.matches("info@example.eu").count(), 1, "the contact is not added twice");
        assert!(!asked.head.contains("cookie:") && !asked.head.contains("referer:"), "{}", asked.head);
    }
}

#[tokio::test]
async fn what_was_sent_and_answered_is_kept_without_cookies() {
    let headers =
        "content-type: text/html\r\nset-cookie: a=b\r\nx-robots-tag: noindex\r\nx-robots-tag: noarchive\r\n";
    let server = Server::start(without_robots(move |_, _| response(200, headers, b"<p>x"))).await;
    let config = CrawlConfig {
        contact: Some("https://example.eu/about".to_owned()),
        ..config(server.address, server.address)
    };
    let outcomes = crawl(config, frontier(&["http://a.example.at/"])).await;
    let fetch = &outcomes[0].fetches[0];
    let sent = fetch.request_headers.as_deref().unwrap();
    assert!(
        sent.starts_with("host: a.example.at\r\n") && sent.contains("(+https://example.eu/about)\r\n"),
        "{sent}"
    );
    assert!(!sent.contains("from:"), "a web address is no sender: {sent}");
    let asked = server.asked().pop().unwrap().head.to_ascii_lowercase();
    assert!(sent.lines().all(|line| asked.contains(&line.to_ascii_lowercase())), "{asked} has all of {sent}");
    let answered = fetch.response_headers.as_deref().unwrap();
    assert!(answered.contains("content-type: text/html\r\n") && !answered.contains("cookie"), "{answered}");
    assert_eq!(fetch.x_robots_tag.as_deref(), Some("noindex, noarchive"));
    assert_eq!(fetch.http_version.as_deref(), Some("HTTP/1.1"));
}

#[tokio::test]
async fn a_stop_ends_the_round_and_says_what_is_not_done() {
    let stop = CancellationToken::new();
    let pulled = stop.clone();
    let server = Server::start(without_robots(move |host, _| {
        if host == "h7.example.at" {
            pulled.cancel();
            return Reply::Hang(Vec::new());
        }
        html("<p>done")
    }))
    .await;
    let config = CrawlConfig { max_open_hosts: 1, ..config(server.address, server.address) };
    let crawler = Crawler::new(config).unwrap();
    let all =
        (0..20).map(|n| frontier_url(&format!("h{n}.example.at"), &format!("http://h{n}.example.at/"), 0));
    let outcomes: Vec<_> = crawler.round(&snapshot(), all, stop).collect().await;
    assert_eq!(outcomes.len(), 20);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_complete).count(), 7);
    assert!(outcomes.iter().filter(|outcome| !outcome.is_complete).all(|outcome| outcome.fetches.is_empty()));
    assert_eq!(server.asked().len(), 16, "no request after the stop");
}

#[tokio::test]
async fn what_is_in_flight_at_a_stop_may_end_and_nothing_is_begun() {
    let stop = CancellationToken::new();
    let pulled = stop.clone();
    let server = Server::start(without_robots(move |_, _| {
        pulled.cancel();
        html("<p>the last")
    }))
    .await;
    let config = CrawlConfig {
        max_open_hosts: 1,
        drain: Duration::from_secs(60),
        ..config(server.address, server.address)
    };
    let crawler = Crawler::new(config).unwrap();
    let urls = ["http://a.example.at/1", "http://b.example.at/1", "http://b.example.at/2"];
    let mut outcomes: Vec<_> = crawler.round(&snapshot(), frontier(&urls[..1]), stop.clone()).collect().await;
    assert!(outcomes[0].is_complete, "its one request was answered");
    assert_eq!(lines(&outcomes.remove(0)), "http://a.example.at/1 #1 200 ok - robots:allowed final");
    // After the stop robots.txt is not asked for either, and its answer stays open for a later round.
    let outcomes: Vec<_> = crawler.round(&snapshot(), frontier(&urls[1..]), stop).collect().await;
    assert!(outcomes.iter().all(|outcome| !outcome.is_complete && outcome.robots.is_empty()));
    assert_eq!(server.paths(), ["a.example.at/robots.txt", "a.example.at/1"]);
    let again: Vec<_> =
        crawler.round(&snapshot(), frontier(&urls[1..2]), CancellationToken::new()).collect().await;
    assert!(again[0].is_complete && again[0].robots.len() == 1);
}
