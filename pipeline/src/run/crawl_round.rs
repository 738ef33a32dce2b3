use super::Work;
use super::area::Part;
use super::chunks::Chunks;
use anyhow::Context;
use deklaro_crawl::{Crawler, HostOutcome};
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots};
use deklaro_schemas::{HostId, Row};
use futures::StreamExt;
use std::collections::{BTreeMap, HashSet};
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
    let (frontier, done, next_number) = remaining(work, chunks, round).await?;
    let hosts: HashSet<&HostId> = frontier.iter().map(|row| &row.host_id).collect();
    let total = hosts.len() as u64;
    let step = work.progress.step(&format!("crawl {round}"), total + done);
    step.advance(done);
    let mut writer = PartWriter { work, round, buffers: BTreeMap::new(), next_number };
    let mut finished = 0;
    let stop = work.shutdown.token.clone();
    let mut outcomes = std::pin::pin!(crawler.round(&work.run.snapshot, frontier, stop));
    let mut flush = tokio::time::interval(FLUSH_EVERY);
    loop {
        tokio::select! {
            outcome = outcomes.next() => {
                let Some(outcome) = outcome else { break };
                if outcome.is_complete {
                    finished += 1;
                    step.advance(1);
                    writer.take(chunks, outcome).await?;
                }
            }
            _ = flush.tick() => writer.flush_all().await?,
        }
    }
    writer.flush_all().await?;
    step.done(&format!("{} of {} hosts", finished + done, total + done));
    Ok(finished == total)
}

/// Frontier rows of hosts without an outcome in this round, the number of hosts that have one, and the next part numbers.
async fn remaining(
    work: &Work<'_>,
    chunks: &Chunks,
    round: i32,
) -> anyhow::Result<(Vec<FrontierUrl>, u64, BTreeMap<u32, u32>)> {
    let mut frontier = Vec::new();
    let mut done = HashSet::new();
    let mut next_number = BTreeMap::new();
    for chunk in chunks.numbers() {
        let parts = work.area.parts(&Fetch::table(), chunk).await?;
        for part in parts.into_iter().filter(|part| part.round == round) {
            let hosts = work.area.texts(&Fetch::table(), part, "host_id").await?;
            done.extend(hosts.iter().map(|host| host.parse()).collect::<Result<Vec<HostId>, _>>()?);
            next_number.insert(chunk, part.number + 1);
        }
        let rows: Vec<FrontierUrl> = work.area.rows_of(Part { chunk, round, number: 0 }).await?;
        frontier.extend(rows.into_iter().filter(|row| !done.contains(&row.host_id)));
    }
    Ok((frontier, done.len() as u64, next_number))
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
