//! The crawl follows and records redirects and refreshes, and stops at loops, limits and forbidden targets.

use crate::support::{
    Reply, Server, closed_port, config, crawl, crawl_one, frontier, html, line, lines, redirect, response,
    without_robots,
};
use deklaro_crawl::CrawlConfig;
use deklaro_schemas::tables::Fetch;

async fn hops_of(start: &'static str, page: fn(&str, &str) -> Reply) -> (String, Vec<String>) {
    let server = Server::start(without_robots(page)).await;
    let outcome = crawl_one(&server, &[start]).await;
    let fetch = &outcome.fetches[0];
    let hops = fetch.redirect_hops.iter();
    let end = fetch.final_url.as_ref().map_or("-".to_owned(), ToString::to_string);
    let hops = hops
        .map(|hop| format!("{} {} {} {}", hop.position, hop.status_code, hop.from_url, hop.to_url))
        .collect();
    (format!("{} → {end}", line(fetch)), hops)
}

#[tokio::test]
async fn relative_and_foreign_targets_are_followed_and_recorded() {
    let (end, hops) = hops_of("http://a.example.at/x/", |host, path| match (host, path) {
        ("a.example.at", "/x/") => redirect("../y#part"),
        ("a.example.at", _) => response(308, "location: http://www.a.example.at/z\r\n", b""),
        _ => html("<p>here"),
    })
    .await;
    assert_eq!(end, "http://a.example.at/x/ #1 200 ok - robots:allowed final → http://www.a.example.at/z");
    assert_eq!(
        hops,
        [
            "1 302 http://a.example.at/x/ http://a.example.at/y",
            "2 308 http://a.example.at/y http://www.a.example.at/z"
        ]
    );
}

#[tokio::test]
async fn a_loop_ends_at_its_first_repeated_url() {
    let (end, hops) =
        hops_of("http://a.example.at/", |_, path| redirect(if path == "/" { "/b" } else { "/" })).await;
    assert!(end.starts_with("http://a.example.at/ #1 302 redirect_error redirect_loop"), "{end}");
    assert_eq!(hops.len(), 2);
}

#[tokio::test]
async fn a_long_chain_ends_at_the_limit() {
    let (end, hops) = hops_of("http://a.example.at/", |_, path| redirect(&format!("{}x", path.trim()))).await;
    assert!(end.starts_with("http://a.example.at/ #1 302 redirect_error redirect_limit"), "{end}");
    assert_eq!(hops.len(), 11);
}

#[tokio::test]
async fn targets_that_lead_nowhere_are_kept_as_they_stand() {
    let addresses = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
    ];
    for target in ["", "mailto:a@example.at", "http://[", "http://localhost/"].into_iter().chain(addresses) {
        let server = Server::start(without_robots(move |_, _| redirect(target))).await;
        let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
        assert_eq!(
            lines(&outcome),
            "http://a.example.at/ #1 302 redirect_error redirect_invalid robots:allowed final"
        );
        assert_eq!(outcome.fetches[0].redirect_hops[0].to_url, target);
    }
}

#[tokio::test]
async fn every_hop_asks_the_robots_of_its_authority() {
    let server = Server::start(|host, path| match (host, path) {
        ("b.example.at", "/robots.txt") => response(200, "", b"user-agent: *\ndisallow: /private"),
        (_, "/robots.txt") => response(404, "", b""),
        ("a.example.at", _) => redirect("http://b.example.at/private/x"),
        _ => html("never"),
    })
    .await;
    let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
    assert_eq!(
        lines(&outcome),
        "http://a.example.at/ #1 302 refused robots_disallowed robots:disallowed final"
    );
    assert_eq!(server.paths(), ["a.example.at/robots.txt", "a.example.at/", "b.example.at/robots.txt"]);
    assert_eq!(outcome.robots.len(), 2);
}

