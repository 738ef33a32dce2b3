//! Fetches one URL as the crawl does, and prints the rows:
//! `cargo run --release --example fetch_one -- https://www.example.eu/ you@example.org`. The second is who answers for it.

use deklaro_crawl::{CrawlConfig, Crawler};
use deklaro_schemas::codes::Purpose;
use deklaro_schemas::tables::FrontierUrl;
use deklaro_schemas::{CountryCode, HostId, PageUrl, SnapshotId};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "printing is what the example is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = PageUrl::parse(&std::env::args().nth(1).ok_or("expected a URL")?)?;
    let contact = Some(std::env::args().nth(2).ok_or("expected a contact behind the URL")?);
    // Any country will do: it only names the rows.
    let country_code = CountryCode::parse("AT")?;
    let host = url.host();
    let entry = FrontierUrl {
        host_id: HostId::of(country_code, &host),
        country_code,
        canonical_hostname: host,
        round: 1,
        url,
        purpose: Purpose::Entry,
        rank: 0,
        found_in: None,
    };
    let crawler = Crawler::new(CrawlConfig { contact, ..CrawlConfig::default() })?;
    let mut round = crawler.round(&SnapshotId::parse("2026-11.0")?, [entry], CancellationToken::new());
    while let Some(outcome) = round.next().await {
        println!("{}", serde_json::to_string_pretty(&outcome.robots)?);
        println!("{}", serde_json::to_string_pretty(&outcome.fetches)?);
        for body in outcome.bodies {
            println!("{} {} bytes", body.body_sha256, body.body_bytes);
        }
    }
    Ok(())
}
