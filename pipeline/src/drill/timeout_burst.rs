//! The web falls silent in mid-crawl for a while.

use super::course::Course;
use super::europe::{Europe, MONTH};
use super::{loss, until};
use crate::run::now;
use anyhow::ensure;
use deklaro_crawl::CrawlConfig;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::Fetch;
use deklaro_schemas::{Selection, Timestamp};
use deklaro_simweb::Fault;
use std::collections::BTreeSet;
use std::time::Duration;

/// Pages after which it falls silent; robots.txt is not among them, its requests leave no row that could be looked at.
const PAGES_BEFORE: usize = 20;
/// For so long.
const BURST: Duration = Duration::from_secs(1);

pub(super) async fn drill(europe: &Europe<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (_, store) = europe.store("timeout-burst").await?;
    // Few at once, so that the crawl is under way for a while; retries that outlast the burst.
    let crawl = CrawlConfig {
        max_in_flight: 6,
        headers_timeout: Duration::from_millis(300),
        backoff: Duration::from_millis(300),
        retries: 3,
        ..europe.crawl.clone()
    };
    let burst = async {
        let pages = || europe.web.seen().iter().filter(|seen| seen.path != "/robots.txt").count();
        let are_asked = async || Ok((pages() >= PAGES_BEFORE).then_some(()));
        until("pages are being fetched", are_asked).await?;
        europe.strike(Fault::Silent);
        let struck = now();
        tokio::time::sleep(BURST).await;
        europe.web.set_fault(None);
        anyhow::Ok(struck)
    };
    let (ran, struck) = tokio::join!(europe.run(&store, &crawl, MONTH, &[]), burst);
    let (snapshot, struck) = (ran?.snapshot, struck?);
    course.note(format!("no host answered for {} ms, after {PAGES_BEFORE} pages", BURST.as_millis()));
    let rows: Vec<Fetch> = store.read_rows(&snapshot, &Selection::all()).await?;
    let hit: Vec<&Fetch> = rows.iter().filter(|row| is_silenced(row, struck)).collect();
    ensure!(!hit.is_empty(), "no request was under way in the burst");
    let first = hit.iter().map(|row| after(row, struck)).min().unwrap_or(0);
    course.detected_after(first, format!("the first of {} requests timed out", hit.len()));
    let urls: BTreeSet<_> = hit.iter().map(|row| (row.host_id.to_string(), row.url.to_string())).collect();
    let is_hit = |row: &&Fetch| urls.contains(&(row.host_id.to_string(), row.url.to_string()));
    let ends: Vec<&Fetch> = rows.iter().filter(|row| row.is_final).filter(is_hit).collect();
    let last = ends.iter().map(|row| after(row, struck)).max().unwrap_or(0);
    course.recovered_after(last, format!("the last of {} pages was fetched at a later attempt", urls.len()));
    let unanswered = ends.iter().filter(|row| is_timeout(row)).count();
    course.lost(unanswered as u64, "pages that no attempt got");
    loss::check(europe, &store, &snapshot, course).await
}

fn is_timeout(row: &Fetch) -> bool {
    row.reason_code == Some(ReasonCode::HeadersTimeout)
}

/// True for a request that was under way in the burst and timed out; later ones are slow for another reason.
fn is_silenced(row: &Fetch, struck: Timestamp) -> bool {
    let is_before_its_end = row.started_at.0 <= struck.0 + BURST.as_micros() as i64;
    is_timeout(row) && end_us(row) >= struck.0 && is_before_its_end
}

fn end_us(row: &Fetch) -> i64 {
    row.started_at.0 + row.duration_ms * 1_000
}

/// Milliseconds from the beginning of the burst to the end of a request.
fn after(row: &Fetch, struck: Timestamp) -> u64 {
    u64::try_from((end_us(row) - struck.0) / 1_000).unwrap_or(0)
}
