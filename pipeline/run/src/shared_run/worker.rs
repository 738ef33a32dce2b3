//! A worker fetches and reads one partition of a shared run's round.

use super::folders::partition_folder;
use super::record::{Done, DoneFile, RoundPlan};
use super::share::central_hosts;
use super::under_lease::under_lease;
use crate::active_run::ActiveRun;
use crate::chunks::Chunks;
use crate::crawl_round::crawl_round;
use crate::dealer::dealt;
use crate::detect::{PageBytes, detect};
use crate::ending::{NotPlanned, PartitionStopped};
use crate::partition::PartitionOf;
use crate::rounds::unreachable_since;
use crate::run_file;
use crate::run_lease::RunLease;
use crate::tools::Tools;
use deklaro_console::{UsageError, now};
use deklaro_crawl::{CrawlConfig, Crawler, HostPolicy};
use deklaro_schemas::steps::{CRAWL, DETECT};
use deklaro_schemas::stored::RunFile;
use deklaro_schemas::tables::{Body, Candidate, Fetch, FrontierUrl, Reading, Robots};
use deklaro_schemas::{HostKey, Row, RunId, Sha256, TableSpec, batch, parquet_file};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, HashSet};

/// How a worker's partition ended.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PartitionOutcome {
    /// The run.
    pub run_id: RunId,
    /// The round; nothing where none is planned any more.
    pub round: Option<i32>,
    /// Which partition of how many.
    pub partition: String,
    /// False where it was done already, by this or another process.
    pub is_counted: bool,
    /// Rows by table, hosts and requests.
    pub counters: BTreeMap<String, i64>,
}

/// Fetches and reads a partition of a round.
pub fn crawl<'a>(
    tools: Tools<'a>,
    run_id: &'a RunId,
    of: PartitionOf,
    round: Option<i32>,
) -> BoxFuture<'a, anyhow::Result<PartitionOutcome>> {
    Box::pin(async move {
        let run = run_file::load(tools.store, run_id).await?;
        if run.partitions != Some(of.count) {
            let cut = run.partitions.map_or("in no partitions".to_owned(), |count| format!("in {count}"));
            let message = format!("run `{run_id}` is cut {cut}, not in {}", of.count);
            return Err(UsageError::new(
                message,
                "`deklaro plan --partitions N --month M` begins a shared run",
            )
            .into());
        }
        let outcome = |round, is_counted, counters| PartitionOutcome {
            run_id: run_id.clone(),
            round,
            partition: of.to_string(),
            is_counted,
            counters,
        };
        let round = match round {
            Some(round) => round,
            None => RoundPlan::last(tools.store, run_id).await?,
        };
        let plan = RoundPlan::find(tools.store, run_id, round).await?;
        if plan.is_none() && round <= run.max_rounds {
            return Err(NotPlanned { run: run_id.clone(), round }.into());
        }
        if plan.is_none_or(|plan| plan.partitions.is_empty()) {
            tools.progress.say(&format!("round {round} of run {run_id}: nothing to do"));
            return Ok(outcome(None, false, BTreeMap::new()));
        }
        if let Some(done) = Done::find(tools.store, run_id, round, of.index).await? {
            tools.progress.say(&format!("partition {of} of round {round} was done before"));
            return Ok(outcome(Some(round), false, done.counters));
        }
        let crawl = polite(tools.crawl, tools.store, &run, round, of).await?;
        let tools = Tools { crawl: &crawl, ..tools };
        // Processes of an earlier version take their leases by this name.
        let lease = RunLease::take_partition(tools, &run, &format!("round {round}, part {of}")).await?;
        let folder = partition_folder(run_id, round, of.index);
        let done = under_lease(tools, run, folder.clone(), lease, async |work| {
            // It may have ended while the lease was taken.
            if let Some(done) = Done::find(work.store, run_id, round, of.index).await? {
                return Ok((done, false));
            }
            fetch_and_read(work, round, of).await?;
            let done = ended(work, &folder, round, of).await?;
            let is_counted = done.write(work.store).await?;
            Ok((done, is_counted))
        });
        let (done, is_counted) = done.await?;
        if !is_counted {
            tools
                .progress
                .say(&format!("partition {of} of round {round} was done by another process meanwhile"));
        }
        Ok(outcome(Some(round), is_counted, done.counters))
    })
}

