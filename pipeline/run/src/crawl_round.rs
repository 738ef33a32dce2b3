//! A run crawls one round, and writes the outcomes into the work area at least every two seconds.

use super::active_run::ActiveRun;
use super::area::{WorkArea, WorkFile};
use super::chunks::Chunks;
use super::counts;
use super::silence::{Silence, Silent};
use crate::ending::NetworkGone;
use anyhow::Context;
use deklaro_crawl::{Crawler, HostOutcome};
use deklaro_schemas::steps::CRAWL;
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots};
use deklaro_schemas::{HostId, Row};
use deklaro_watch::{StageOf, partition};
use futures::stream::{self, Stream, StreamExt};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A file is written when its chunk holds this many bytes of bodies …
const FILE_BYTES: usize = 8 << 20;
/// … or this many fetches …
const FILE_FETCHES: usize = 1_024;
/// … or when this much time has passed: a crash loses no more than that, and the requests in flight.
const FLUSH_EVERY: Duration = Duration::from_secs(2);

/// Outcomes of one chunk that wait to be written.
#[derive(Default)]
struct Buffer {
    fetches: Vec<Fetch>,
    robots: Vec<Robots>,
    bodies: Vec<Body>,
    body_bytes: usize,
}

/// Writes outcomes as they come, file after file.
struct OutcomeWriter<'a> {
    work: &'a ActiveRun<'a>,
    round: i32,
    buffers: BTreeMap<u32, Buffer>,
    next_number: BTreeMap<u32, u32>,
}

/// Crawls what is left of a round. True when every host of the round is done, false when the run was stopped before.
pub(super) async fn crawl_round(
    work: &ActiveRun<'_>,
    crawler: &Crawler,
    chunks: &Chunks,
    round: i32,
) -> anyhow::Result<bool> {
    let Counts { total, done, left, next_number } = counts(work, chunks, round).await?;
    let mut spans = CountrySpans::begin(round, left);
    let step = work.progress.step(&format!("{} {round}", CRAWL.name), total);
    step.advance(done);
    let mut writer = OutcomeWriter { work, round, buffers: BTreeMap::new(), next_number };
    let mut finished = done;
    let mut silence = Silence::new(work.crawl.max_open_hosts);
    let stop = work.shutdown.token.clone();
    let (frontier, failure) = batches(work, chunks, round);
    let mut outcomes = crawler.round_of_batches(&work.run.snapshot, frontier, stop);
    let mut flush = tokio::time::interval(FLUSH_EVERY);
    loop {
        tokio::select! {
            outcome = outcomes.next() => {
                let Some(outcome) = outcome else { break };
                if outcome.is_complete {
                    finished += 1;
                    spans.take(&outcome);
                    step.advance(1);
                    for outcome in silence.take(outcome).map_err(NetworkGone::from)? {
                        writer.take(chunks, outcome).await?;
                    }
                }
            }
            _ = flush.tick() => {
                metrics::gauge!("deklaro_fetches_in_flight").set(crawler.in_flight() as f64);
                writer.flush_all().await?;
            }
        }
    }
    metrics::gauge!("deklaro_fetches_in_flight").set(0.0);
    for outcome in silence.end().map_err(NetworkGone::from)? {
        writer.take(chunks, outcome).await?;
    }
    writer.flush_all().await?;
    if let Some(failure) = failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(failure);
    }
    step.done(&format!("{finished} of {total} hosts"));
    Ok(finished == total)
}

/// How far a round is.
#[derive(Default)]
struct Counts {
    /// Hosts of the round.
    total: u64,
    /// Those that are done.
    done: u64,
    /// Those that are not, by country.
    left: BTreeMap<String, u64>,
    /// The next file number by chunk.
    next_number: BTreeMap<u32, u32>,
}

async fn counts(work: &ActiveRun<'_>, chunks: &Chunks, round: i32) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    for chunk in chunks.numbers() {
        let file = WorkFile { chunk, round, number: 0 };
        let hosts = work.area.texts(&FrontierUrl::table(), file, "host_id").await?;
        let countries = work.area.texts(&FrontierUrl::table(), file, "country_code").await?;
        let country_of: HashMap<String, String> = hosts.into_iter().zip(countries).collect();
        let done = done_hosts(&work.area, chunk, round).await?;
        counts.total += country_of.len() as u64;
        counts.done += done.len() as u64;
        let done: HashSet<&str> = done.iter().map(HostId::as_str).collect();
        for (_, country) in country_of.into_iter().filter(|(host, _)| !done.contains(host.as_str())) {
            *counts.left.entry(country).or_default() += 1;
        }
        let files = work.area.chunk_files(&Fetch::table(), chunk).await?;
        if let Some(last) = files.iter().rfind(|file| file.round == round) {
            counts.next_number.insert(chunk, last.number + 1);
        }
    }
    Ok(counts)
}

/// The span of each country in a round, from the round's beginning until its last host is done.
struct CountrySpans(HashMap<String, CountrySpan>);

struct CountrySpan {
    span: tracing::Span,
    left: u64,
    hosts: u64,
    fetches: u64,
}

