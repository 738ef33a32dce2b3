//! Requests per second on loopback: the crawl beside a bare client that reads bodies and keeps nothing. Run
//! `cargo run --release --example throughput -- HOSTS [TURNS]`. Every host has a robots.txt and one page of
//! 20 KB.
//!
//! The two take turns, each with a server on an address of its own. The ports of closed connections stay
//! taken for a minute: on one address, the second would have to look for free ones.

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

/// What the program itself runs on.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Requests, and the wall and processor time they took; the server's work is part of the latter on both sides.
type Done = (u32, Duration, Duration);

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "printing is what the example is for")]
async fn main() -> Result<(), Failure> {
    let argument = |place: usize, usual: usize| {
        std::env::args().nth(place).map_or(Ok(usual), |count| count.parse::<usize>())
    };
    let (hosts, turns) = (argument(1, 20_000)?, argument(2, 5)?.clamp(1, 120) as u8);
    let (mut bares, mut crawls, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..turns {
        let to = serve(turn, 2).await?;
        let other = bare(to, hosts, CrawlConfig::default().max_in_flight).await?;
        println!("{}", line("bare", other));
        bares.push(per_second(other));
        let to = serve(turn, 3).await?;
        let connect_to = Some(ConnectTo { http: to, https: to });
        let done =
            crawl(CrawlConfig { gap: Duration::ZERO, connect_to, ..CrawlConfig::default() }, hosts).await?;
        println!("{}", line("crawl", done));
        crawls.push(per_second(done));
        ratios.push(other.2.as_secs_f64() / done.2.as_secs_f64());
    }
    let (bare, crawl, ratio) = (median(bares), median(crawls), median(ratios));
    println!(
        "medians of {turns}: bare {bare:.0}/s, crawl {crawl:.0}/s, {:.0} % of bare; by processor time {:.0} %",
        100.0 * crawl / bare,
        100.0 * ratio
    );
    Ok(())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn per_second((requests, time, _): Done) -> f64 {
    f64::from(requests) / time.as_secs_f64()
}

fn line(name: &str, done: Done) -> String {
    let (requests, time, cpu) = done;
    let each = cpu.as_micros() / u128::from(requests.max(1));
    format!(
        "{name:>6}: {requests} requests in {:.2} s, {:.0}/s, {each} µs of processor time each",
        time.as_secs_f64(),
        per_second(done)
    )
}

/// Processor time of this process, user and system (proc(5): fields 14 and 15 of `stat`, in hundredths of a second).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_ascii_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(10 * ticks)
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
async fn bare(address: SocketAddr, hosts: usize, in_flight: usize) -> Result<Done, Failure> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Everywhere(address))
        .no_proxy()
        // Longer, and the connections of hosts that are done would use up the descriptors.
        .pool_idle_timeout(Duration::from_millis(100))
        .build()?;
    let (begin, cpu) = (Instant::now(), processor_time());
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
    Ok((requests, begin.elapsed(), processor_time().saturating_sub(cpu)))
}

async fn crawl(config: CrawlConfig, hosts: usize) -> Result<Done, Failure> {
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
    let (begin, cpu) = (Instant::now(), processor_time());
    let crawler = Crawler::new(config)?;
    let requests = crawler
        .round(&SnapshotId::parse("2026-11.0")?, frontier, CancellationToken::new())
        .fold(
            0,
            |sum, outcome| async move { sum + outcome.fetches.len() as u32 + outcome.robots.len() as u32 },
        )
        .await;
    Ok((requests, begin.elapsed(), processor_time().saturating_sub(cpu)))
}

async fn serve(turn: u8, who: u8) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind((std::net::Ipv4Addr::new(127, 1, turn, who), 0)).await?;
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
