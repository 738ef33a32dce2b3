//! A server that answers by a function and remembers what it was asked; a crawl pointed at it.

use deklaro_crawl::{ConnectTo, CrawlConfig, Crawler, HostOutcome};
use deklaro_schemas::tables::testing::frontier_url;
use deklaro_schemas::tables::{Fetch, FrontierUrl};
use deklaro_schemas::{PageUrl, SnapshotId};
use futures::StreamExt;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// Sends these bytes and waits for the next request.
    Send(Vec<u8>),
    /// Sends these bytes and closes.
    Close(Vec<u8>),
    /// Sends these bytes and then nothing more, without closing.
    Hang(Vec<u8>),
}

type Handler = dyn Fn(&str, &str) -> Reply + Send + Sync;

#[derive(Default)]
struct Seen {
    asked: Vec<Asked>,
    in_flight: HashMap<String, usize>,
    most_in_flight: usize,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Serves `handler(host, path)` until the test's runtime ends.
    pub(crate) async fn start(handler: impl Fn(&str, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (handler, kept): (Arc<Handler>, _) = (Arc::new(handler), seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, handler.clone(), kept.clone()));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().asked.clone()
    }

    /// Host and path of each request, in the order they came in.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{}{}", asked.host, asked.path)).collect()
    }

    /// The most requests that were open at once for one host.
    pub(crate) fn most_in_flight(&self) -> usize {
        self.seen.lock().unwrap().most_in_flight
    }
}

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, seen: Arc<Mutex<Seen>>) -> Option<()> {
    loop {
        let head = head(&mut stream).await?;
        let began = Instant::now();
        let path = head.split(' ').nth(1)?.to_owned();
        let host = head.lines().find_map(|line| line.strip_prefix("host: "))?.to_owned();
        {
            let mut seen = seen.lock().unwrap();
            let open = seen.in_flight.entry(host.clone()).or_default();
            *open += 1;
            let open = *open;
            seen.most_in_flight = seen.most_in_flight.max(open);
        }
        // Others get a chance to come too early.
        tokio::task::yield_now().await;
        let reply = handler(&host, &path);
        {
            // Counted before the last byte is out: the client cannot know of the answer any sooner.
            let mut seen = seen.lock().unwrap();
            *seen.in_flight.get_mut(&host).unwrap() -= 1;
            seen.asked.push(Asked { host, path, head, began, ended: Instant::now() });
        }
        match reply {
            Reply::Send(bytes) => stream.write_all(&bytes).await.ok()?,
            Reply::Close(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return None;
            }
            Reply::Hang(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                // Until the client gives up.
                stream.read_u8().await.ok();
                return None;
            }
        }
    }
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// A response with a length, on a connection that stays open.
pub(crate) fn response(status: u16, headers: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n", body.len());
    Reply::Send([head.as_bytes(), body].concat())
}

pub(crate) fn html(body: &str) -> Reply {
    response(200, "content-type: text/html; charset=utf-8\r\n", body.as_bytes())
}

pub(crate) fn redirect(to: &str) -> Reply {
    response(302, &format!("location: {to}\r\n"), b"")
}

pub(crate) fn not_found() -> Reply {
    response(404, "content-type: text/html\r\n", b"<h1>not found</h1>")
}

/// No robots.txt; everything else by `page(host, path)`.
pub(crate) fn without_robots(
    page: impl Fn(&str, &str) -> Reply + Send + Sync,
) -> impl Fn(&str, &str) -> Reply + Send + Sync {
    move |host, path| if path == "/robots.txt" { not_found() } else { page(host, path) }
}

/// Short waits, everything to this server.
pub(crate) fn config(http: SocketAddr, https: SocketAddr) -> CrawlConfig {
    CrawlConfig {
        gap: Duration::ZERO,
        backoff: Duration::from_millis(1),
        drain: Duration::from_millis(50),
        connect_to: Some(ConnectTo { http, https }),
        ..CrawlConfig::default()
    }
}

/// An address where nobody listens.
pub(crate) async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

pub(crate) fn snapshot() -> SnapshotId {
    SnapshotId::parse("2026-11.0").unwrap()
}

/// The URLs as a frontier, each for the host in it.
pub(crate) fn frontier(urls: &[&str]) -> Vec<FrontierUrl> {
    let owned = |(rank, url): (usize, &&str)| {
        frontier_url(PageUrl::parse(url).unwrap().host().as_str(), url, rank as i32)
    };
    urls.iter().enumerate().map(owned).collect()
}

pub(crate) async fn crawl(config: CrawlConfig, frontier: Vec<FrontierUrl>) -> Vec<HostOutcome> {
    let crawler = Crawler::new(config).unwrap();
    let mut outcomes: Vec<HostOutcome> =
        crawler.round(&snapshot(), frontier, CancellationToken::new()).collect().await;
    outcomes.sort_by(|a, b| a.host_id.cmp(&b.host_id));
    outcomes
}

/// Crawls URLs of one host over http.
pub(crate) async fn crawl_one(server: &Server, urls: &[&str]) -> HostOutcome {
    crawl(config(server.address, server.address), frontier(urls)).await.remove(0)
}

/// A row in one line: what came of it and why.
pub(crate) fn line(fetch: &Fetch) -> String {
    let status = fetch.status_code.map_or("-".to_owned(), |status| status.to_string());
    let reason = fetch.reason_code.map_or("-", |reason| reason.as_str());
    let last = if fetch.is_final { " final" } else { "" };
    format!(
        "{} #{} {status} {} {reason} robots:{}{last}",
        fetch.url, fetch.attempt, fetch.outcome, fetch.robots_decision
    )
}

pub(crate) fn lines(outcome: &HostOutcome) -> String {
    outcome.fetches.iter().map(line).collect::<Vec<_>>().join("\n")
}
