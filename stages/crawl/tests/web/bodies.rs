//! The crawl keeps each body once, decoded and cut at its cap, and refuses bombs.

use crate::support::{
    Reply, Server, config, crawl, crawl_one, frontier, html, lines, response, without_robots,
};
use deklaro_crawl::CrawlConfig;
use deklaro_schemas::Sha256;
use deklaro_schemas::codes::ReasonCode;
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn what_is_sent_beside_a_body_has_its_bounds() {
    let chunked = |chunks: String| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n";
        Reply::Close(format!("{head}{chunks}").into_bytes())
    };
    let server = Server::start(without_robots(move |_, path| match path {
        "/extension" => chunked(format!("1;{}\r\nx\r\n0\r\n\r\n", "x".repeat(64 << 10))),
        "/extensions" => chunked(format!("{}0\r\n\r\n", "1;xxxxxxxxxxxxxxx\r\nx\r\n".repeat(4 << 10))),
        "/trailers" => chunked(format!("1\r\nx\r\n0\r\n{}\r\n", "x: y\r\n".repeat(16 << 10))),
        _ => html("fine"),
    }))
    .await;
    let urls = ["extension", "extensions", "trailers"].map(|path| format!("http://a.example.at/{path}"));
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let outcome = crawl_one(&server, &urls).await;
    for fetch in &outcome.fetches {
        assert_eq!(fetch.reason_code, Some(ReasonCode::ProtocolError), "{}", fetch.url);
    }
}

#[tokio::test]
async fn a_body_is_kept_once_decoded_with_type_and_charset() {
    let server = Server::start(without_robots(|_, path| match path {
        "/zip" => response(
            200,
            "Content-Type: Text/HTML; charset=ISO-8859-1\r\ncontent-encoding: gzip\r\n",
            &gzip(b"<p>one"),
        ),
        _ => html("<p>one"),
    }))
    .await;
    let outcome = crawl_one(&server, &["http://a.example.at/zip", "http://a.example.at/plain"]).await;
    assert_eq!(outcome.bodies.len(), 1);
    assert_eq!(outcome.bodies[0].body.0, b"<p>one");
    let zip = &outcome.fetches[0];
    assert_eq!(
        (zip.content_type.as_deref(), zip.charset.as_deref()),
        (Some("text/html"), Some("ISO-8859-1"))
    );
    for fetch in &outcome.fetches {
        assert_eq!((fetch.body_bytes, &fetch.body_sha256), (Some(6), &Some(Sha256::of(b"<p>one"))));
        assert_eq!(fetch.remote_address.as_deref(), Some("127.0.0.1"));
    }
}

#[tokio::test]
async fn what_is_too_long_is_cut_and_a_bomb_is_not_kept() {
    let server = Server::start(without_robots(|_, path| match path {
        "/long" => html(&"x".repeat(300_000)),
        "/endless" => Reply::Hang([b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 300_000]].concat()),
        "/bomb" => response(200, "content-encoding: gzip\r\n", &gzip(&vec![0; 4 << 20])),
        _ => response(200, "content-encoding: magic\r\n", b"x"),
    }))
    .await;
    let config = CrawlConfig { max_body_bytes: 256 << 10, ..config(server.address, server.address) };
    let urls = ["long", "endless", "bomb", "coding"].map(|path| format!("http://a.example.at/{path}"));
    let outcomes =
        crawl(CrawlConfig { max_inflation: 50, ..config }, frontier(&urls.each_ref().map(String::as_str)))
            .await;
    insta::assert_snapshot!(lines(&outcomes[0]).replace("http://a.example.at", "").replace(" robots:allowed final", ""), @r"
    /long #1 200 ok body_too_large
    /endless #1 200 ok body_too_large
    /bomb #1 200 http_error body_bomb
    /coding #1 200 http_error body_encoding
    ");
    let kept: Vec<(bool, bool)> =
        outcomes[0].fetches.iter().map(|fetch| (fetch.is_truncated, fetch.body_sha256.is_some())).collect();
    assert_eq!(kept, [(true, true), (true, true), (false, false), (false, false)]);
    assert!(outcomes[0].bodies.iter().all(|body| body.body_bytes == 256 << 10));
}

#[tokio::test]
async fn only_what_can_be_read_is_kept() {
    let server = Server::start(without_robots(|_, path| match path {
        "/page.png" => response(200, "content-type: image/png\r\n", b"png"),
        "/page.pdf" => response(200, "content-type: application/pdf\r\n", b"%PDF-1.7"),
        "/empty" => response(204, "", b""),
        "/blocked" => response(403, "content-type: text/html\r\n", b"<title>Blocked"),
        _ => response(404, "content-type: text/html\r\n", b"<title>Not found"),
    }))
    .await;
    let urls = ["page.png", "page.pdf", "empty", "blocked", "missing"]
        .map(|path| format!("http://a.example.at/{path}"));
    let outcome = crawl_one(&server, &urls.each_ref().map(String::as_str)).await;
    let kept: Vec<bool> = outcome.fetches.iter().map(|fetch| fetch.body_sha256.is_some()).collect();
    assert_eq!(kept, [false, true, false, true, false]);
}