impl CountrySpans {
    fn begin(round: i32, left: BTreeMap<String, u64>) -> Self {
        let begun = left.into_iter().map(|(country, left)| {
            let span = partition(CRAWL.name, StageOf { round: Some(round), country: Some(&country) });
            (country, CountrySpan { span, left, hosts: 0, fetches: 0 })
        });
        Self(begun.collect())
    }

    /// Counts a host that is done; its country's span ends with the last of them.
    fn take(&mut self, outcome: &HostOutcome) {
        counts::host(outcome);
        let Some(country) = outcome.fetches.first().map(|fetch| fetch.country_code.as_str()) else { return };
        let Some(country_span) = self.0.get_mut(country) else { return };
        country_span.hosts += 1;
        country_span.fetches += outcome.fetches.len() as u64;
        country_span.left = country_span.left.saturating_sub(1);
        if country_span.left == 0
            && let Some(country_span) = self.0.remove(country)
        {
            country_span.span.record("hosts", country_span.hosts).record("fetches", country_span.fetches);
            deklaro_watch::ended(&country_span.span, "completed", None);
        }
    }
}

impl Drop for CountrySpan {
    fn drop(&mut self) {
        if self.left > 0 {
            self.span
                .record("hosts", self.hosts)
                .record("fetches", self.fetches)
                .record("outcome", "interrupted");
        }
    }
}

/// The hosts of a chunk whose rows of this round are on disk.
async fn done_hosts(area: &WorkArea, chunk: u32, round: i32) -> anyhow::Result<HashSet<HostId>> {
    let mut done = HashSet::new();
    for file in area.chunk_files(&Fetch::table(), chunk).await? {
        if file.round == round {
            let hosts = area.texts(&Fetch::table(), file, "host_id").await?;
            done.extend(hosts.iter().map(|host| host.parse()).collect::<Result<Vec<HostId>, _>>()?);
        }
    }
    Ok(done)
}

/// What is left of a chunk's frontier.
async fn left_of(area: &WorkArea, chunk: u32, round: i32) -> anyhow::Result<Vec<FrontierUrl>> {
    let done = done_hosts(area, chunk, round).await?;
    let mut rows: Vec<FrontierUrl> = area.rows_of(WorkFile { chunk, round, number: 0 }).await?;
    rows.retain(|row| !done.contains(&row.host_id));
    Ok(rows)
}

/// Holds a failure to read the frontier: a stream of rows has no place for it.
type Failure = Arc<Mutex<Option<anyhow::Error>>>;

/// The frontier of a round, chunk by chunk, each read when the crawl gets to it.
fn batches(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    round: i32,
) -> (impl Stream<Item = Vec<FrontierUrl>> + Send + 'static, Failure) {
    let (area, failure) = (work.area.clone(), Failure::default());
    let kept = failure.clone();
    let left = stream::iter(chunks.numbers()).then(move |chunk| {
        let area = area.clone();
        async move { left_of(&area, chunk, round).await }
    });
    let until_one_fails = left.scan(failure, |failure, rows| {
        let fail = |error| *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        std::future::ready(rows.map_err(fail).ok())
    });
    (until_one_fails, kept)
}

impl From<Silent> for NetworkGone {
    fn from(Silent(hosts): Silent) -> Self {
        Self { hosts }
    }
}

impl OutcomeWriter<'_> {
    async fn take(&mut self, chunks: &Chunks, outcome: HostOutcome) -> anyhow::Result<()> {
        let chunk =
            chunks.chunk_of(&outcome.host_id).context("an outcome for a host that is not a target")?;
        let buffer = self.buffers.entry(chunk).or_default();
        buffer.body_bytes += outcome.bodies.iter().map(|body| body.body.0.len()).sum::<usize>();
        buffer.fetches.extend(outcome.fetches);
        buffer.robots.extend(outcome.robots);
        buffer.bodies.extend(outcome.bodies);
        if buffer.body_bytes >= FILE_BYTES || buffer.fetches.len() >= FILE_FETCHES {
            self.flush(chunk).await?;
        }
        Ok(())
    }

    async fn flush_all(&mut self) -> anyhow::Result<()> {
        for chunk in self.buffers.keys().copied().collect::<Vec<_>>() {
            self.flush(chunk).await?;
        }
        Ok(())
    }

    /// Bodies and robots first: a host counts as done once its fetches are there.
    async fn flush(&mut self, chunk: u32) -> anyhow::Result<()> {
        let Some(mut buffer) = self.buffers.remove(&chunk) else { return Ok(()) };
        let number = self.next_number.entry(chunk).or_default();
        let file = WorkFile { chunk, round: self.round, number: *number };
        *number += 1;
        buffer.bodies.sort_by(|a, b| a.body_sha256.cmp(&b.body_sha256));
        buffer.bodies.dedup_by(|a, b| a.body_sha256 == b.body_sha256);
        self.work.area.write_rows(file, &buffer.bodies).await?;
        self.work.area.write_rows(file, &buffer.robots).await?;
        self.work.area.write_rows(file, &buffer.fetches).await
    }
}
