use super::Work;
use super::area::{Part, WorkArea};
use super::chunks::Chunks;
use super::silence::{Silence, Silent};
use crate::exit::NetworkGone;
use anyhow::Context;
use deklaro_crawl::{Crawler, HostOutcome};
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots};
use deklaro_schemas::{HostId, Row};
use futures::stream::{self, Stream, StreamExt};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A part is written when its chunk holds this many bytes of bodies …
const PART_BYTES: usize = 8 << 20;
/// … or this many fetches …
const PART_FETCHES: usize = 1_024;
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

/// Writes outcomes as they come, in parts.
struct PartWriter<'a> {
    work: &'a Work<'a>,
    round: i32,
    buffers: BTreeMap<u32, Buffer>,
    next_number: BTreeMap<u32, u32>,
}

/// Crawls what is left of a round. True when every host of the round is done, false when the run was stopped before.
pub(super) async fn crawl_round(
    work: &Work<'_>,
    crawler: &Crawler,
    chunks: &Chunks,
    round: i32,
) -> anyhow::Result<bool> {
    let (total, done, next_number) = counts(work, chunks, round).await?;
    let step = work.progress.step(&format!("crawl {round}"), total);
    step.advance(done);
    let mut writer = PartWriter { work, round, buffers: BTreeMap::new(), next_number };
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
                    step.advance(1);
                    for outcome in silence.take(outcome).map_err(NetworkGone::from)? {
                        writer.take(chunks, outcome).await?;
                    }
                }
            }
            _ = flush.tick() => writer.flush_all().await?,
        }
    }
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

/// Hosts of the round, those of them that are done, and the next part numbers.
async fn counts(
    work: &Work<'_>,
    chunks: &Chunks,
    round: i32,
) -> anyhow::Result<(u64, u64, BTreeMap<u32, u32>)> {
    let (mut total, mut done, mut next_number) = (0, 0, BTreeMap::new());
    for chunk in chunks.numbers() {
        let part = Part { chunk, round, number: 0 };
        let hosts = work.area.texts(&FrontierUrl::table(), part, "host_id").await?;
        total += hosts.into_iter().collect::<HashSet<String>>().len() as u64;
        done += done_hosts(&work.area, chunk, round).await?.len() as u64;
        let parts = work.area.parts(&Fetch::table(), chunk).await?;
        if let Some(last) = parts.iter().rfind(|part| part.round == round) {
            next_number.insert(chunk, last.number + 1);
        }
    }
    Ok((total, done, next_number))
}

/// The hosts of a chunk whose rows of this round are on disk.
async fn done_hosts(area: &WorkArea, chunk: u32, round: i32) -> anyhow::Result<HashSet<HostId>> {
    let mut done = HashSet::new();
    for part in area.parts(&Fetch::table(), chunk).await? {
        if part.round == round {
            let hosts = area.texts(&Fetch::table(), part, "host_id").await?;
            done.extend(hosts.iter().map(|host| host.parse()).collect::<Result<Vec<HostId>, _>>()?);
        }
    }
    Ok(done)
}

/// What is left of a chunk's frontier.
async fn left_of(area: &WorkArea, chunk: u32, round: i32) -> anyhow::Result<Vec<FrontierUrl>> {
    let done = done_hosts(area, chunk, round).await?;
    let mut rows: Vec<FrontierUrl> = area.rows_of(Part { chunk, round, number: 0 }).await?;
    rows.retain(|row| !done.contains(&row.host_id));
    Ok(rows)
}

/// Where a failure to read the frontier is put: a stream of rows has no place for it.
type Failure = Arc<Mutex<Option<anyhow::Error>>>;

/// The frontier of a round, chunk by chunk, each read when the crawl gets to it.
fn batches(
    work: &Work<'_>,
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

impl PartWriter<'_> {
    async fn take(&mut self, chunks: &Chunks, outcome: HostOutcome) -> anyhow::Result<()> {
        let chunk = chunks.of(&outcome.host_id).context("an outcome for a host that is not a target")?;
        let buffer = self.buffers.entry(chunk).or_default();
        buffer.body_bytes += outcome.bodies.iter().map(|body| body.body.0.len()).sum::<usize>();
        buffer.fetches.extend(outcome.fetches);
        buffer.robots.extend(outcome.robots);
        buffer.bodies.extend(outcome.bodies);
        if buffer.body_bytes >= PART_BYTES || buffer.fetches.len() >= PART_FETCHES {
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
        let part = Part { chunk, round: self.round, number: *number };
        *number += 1;
        buffer.bodies.sort_by(|a, b| a.body_sha256.cmp(&b.body_sha256));
        buffer.bodies.dedup_by(|a, b| a.body_sha256 == b.body_sha256);
        self.work.area.write_rows(part, &buffer.bodies).await?;
        self.work.area.write_rows(part, &buffer.robots).await?;
        self.work.area.write_rows(part, &buffer.fetches).await
    }
}
