//! Every failure of a fetch gets its own reason code, and a connection that was reset is tried again.

use crate::support::{
    Reply, Server, closed_port, config, crawl, crawl_one, frontier, html, lines, response, without_robots,
};
use deklaro_crawl::{CrawlConfig, Crawler, OptOut};
use std::time::Duration;

fn impatient(server: &Server) -> CrawlConfig {
    let moment = Duration::from_millis(60);
    CrawlConfig {
        retries: 0,
        dns_timeout: moment,
        connect_timeout: moment,
        headers_timeout: moment,
        body_timeout: moment,
        ..config(server.address, server.address)
    }
}

#[tokio::test]
async fn every_failure_has_its_reason() {
    let server = Server::start(without_robots(|_, path| match path {
        "/reset" => Reply::Close(Vec::new()),
        "/cut" => Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        "/silent" => Reply::Hang(Vec::new()),
        "/slow" => Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        "/noise" => Reply::Close(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        "/gone" => response(410, "", b""),
        "/law" => response(451, "", b""),
        "/teapot" => response(418, "", b""),
        "/broken" => response(500, "", b""),
        "/choices" => response(300, "", b""),
        _ => html("fine"),
    }))
    .await;
    let paths =
        ["reset", "cut", "silent", "slow", "noise", "gone", "law", "teapot", "broken", "choices", "fine"];
    let urls: Vec<String> = paths.iter().map(|path| format!("http://a.example.at/{path}")).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let outcomes = crawl(impatient(&server), frontier(&urls)).await;
    insta::assert_snapshot!(lines(&outcomes[0]).replace("http://a.example.at", "").replace(" robots:allowed final", ""), @r"
    /reset #1 - network_error connection_reset
    /cut #1 200 network_error connection_reset
    /silent #1 - network_error headers_timeout
    /slow #1 200 network_error body_timeout
    /noise #1 - network_error protocol_error
    /gone #1 410 http_error http_not_found
    /law #1 451 http_error http_forbidden
    /teapot #1 418 http_error http_client_error
    /broken #1 500 http_error http_server_error
    /choices #1 300 redirect_error redirect_invalid
    /fine #1 200 ok -
    ");
}

#[tokio::test]
async fn a_reset_is_tried_again() {
    let server = Server::start(without_robots(|_, _| Reply::Close(Vec::new()))).await;
    let outcome = crawl_one(&server, &["http://a.example.at/"]).await;
    assert_eq!(outcome.fetches.len(), 3);
    assert_eq!(server.paths().iter().filter(|path| path.ends_with("at/")).count(), 3);
}

#[tokio::test]
async fn an_entry_whose_https_port_is_closed_is_tried_over_http() {
    let server = Server::start(without_robots(|_, _| html("<p>here"))).await;
    let config = CrawlConfig { retries: 0, ..config(server.address, closed_port().await) };
    let outcomes =
        crawl(config, frontier(&["https://a.example.at/", "https://a.example.at/candidate"])).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    https://a.example.at/ #1 - network_error connect_refused robots:unreachable
    http://a.example.at/ #2 200 ok fell_back_to_http robots:allowed final
    https://a.example.at/candidate #1 - network_error connect_refused robots:unreachable final
    ");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_named_so() {
    let server = Server::start(without_robots(|_, _| html("<p>here"))).await;
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let https = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .unwrap();
        }
    });
    let outcomes = crawl(config(server.address, https), frontier(&["https://a.example.at/"])).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    https://a.example.at/ #1 - network_error tls_failed robots:unreachable
    http://a.example.at/ #2 200 ok fell_back_to_http robots:allowed final
    ");
}

