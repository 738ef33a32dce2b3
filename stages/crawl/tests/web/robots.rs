//! The crawl asks for robots.txt first, and each answer means what RFC 9309 says.

use crate::support::{Reply, Server, config, crawl, crawl_one, frontier, html, lines, redirect, response};
use deklaro_schemas::Sha256;
use deklaro_schemas::codes::{ReasonCode, RobotsOutcome};
use deklaro_schemas::tables::Robots;
use deklaro_schemas::tables::testing::frontier_url;

/// A host whose robots.txt is answered by `robots`; its row, and whether `/page` was asked for.
async fn outcome_of(robots: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (Robots, bool) {
    let server =
        Server::start(move |_, path| if path == "/page" { html("<p>page") } else { robots(path) }).await;
    let mut outcome = crawl_one(&server, &["http://a.example.at/page"]).await;
    assert_eq!(outcome.robots.len(), 1);
    let asked = server.paths();
    assert_eq!(asked[0], "a.example.at/robots.txt", "robots.txt comes first");
    (outcome.robots.remove(0), asked.iter().any(|path| path.ends_with("/page")))
}

#[tokio::test]
async fn what_each_answer_means() {
    use RobotsOutcome::{Rules, Unavailable, Unreachable};
    let cases: [(u16, &str, RobotsOutcome, bool); 9] = [
        (200, "user-agent: *\ndisallow: /x", Rules, true),
        (200, "user-agent: *\ndisallow: /p", Rules, false),
        (200, "<html>no robots here</html>", Rules, true),
        (204, "", Rules, true),
        (401, "", Unavailable, true),
        (404, "", Unavailable, true),
        (429, "", Unreachable, false),
        (500, "", Unreachable, false),
        (503, "", Unreachable, false),
    ];
    for (status, body, outcome, is_asked) in cases {
        let (row, was_asked) = outcome_of(move |_| response(status, "", body.as_bytes())).await;
        assert_eq!((row.outcome, was_asked), (outcome, is_asked), "{status} {body}");
        assert_eq!(row.status_code, Some(i32::from(status)));
    }
}

#[tokio::test]
async fn five_redirects_are_followed_and_count_for_the_first_authority() {
    let (row, was_asked) = outcome_of(|path| match path {
        "/robots.txt" => redirect("/1"),
        "/5" => response(200, "", b"user-agent: deklaro\ndisallow: /page\ncrawl-delay: 4"),
        other => redirect(&format!("/{}", other[1..].parse::<u8>().unwrap() + 1)),
    })
    .await;
    assert_eq!((row.outcome, row.redirect_count, was_asked), (RobotsOutcome::Rules, 5, false));
    assert_eq!(row.authority.as_str(), "http://a.example.at");
    assert_eq!(row.crawl_delay_ms, Some(4_000));
}

#[tokio::test]
async fn endless_redirects_mean_no_file() {
    let (row, was_asked) = outcome_of(|path| redirect(&format!("{path}x"))).await;
    assert_eq!((row.outcome, was_asked), (RobotsOutcome::Unavailable, true));
    assert_eq!(row.reason_code, Some(ReasonCode::RedirectLimit));
}

#[tokio::test]
async fn a_connection_that_breaks_off_closes_the_authority() {
    let (row, was_asked) = outcome_of(|_| Reply::Close(Vec::new())).await;
    assert_eq!((row.outcome, was_asked), (RobotsOutcome::Unreachable, false));
    assert_eq!(row.reason_code, Some(ReasonCode::ConnectionReset));
}

#[tokio::test]
async fn refusals_are_rows() {
    let server = Server::start(|host, _| match host {
        "a.example.at" => response(200, "", b"user-agent: *\ndisallow: /"),
        _ => response(500, "", b""),
    })
    .await;
    let urls = ["http://a.example.at/x", "http://a.example.at/y"];
    insta::assert_snapshot!(lines(&crawl_one(&server, &urls).await), @r"
    http://a.example.at/x #1 - refused robots_disallowed robots:disallowed final
    http://a.example.at/y #1 - refused robots_disallowed robots:disallowed final
    ");
    insta::assert_snapshot!(lines(&crawl_one(&server, &["http://b.example.at/"]).await), @"http://b.example.at/ #1 - refused robots_unreachable robots:unreachable final");
}

#[tokio::test]
async fn one_fetch_serves_all_who_ask_at_once() {
    let server = Server::start(|_, path| match path {
        "/robots.txt" => response(200, "content-type: text/plain\r\n", b"user-agent: *\ncrawl-delay: 0\n"),
        _ => html("<p>statement"),
    })
    .await;
    let many = (0..40)
        .map(|n| frontier_url(&format!("h{n}.example.at"), &format!("http://central.example.at/{n}"), 1));
    let outcomes = crawl(config(server.address, server.address), many.collect()).await;
    let robots: Vec<&Robots> = outcomes.iter().flat_map(|outcome| &outcome.robots).collect();
    assert_eq!(robots.len(), 1);
    assert_eq!(server.paths().iter().filter(|path| path.ends_with("/robots.txt")).count(), 1);
    assert_eq!(server.paths().len(), 41);
    let file = Sha256::of(b"user-agent: *\ncrawl-delay: 0\n");
    assert_eq!(robots[0].body_sha256.as_ref(), Some(&file));
    assert!(outcomes.iter().flat_map(|outcome| &outcome.bodies).any(|body| body.body_sha256 == file));
}

#[tokio::test]
async fn a_file_longer_than_the_cap_counts_up_to_the_cap() {
    let file = format!("user-agent: *\ndisallow: /page\n#{}\nallow: /page", "x".repeat(600 << 10));
    let (row, was_asked) = outcome_of(move |_| response(200, "", file.as_bytes())).await;
    assert_eq!((row.outcome, was_asked), (RobotsOutcome::Rules, false));
    assert_eq!((row.body_bytes, row.reason_code), (512 << 10, Some(ReasonCode::BodyTooLarge)));
}

#[tokio::test]
async fn rules_last_across_rounds() {
    use futures::StreamExt;
    let server =
        Server::start(|_, path| if path == "/robots.txt" { response(404, "", b"") } else { html("x") }).await;
    let crawler = deklaro_crawl::Crawler::new(config(server.address, server.address)).unwrap();
    for _ in 0..2 {
        let stop = tokio_util::sync::CancellationToken::new();
        let round = crawler.round(&crate::support::snapshot(), frontier(&["http://a.example.at/"]), stop);
        assert!(round.all(|outcome| async move { outcome.is_complete }).await);
    }
    assert_eq!(server.paths(), ["a.example.at/robots.txt", "a.example.at/", "a.example.at/"]);
}

#[tokio::test]
async fn rules_that_nobody_can_decide_in_time_close_a_path_and_no_other() {
    let costly = format!("user-agent: *\n{}", format!("disallow: /*{}b\n", "a".repeat(2_000)).repeat(60));
    let server = Server::start(move |_, path| match path {
        "/robots.txt" => response(200, "content-type: text/plain\r\n", costly.as_bytes()),
        _ => html("fine"),
    })
    .await;
    let long = format!("http://a.example.at/{}", "a".repeat(4_000));
    let outcome = crawl_one(&server, &[&long, "http://a.example.at/fine"]).await;
    assert_eq!(
        lines(&outcome).replace(&long, "long"),
        "long #1 - refused robots_too_costly robots:disallowed final\n\
         http://a.example.at/fine #1 200 ok - robots:allowed final"
    );
}
