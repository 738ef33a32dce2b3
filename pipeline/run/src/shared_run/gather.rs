//! The partitions of a round put together: what its workers wrote, dealt back to the chunks of the run.

use super::record::{Done, DoneFile, RoundPlan};
use crate::active_run::ActiveRun;
use crate::area::WorkFile;
use crate::chunks::Chunks;
use crate::ending::PartitionsMissing;
use crate::rounds;
use crate::select::{filter_text, texts};
use arrow::array::RecordBatch;
use deklaro_console::UsageError;
use deklaro_schemas::steps::{CRAWL, FRONTIER};
use deklaro_schemas::tables::{Candidate, Fetch, Reading, Robots};
use deklaro_schemas::{HostId, Row, Selection, Sha256, TableSpec, parquet_file};
use deklaro_store::{Store, StoreError};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Every round's partitions put together; an error where one is missing, or a round that is not planned.
pub(crate) async fn gathered(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<()> {
    if let Some(round) = next_round(work, chunks).await? {
        let run = &work.run.run_id;
        let message = format!("round {round} of run `{run}` is not planned yet");
        return Err(
            UsageError::new(message, format!("`deklaro plan --run {run}` cuts it into partitions")).into()
        );
    }
    Ok(())
}

/// Puts the last round planned together, and makes the frontier of the next; nothing where there is none.
pub(super) async fn next_round(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<Option<i32>> {
    let run = &work.run.run_id;
    let planned = RoundPlan::last(work.store, run).await?;
    if RoundPlan::find(work.store, run, planned).await?.is_some_and(|plan| plan.partitions.is_empty()) {
        return Ok(None);
    }
    if planned > 0 {
        gather(work, chunks, planned).await?;
    }
    let round = planned + 1;
    if round > work.run.max_rounds {
        return Ok(None);
    }
    let probes = rounds::probes(chunks);
    let asked = work.stage(&FRONTIER, Some(round), rounds::frontier(work, chunks, &probes, round)).await?;
    if asked > 0 {
        return Ok(Some(round));
    }
    // Workers that are started for it all the same find that there is nothing to do.
    RoundPlan { run_id: run.clone(), round, partitions: Vec::new() }.write(work.store).await?;
    Ok(None)
}

/// Puts the partitions of a round together, where that is not done yet.
async fn gather(work: &ActiveRun<'_>, chunks: &Chunks, round: i32) -> anyhow::Result<()> {
    let partitions = done(work, round).await?;
    if work.area.is_marked(&CRAWL, Some(round)).await? {
        return Ok(());
    }
    let step = work.progress.step(&format!("gather {round}"), partitions.len() as u64);
    for table in [Fetch::table(), Reading::table(), Candidate::table()] {
        merge(work, chunks, round, &table, &partitions).await?;
    }
    for partition in &partitions {
        // Whose they are does not matter: they lie in one table, by authority.
        let place = WorkFile { chunk: 0, round, number: partition.partition };
        let mut rows = Vec::new();
        for file in partition.files.iter().filter(|file| file.table == Robots::TABLE) {
            rows.extend(file.read(work.store, &Robots::table()).await?);
        }
        work.area.write_batches(&Robots::table(), place, &rows).await?;
        step.advance(1);
    }
    work.area.mark(&CRAWL, Some(round)).await?;
    step.done(&format!("{} partitions", partitions.len()));
    Ok(())
}

/// What every partition of a round came to.
async fn done(work: &ActiveRun<'_>, round: i32) -> anyhow::Result<Vec<Done>> {
    let run = &work.run.run_id;
    let count = RoundPlan::find(work.store, run, round).await?.map_or(0, |plan| plan.partitions.len() as u32);
    let (mut partitions, mut missing) = (Vec::new(), Vec::new());
    for partition in 0..count {
        match Done::find(work.store, run, round, partition).await? {
            Some(done) => partitions.push(done),
            None => missing.push(partition),
        }
    }
    if missing.is_empty() {
        return Ok(partitions);
    }
    Err(PartitionsMissing { run: run.clone(), round, missing, of: count }.into())
}

/// The files of a table in all partitions of all rounds, in order.
pub(crate) async fn files(work: &ActiveRun<'_>, table: &TableSpec) -> anyhow::Result<Vec<DoneFile>> {
    let mut files = Vec::new();
    for round in 1..=RoundPlan::last(work.store, &work.run.run_id).await? {
        for partition in done(work, round).await? {
            files.extend(partition.files.into_iter().filter(|file| file.table == table.name));
        }
    }
    Ok(files)
}

impl DoneFile {
    /// The rows of the file as they were when the partition was done; what was written over it since does not count.
    pub(crate) async fn read(
        &self,
        store: &Store,
        table: &TableSpec,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let bytes = store.read(&self.path).await?;
        let found = Sha256::of(&bytes);
        if found != self.sha256 {
            let why = format!("sha256 is `{found}`, expected `{}` as the partition's end says", self.sha256);
            return Err(StoreError::Corrupt { path: self.path.clone(), why });
        }
        parquet_file::decode_selected(table, bytes, &Selection::all())
            .map_err(|source| StoreError::Parquet { path: self.path.clone(), source })
    }

    /// The chunk of the partition it belongs to.
    fn chunk(&self) -> u32 {
        let named = self.path.split('/').find_map(|name| name.strip_prefix("chunk="));
        named.and_then(|number| number.parse().ok()).unwrap_or_default()
    }
}

/// A partition's rows of a table, read chunk after chunk: hosts come in the run's order, so the run's chunks come one after the other.
struct Stream {
    files: VecDeque<Vec<DoneFile>>,
    waiting: BTreeMap<u32, Vec<RecordBatch>>,
}

impl Stream {
    fn of(partition: &Done, table: &TableSpec) -> Self {
        let mut by_chunk: BTreeMap<u32, Vec<DoneFile>> = BTreeMap::new();
        for file in partition.files.iter().filter(|file| file.table == table.name) {
            by_chunk.entry(file.chunk()).or_default().push(file.clone());
        }
        Self { files: by_chunk.into_values().collect(), waiting: BTreeMap::new() }
    }

    /// The partition's rows of one of the run's chunks.
    async fn take(
        &mut self,
        work: &ActiveRun<'_>,
        chunks: &Chunks,
        table: &TableSpec,
        chunk: u32,
    ) -> anyhow::Result<Vec<RecordBatch>> {
        while self.waiting.keys().next_back().is_none_or(|last| *last <= chunk) {
            let Some(files) = self.files.pop_front() else { break };
            for file in files {
                for rows in file.read(work.store, table).await? {
                    self.deal(chunks, &rows)?;
                }
            }
        }
        Ok(self.waiting.remove(&chunk).unwrap_or_default())
    }

    fn deal(&mut self, chunks: &Chunks, rows: &RecordBatch) -> anyhow::Result<()> {
        let hosts = texts(std::slice::from_ref(rows), "host_id")?;
        let mut chunk_of: BTreeMap<String, u32> = BTreeMap::new();
        for host in hosts {
            // A host that is no target has no verdict: its rows are nobody's.
            if let Some(chunk) = chunks.chunk_of(&HostId::parse(&host)?) {
                chunk_of.insert(host, chunk);
            }
        }
        for chunk in chunk_of.values().copied().collect::<BTreeSet<u32>>() {
            let is_in = |host: Option<&str>| host.is_some_and(|host| chunk_of.get(host) == Some(&chunk));
            self.waiting.entry(chunk).or_default().push(filter_text(rows, "host_id", is_in)?);
        }
        Ok(())
    }
}

async fn merge(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    round: i32,
    table: &TableSpec,
    partitions: &[Done],
) -> anyhow::Result<()> {
    let mut streams: Vec<Stream> = partitions.iter().map(|partition| Stream::of(partition, table)).collect();
    for chunk in chunks.numbers() {
        let mut rows = Vec::new();
        for stream in &mut streams {
            rows.extend(stream.take(work, chunks, table, chunk).await?);
        }
        if !rows.is_empty() {
            work.area.write_batches(table, WorkFile { chunk, round, number: 0 }, &rows).await?;
        }
    }
    Ok(())
}