#[tokio::test]
async fn a_port_in_a_redirect_does_not_leave_connect_to() {
    let server = Server::start(without_robots(|host, _| match host {
        "a.example.at:8080" => redirect("http://b.example.at:8080/x"),
        _ => html("<p>here"),
    }))
    .await;
    let outcomes =
        crawl(config(server.address, closed_port().await), frontier(&["http://a.example.at:8080/"])).await;
    assert_eq!(lines(&outcomes[0]), "http://a.example.at:8080/ #1 200 ok - robots:allowed final");
    assert_eq!(server.paths()[2..], ["b.example.at:8080/robots.txt", "b.example.at:8080/x"]);
}

#[tokio::test]
async fn a_port_nobody_listed_is_not_asked() {
    let server = Server::start(without_robots(|_, _| redirect("http://b.example.at:22/x"))).await;
    let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
    let expected = "http://a.example.at/ #1 302 refused port_forbidden robots:not_asked final";
    assert_eq!(lines(&outcome), expected);
    assert_eq!(server.paths(), ["a.example.at/robots.txt", "a.example.at/"]);
}

#[tokio::test]
async fn refreshes_are_hops_of_their_own_kind() {
    let server = Server::start(without_robots(|_, path| match path {
        "/" => response(200, "refresh: 0; url=/header\r\n", b"<p>moved"),
        "/header" => html("<meta http-equiv=refresh content='0; url=tag#part'>"),
        "/tag" => response(303, "location: /end\r\n", b""),
        _ => html("<p>here"),
    }))
    .await;
    let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
    assert_eq!(lines(&outcome), "http://a.example.at/ #1 200 ok - robots:allowed final");
    let hops = outcome.fetches[0].redirect_hops.iter();
    let hops: Vec<String> = hops
        .map(|hop| {
            format!("{} {} {}", hop.status_code, hop.kind, hop.to_url.replace("http://a.example.at", ""))
        })
        .collect();
    assert_eq!(hops, ["200 refresh_header /header", "200 meta_refresh /tag", "303 location /end"]);
}

#[tokio::test]
async fn a_page_that_sends_its_visitors_nowhere_new_stands() {
    for target in ["/", "http://a.example.at/", "mailto:x@example.at", "http://127.0.0.1/"] {
        let page = format!("<meta http-equiv=refresh content='0; url={target}'><p>here");
        let server = Server::start(without_robots(move |_, _| html(&page))).await;
        let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
        assert_eq!(lines(&outcome), "http://a.example.at/ #1 200 ok - robots:allowed final", "{target}");
        assert!(outcome.fetches[0].redirect_hops.is_empty() && outcome.fetches[0].body_sha256.is_some());
    }
}

#[tokio::test]
async fn an_entry_that_ends_on_another_host_names_it_as_an_alias() {
    let server = Server::start(without_robots(|host, _| match host {
        "www.a.example.at" => html("<p>here"),
        _ => redirect("http://www.a.example.at/"),
    }))
    .await;
    let outcome = crawl_one(&server, &["http://a.example.at/", "http://a.example.at/link"]).await;
    let alias = |fetch: &Fetch| fetch.alias_candidate.as_ref().map(|host| host.as_str().to_owned());
    let aliases: Vec<Option<String>> = outcome.fetches.iter().map(alias).collect();
    assert_eq!(aliases, [Some("www.a.example.at".to_owned()), None]);
}

#[tokio::test]
async fn an_http_entry_whose_port_is_closed_is_tried_over_https() {
    let (http, https) = (closed_port().await, closed_port().await);
    let config = CrawlConfig { retries: 0, ..config(http, https) };
    let outcomes = crawl(config, frontier(&["http://a.example.at/"])).await;
    let tried: Vec<&str> = outcomes[0].fetches.iter().map(|fetch| fetch.url.as_str()).collect();
    assert_eq!(tried, ["http://a.example.at/", "https://a.example.at/"]);
}