/// The crawl's settings for one of several workers. The workers share the requests an address may get at
/// once. A redirect may lead to a central host of another worker: its pause is as many times as long as there
/// are workers.
async fn polite(
    crawl: &CrawlConfig,
    store: &Store,
    run: &RunFile,
    round: i32,
    of: PartitionOf,
) -> anyhow::Result<CrawlConfig> {
    let mut crawl = crawl.clone();
    crawl.per_address = (crawl.per_address / of.count as usize).max(1);
    if crawl.gap.is_zero() {
        return Ok(crawl);
    }
    let area = crate::area::WorkArea::new(store, partition_folder(&run.run_id, round, of.index));
    let mut own: HashSet<HostKey> = HashSet::new();
    for path in area.files(&FrontierUrl::table()).await? {
        let rows =
            store.read_parquet_file(&FrontierUrl::table(), &path, &deklaro_schemas::Selection::all()).await?;
        let urls: Vec<FrontierUrl> = batch::all_rows(&rows)?;
        own.extend(urls.into_iter().map(|row| row.url.host()));
    }
    for (host, _) in central_hosts().filter(|(host, _)| !own.contains(host)) {
        let gap = crawl.hosts.get(&host).and_then(|policy| policy.gap).unwrap_or(crawl.gap);
        crawl.hosts.insert(host, HostPolicy { gap: Some(gap * of.count) });
    }
    Ok(crawl)
}

/// The same two steps a run takes, over the partition's own work area.
async fn fetch_and_read(work: &ActiveRun<'_>, round: i32, of: PartitionOf) -> anyhow::Result<()> {
    let chunks = dealt(&work.area).await?;
    work.progress.say(&format!("partition {of} of round {round}: {} hosts", chunks.host_count()));
    let is_begun = !work.area.files(&Fetch::table()).await?.is_empty();
    if is_begun || round > 1 {
        // Whom another process asked last is not known: every host gets its pause.
        tokio::time::sleep(work.crawl.gap).await;
    }
    let unreachable_since = unreachable_since(work).await?;
    let crawler = Crawler::new(CrawlConfig { unreachable_since, ..work.crawl.clone() })?;
    work.stage(&CRAWL, Some(round), fetch(work, &crawler, &chunks, round, of)).await?;
    work.stage(&DETECT, Some(round), detect(work, &chunks, PageBytes::Crawled { round })).await
}

async fn fetch(
    work: &ActiveRun<'_>,
    crawler: &Crawler,
    chunks: &Chunks,
    round: i32,
    of: PartitionOf,
) -> anyhow::Result<()> {
    if crawl_round(work, crawler, chunks, round).await? && !work.shutdown.token.is_cancelled() {
        return Ok(());
    }
    let partition = format!("partition {of} of round {round}");
    Err(PartitionStopped { run: work.run.run_id.clone(), partition, exit: work.shutdown.exit() }.into())
}

/// What is in the partition's folder, counted and hashed.
async fn ended(work: &ActiveRun<'_>, folder: &str, round: i32, of: PartitionOf) -> anyhow::Result<Done> {
    let mut done = Done {
        run_id: work.run.run_id.clone(),
        stage: CRAWL.name.to_owned(),
        round,
        partition: of.index,
        partitions: of.count,
        files: Vec::new(),
        counters: BTreeMap::new(),
        finished_at: now(),
    };
    for table in written() {
        let mut rows = 0;
        for path in work.area.files(&table).await? {
            debug_assert!(path.starts_with(folder), "`{path}` is in another folder");
            let file = file(work, &table, path).await?;
            rows += file.rows;
            done.files.push(file);
        }
        done.counters.insert(table.name.to_owned(), rows);
    }
    let hosts = dealt(&work.area).await?.host_count() as i64;
    done.counters.insert("hosts".to_owned(), hosts);
    Ok(done)
}

async fn file(work: &ActiveRun<'_>, table: &TableSpec, path: String) -> anyhow::Result<DoneFile> {
    let bytes = work.store.read(&path).await?;
    Ok(DoneFile {
        table: table.name.to_owned(),
        rows: parquet_file::row_count(table, bytes.clone())?,
        sha256: Sha256::of(&bytes),
        size_bytes: bytes.len() as u64,
        path,
    })
}

/// The tables a worker writes.
pub(super) fn written() -> [TableSpec; 5] {
    [Fetch::table(), Robots::table(), Body::table(), Reading::table(), Candidate::table()]
}