#[tokio::test]
async fn busy_servers_challenges_and_stalled_bodies_are_told_apart() {
    let server = Server::start(without_robots(|_, path| match path {
        "/busy" => response(503, "content-type: text/html\r\n", b"<title>Maintenance</title>"),
        "/gateway" => response(502, "", b""),
        "/titled" => response(403, "content-type: text/html\r\n", b"<title>Just a moment...</title>"),
        "/announced" => response(200, "content-type: text/html\r\ncf-mitigated: challenge\r\n", b"<p>?"),
        "/rate" => response(429, "", b""),
        "/login" => response(401, "", b""),
        "/coded" => response(200, "content-type: text/html\r\ncontent-encoding: gzip\r\n", b"no gzip"),
        "/stalled" => Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()),
        _ => html("fine"),
    }))
    .await;
    let paths = ["busy", "gateway", "titled", "announced", "rate", "login", "coded", "stalled"];
    let urls: Vec<String> = paths.iter().map(|path| format!("http://a.example.at/{path}")).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let config = CrawlConfig {
        retries: 0,
        stall_timeout: Duration::from_millis(60),
        ..config(server.address, server.address)
    };
    let outcomes = crawl(config, frontier(&urls)).await;
    insta::assert_snapshot!(lines(&outcomes[0]).replace("http://a.example.at", "").replace(" robots:allowed final", ""), @r"
    /busy #1 503 http_error http_unavailable
    /gateway #1 502 http_error http_unavailable
    /titled #1 403 http_error challenge_page
    /announced #1 200 http_error challenge_page
    /rate #1 429 http_error http_rate_limited
    /login #1 401 http_error http_forbidden
    /coded #1 200 http_error body_encoding
    /stalled #1 200 network_error body_stalled
    ");
}

#[tokio::test]
async fn who_opted_out_is_not_even_asked_for_robots_txt() {
    let server = Server::start(without_robots(|_, path| match path {
        "/to" => crate::support::redirect("http://www.out.example.at/x"),
        _ => html("<p>here"),
    }))
    .await;
    let opt_out = OptOut::parse("*.out.example.at").unwrap();
    let config = CrawlConfig { opt_out, ..config(server.address, server.address) };
    let urls = ["http://out.example.at/", "http://a.example.at/to"];
    let mut outcomes = crawl(config, frontier(&urls)).await;
    outcomes.sort_by(|a, b| a.fetches[0].url.cmp(&b.fetches[0].url));
    let all: Vec<String> = outcomes.iter().map(lines).collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    http://a.example.at/to #1 302 refused opted_out robots:not_asked final
    http://out.example.at/ #1 - refused opted_out robots:not_asked final
    ");
    assert_eq!(server.paths(), ["a.example.at/robots.txt", "a.example.at/to"]);
}

#[tokio::test]
async fn a_host_that_only_fails_is_left_alone() {
    let server = Server::start(without_robots(|_, _| response(503, "", b""))).await;
    let config = CrawlConfig { breaker_after: 4, retries: 1, ..config(server.address, server.address) };
    let urls = ["http://a.example.at/1", "http://a.example.at/2", "http://a.example.at/3"];
    let outcomes = crawl(config, frontier(&urls)).await;
    let last = lines(&outcomes[0]).lines().last().unwrap().to_owned();
    assert_eq!(last, "http://a.example.at/3 #1 - refused circuit_open robots:allowed final");
    assert_eq!(server.asked().len(), 5, "robots.txt and two pages twice");
}

#[test]
fn nobody_in_particular_does_not_crawl_the_real_web() {
    let error = Crawler::new(CrawlConfig::default()).unwrap_err();
    assert!(error.to_string().starts_with("`contact` is missing"), "{error}");
}

#[tokio::test]
async fn more_headers_than_any_page_needs_are_refused_by_number_and_by_size() {
    let server = Server::start(without_robots(|_, path| match path {
        "/many" => response(200, &"x-more: 1\r\n".repeat(150), b"x"),
        "/long" => response(200, &format!("x-long: {}\r\n", "x".repeat(70 << 10)), b"x"),
        _ => response(200, &"x-more: 1\r\n".repeat(90), b"x"),
    }))
    .await;
    let urls = ["http://a.example.at/many", "http://a.example.at/long", "http://a.example.at/fair"];
    let outcomes = crawl(config(server.address, server.address), frontier(&urls)).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    http://a.example.at/many #1 - network_error headers_too_large robots:allowed final
    http://a.example.at/long #1 - network_error headers_too_large robots:allowed final
    http://a.example.at/fair #1 200 ok - robots:allowed final
    ");
}

#[tokio::test]
async fn no_way_to_an_address_is_told_from_a_refusal() {
    // The system knows at once that nothing can be connected to there.
    let nowhere = "255.255.255.255:80".parse().unwrap();
    let config = CrawlConfig { retries: 0, ..config(nowhere, nowhere) };
    let outcomes = crawl(config, frontier(&["http://a.example.at/"])).await;
    let first = lines(&outcomes[0]).lines().next().unwrap().to_owned();
    assert_eq!(first, "http://a.example.at/ #1 - network_error connect_failed robots:unreachable");
}
