//! Many hosts, and what they cost; the server is another process. `cargo run --release --example wide --
//! 100000` crawls one round without a gap: 10 % of the hosts are slow, 5 % dead, and 2 % redirect in circles.
//! `-- 2000 polite [MAX_LATENCY_MS]` crawls three rounds of one, three and one page at the default pace. Each
//! host answers after 50 to 2,000 ms.

use deklaro_crawl::{ConnectTo, CrawlConfig, Crawler};
use deklaro_schemas::codes::{FetchOutcome, Purpose};
use deklaro_schemas::tables::FrontierUrl;
use deklaro_schemas::{CountryCode, HostId, HostKey, PageUrl, SnapshotId};
use futures::StreamExt;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Failure = Box<dyn std::error::Error>;

/// Hosts in a batch of the frontier, as the pipeline hands them over.
const BATCH: usize = 2_048;

/// How a host behaves, by its number.
enum Manner {
    Usual,
    Slow,
    Silent,
    Closing,
    Looping,
}

fn manner(number: usize) -> Manner {
    match number % 200 {
        0..20 => Manner::Slow,
        20..25 => Manner::Silent,
        25..30 => Manner::Closing,
        30..34 => Manner::Looping,
        _ => Manner::Usual,
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "printing is what the example is for")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let argument = |place: usize| arguments.get(place).map_or("", String::as_str);
    if argument(1) == "serve" {
        return serve(argument(2).parse().ok()).await;
    }
    let hosts: usize = argument(1).parse()?;
    let is_polite = argument(2) == "polite";
    let most_ms = if is_polite {
        argument(3).parse().or(Ok::<u64, Failure>(2_000))?.to_string()
    } else {
        String::new()
    };
    let (mut server, address) = start_server(&most_ms)?;
    let config = CrawlConfig {
        connect_to: Some(ConnectTo { http: address, https: address }),
        ..CrawlConfig::default()
    };
    let begin = Instant::now();
    let told = if is_polite { polite(config, hosts).await? } else { wide(config, hosts).await? };
    println!("{hosts} hosts in {:.1} s; {told}", begin.elapsed().as_secs_f64());
    println!("peak memory {} MiB, at most {} descriptors", peak_mib(), told.descriptors);
    server.kill()?;
    server.wait()?;
    Ok(())
}

/// What rounds came to.
#[derive(Default)]
struct Told {
    requests: usize,
    read: usize,
    descriptors: usize,
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of requests, {} pages read", self.requests, self.read)
    }
}

/// One page each, no gap, and little patience with the dead.
async fn wide(config: CrawlConfig, hosts: usize) -> Result<Told, Failure> {
    let config = CrawlConfig {
        gap: Duration::ZERO,
        retries: 1,
        backoff: Duration::from_millis(100),
        connect_timeout: Duration::from_secs(1),
        headers_timeout: Duration::from_secs(2),
        dns_timeout: Duration::from_millis(500),
        ..config
    };
    let mut told = Told::default();
    round(&Crawler::new(config)?, hosts, 1, &[""], &mut told).await?;
    Ok(told)
}

async fn polite(config: CrawlConfig, hosts: usize) -> Result<Told, Failure> {
    let crawler = Crawler::new(config)?;
    let mut told = Told::default();
    for (number, paths) in [&[""][..], &["a", "b", "c"], &["d"]].iter().enumerate() {
        round(&crawler, hosts, number as i32 + 1, paths, &mut told).await?;
    }
    Ok(told)
}

async fn round(
    crawler: &Crawler,
    hosts: usize,
    number: i32,
    paths: &'static [&'static str],
    told: &mut Told,
) -> Result<(), Failure> {
    let batches = (0..hosts).step_by(BATCH).map(move |first| {
        let hosts = first..hosts.min(first + BATCH);
        hosts
            .flat_map(|host| paths.iter().zip(0..).map(move |(path, rank)| item(host, number, path, rank)))
            .collect()
    });
    let stream = futures::stream::iter(batches);
    let snapshot = SnapshotId::parse("2026-11.0")?;
    let mut outcomes = std::pin::pin!(crawler.round_of_batches(&snapshot, stream, CancellationToken::new()));
    let mut done = 0;
    while let Some(outcome) = outcomes.next().await {
        told.requests += outcome.fetches.len();
        told.read += outcome.fetches.iter().filter(|fetch| fetch.outcome == FetchOutcome::Ok).count();
        if done % 500 == 0 {
            told.descriptors = told.descriptors.max(std::fs::read_dir("/proc/self/fd")?.count());
        }
        done += 1;
    }
    Ok(())
}

fn item(number: usize, round: i32, path: &str, rank: i32) -> FrontierUrl {
    let host = HostKey::parse(&format!("h{number}.example.at")).expect("a host name");
    let country_code = CountryCode::parse("AT").expect("a country");
    FrontierUrl {
        host_id: HostId::of(country_code, &host),
        country_code,
        url: PageUrl::parse(&format!("http://{host}/{path}")).expect("a URL"),
        canonical_hostname: host,
        round,
        purpose: if round == 1 { Purpose::Entry } else { Purpose::Candidate },
        rank,
        found_in: None,
    }
}

/// The most memory the process ever held (proc(5): `VmHWM`).
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_ascii_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
        / 1_024
}

fn start_server(most_ms: &str) -> Result<(Child, SocketAddr), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut server = command.args(["serve", most_ms]).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(server.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    Ok((server, line.trim().parse()?))
}

#[expect(clippy::print_stdout, reason = "the address is what the other process waits for")]
async fn serve(most_ms: Option<u64>) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, most_ms));
    }
}

async fn answer(mut stream: TcpStream, most_ms: Option<u64>) -> Option<()> {
    let page = "<p>a line of a page like any other</p>\n".repeat(512);
    let mut head = [0; 4_096];
    loop {
        let length = stream.read(&mut head).await.ok().filter(|length| *length > 0)?;
        let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
        let path = head.split(' ').nth(1)?.to_owned();
        let host = head.lines().find_map(|line| line.strip_prefix("host: h"))?;
        let number: usize = host.split('.').next()?.parse().ok()?;
        let redirect =
            |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let ok = |kind: &str, body: &str| {
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
        };
        let robots = || ok("text/plain", &format!("user-agent: *\ndisallow: /admin{}/\n", number % 50));
        let manner = if most_ms.is_some() { Manner::Usual } else { manner(number) };
        match (most_ms, &manner) {
            (Some(most), _) if most > 50 => {
                tokio::time::sleep(Duration::from_millis(50 + number as u64 * 7_919 % (most - 49))).await;
            }
            (_, Manner::Slow) => tokio::time::sleep(Duration::from_millis(500)).await,
            (_, Manner::Silent) => tokio::time::sleep(Duration::from_secs(60)).await,
            (_, Manner::Closing) => return None,
            _ => {}
        }
        let response = match (path.as_str(), manner) {
            ("/robots.txt", _) => robots(),
            ("/", Manner::Looping) => redirect("/round"),
            (_, Manner::Looping) => redirect("/"),
            _ => ok("text/html", &page),
        };
        stream.write_all(response.as_bytes()).await.ok()?;
    }
}
