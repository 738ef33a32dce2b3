//! Requests per second on loopback, the crawl beside a bare client that reads bodies and keeps nothing:
//! `cargo run --release --example throughput -- HOSTS [bare|crawl]`. Every host has a robots.txt and one page of 20 KB.

use deklaro_crawl::{ConnectTo, CrawlConfig, Crawler};
use deklaro_schemas::codes::Purpose;
use deklaro_schemas::tables::FrontierUrl;
use deklaro_schemas::{CountryCode, HostId, HostKey, PageUrl, SnapshotId};
use futures::StreamExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "printing is what the example is for")]
async fn main() -> Result<(), Failure> {
    let hosts: usize = std::env::args().nth(1).map_or(Ok(20_000), |count| count.parse())?;
    let address = serve().await?;
    let config = CrawlConfig {
        gap: Duration::ZERO,
        connect_to: Some(ConnectTo { http: address, https: address }),
        ..CrawlConfig::default()
    };
    let only = std::env::args().nth(2);
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let mut rates = Vec::new();
    if wanted("bare") {
        rates.push(("bare", bare(address, hosts, config.max_in_flight).await?));
    }
    if wanted("crawl") {
        rates.push(("crawl", crawl(config, hosts).await?));
    }
    for (name, done) in &rates {
        println!("{}", line(name, *done));
    }
    if let [(_, bare), (_, crawl)] = rates[..] {
        println!("{:>6}: {:.0} % of bare", "crawl", 100.0 * per_second(crawl) / per_second(bare));
    }
    Ok(())
}

fn per_second((requests, time): (u32, Duration)) -> f64 {
    f64::from(requests) / time.as_secs_f64()
}

fn line(name: &str, done: (u32, Duration)) -> String {
    let (requests, time) = done;
    format!("{name:>6}: {requests} requests in {:.2} s, {:.0}/s", time.as_secs_f64(), per_second(done))
}

/// Answers every name with the server's address.
struct Everywhere(SocketAddr);

impl Resolve for Everywhere {
    fn resolve(&self, _: Name) -> Resolving {
        let address = self.0;
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}

/// The same requests by one client for all; no guards, no rows.
async fn bare(address: SocketAddr, hosts: usize, in_flight: usize) -> Result<(u32, Duration), Failure> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Everywhere(address))
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(1))
        .build()?;
    let begin = Instant::now();
    let requests = futures::stream::iter(0..hosts)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                for path in ["robots.txt", ""] {
                    client.get(format!("http://h{n}.example.at/{path}")).send().await?.bytes().await?;
                }
                Ok::<u32, reqwest::Error>(2)
            })
        })
        .buffer_unordered(in_flight)
        .fold(0, |sum, done| async move { sum + done.map_or(0, |done| done.unwrap_or(0)) })
        .await;
    Ok((requests, begin.elapsed()))
}

async fn crawl(config: CrawlConfig, hosts: usize) -> Result<(u32, Duration), Failure> {
    let country_code = CountryCode::parse("AT")?;
    let mut frontier = Vec::with_capacity(hosts);
    for n in 0..hosts {
        let host = HostKey::parse(&format!("h{n}.example.at"))?;
        frontier.push(FrontierUrl {
            host_id: HostId::of(country_code, &host),
            country_code,
            url: PageUrl::parse(&format!("http://{host}/"))?,
            canonical_hostname: host,
            round: 1,
            purpose: Purpose::Entry,
            rank: 0,
            found_in: None,
        });
    }
    let begin = Instant::now();
    let crawler = Crawler::new(config)?;
    let requests = crawler
        .round(&SnapshotId::parse("2026-11.0")?, frontier, CancellationToken::new())
        .fold(
            0,
            |sum, outcome| async move { sum + outcome.fetches.len() as u32 + outcome.robots.len() as u32 },
        )
        .await;
    Ok((requests, begin.elapsed()))
}

async fn serve() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let page = "<p>a line of a page like any other</p>\n".repeat(512);
    let mut head = [0; 4_096];
    loop {
        let length = stream.read(&mut head).await?;
        if length == 0 {
            return Ok(());
        }
        let (media_type, body) = if head.starts_with(b"GET /robots.txt") {
            ("text/plain", "user-agent: *\ndisallow: /admin/\ndisallow: /search\n")
        } else {
            ("text/html", page.as_str())
        };
        let length = body.len();
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(response.as_bytes()).await?;
    }
}
