//! A run repeats frontier, crawl and detect until no URL is left or the last round is over.

use super::active_run::ActiveRun;
use super::area::WorkFile;
use super::chunks::Chunks;
use super::crawl_round::crawl_round;
use super::detect::{PageBytes, detect};
use deklaro_console::Stopped;
use deklaro_crawl::{CrawlConfig, Crawler};
use deklaro_frontier::RoundInput;
use deklaro_schemas::steps::{CRAWL, DETECT, FRONTIER};
use deklaro_schemas::tables::{Candidate, FrontierUrl, Reading, Robots, Target};
use deklaro_schemas::{Authority, CountryCode, Row, Selection, Timestamp};
use std::collections::HashMap;

/// Frontier ⇄ crawl ⇄ detect, until the frontier is empty or the last round is over. What an earlier process finished is kept.
pub(super) async fn rounds(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<()> {
    let unreachable_since = unreachable_since(work).await?;
    let crawler = Crawler::new(CrawlConfig { unreachable_since, ..work.crawl.clone() })?;
    let probes = probes(chunks);
    let are_visited = work.area.is_marked(&CRAWL, Some(1)).await?;
    work.progress.standing().counted(chunks.host_count() as u64, are_visited);
    for round in 1..=work.run.max_rounds {
        let asked = work.stage(&FRONTIER, Some(round), frontier(work, chunks, &probes, round)).await?;
        if asked == 0 {
            break;
        }
        if !work.area.is_marked(&CRAWL, Some(round)).await? {
            let crawled = async {
                if !crawl_round(work, &crawler, chunks, round).await? || work.shutdown.token.is_cancelled() {
                    return Err(Stopped { run: work.run.run_id.clone(), exit: work.shutdown.exit() }.into());
                }
                Ok(())
            };
            work.stage(&CRAWL, Some(round), crawled).await?;
            work.area.mark(&CRAWL, Some(round)).await?;
        }
        work.stage(&DETECT, Some(round), detect(work, chunks, PageBytes::Crawled { round })).await?;
    }
    Ok(())
}

/// The authorities whose robots.txt the last run could not have either, and since when (RFC 9309 section 2.3.1.4).
pub(super) async fn unreachable_since(work: &ActiveRun<'_>) -> anyhow::Result<HashMap<Authority, Timestamp>> {
    let Some(previous) = &work.run.previous else { return Ok(HashMap::new()) };
    let robots: Vec<Robots> = work.store.read_rows(previous, &Selection::all()).await?;
    Ok(robots.into_iter().filter_map(|row| Some((row.authority, row.unreachable_since?))).collect())
}

/// Well-known statement paths of the countries in the run.
pub(super) fn probes(chunks: &Chunks) -> Vec<(CountryCode, Vec<String>)> {
    probes_of(chunks.per_country().keys().copied())
}

/// Well-known statement paths of these countries.
pub(crate) fn probes_of(countries: impl IntoIterator<Item = CountryCode>) -> Vec<(CountryCode, Vec<String>)> {
    let paths = |country: CountryCode| {
        deklaro_detect::probes(country).iter().map(|path| (*path).to_owned()).collect()
    };
    countries.into_iter().map(|country| (country, paths(country))).collect()
}

/// Makes the frontier of a round, chunk by chunk, where it is not there yet. The number of URLs in it.
pub(super) async fn frontier(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    probes: &[(CountryCode, Vec<String>)],
    round: i32,
) -> anyhow::Result<usize> {
    let mut asked = 0;
    for chunk in chunks.numbers() {
        let file = WorkFile { chunk, round, number: 0 };
        if !work.area.has(&FrontierUrl::table(), file).await? {
            let rows = next(work, chunk, probes, round).await?;
            work.area.write(&FrontierUrl::table(), file, &rows).await?;
        }
        let rows = work.area.read(&FrontierUrl::table(), file).await?;
        asked += rows.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>();
    }
    Ok(asked)
}

async fn next(
    work: &ActiveRun<'_>,
    chunk: u32,
    probes: &[(CountryCode, Vec<String>)],
    round: i32,
) -> anyhow::Result<arrow::array::RecordBatch> {
    if round == 1 {
        return Ok(deklaro_frontier::first_round(&work.area.read_chunk(&Target::table(), chunk).await?)?);
    }
    let asked = work.area.read_chunk(&FrontierUrl::table(), chunk).await?;
    let readings = work.area.read_chunk(&Reading::table(), chunk).await?;
    let candidates = work.area.read_chunk(&Candidate::table(), chunk).await?;
    let input = RoundInput { round, asked: &asked, readings: &readings, candidates: &candidates, probes };
    Ok(deklaro_frontier::next_round(&input)?)
}
