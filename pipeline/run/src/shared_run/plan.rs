//! The planner of a shared run cuts each round into partitions, and merges them into one snapshot.

use super::folders::partition_folder;
use super::gather::next_round;
use super::record::RoundPlan;
use super::share::{Dealing, Load, Shares};
use super::under_lease::under_lease;
use crate::active_run::ActiveRun;
use crate::area::{WorkArea, WorkFile};
use crate::chunks::{Chunks, HOSTS_PER_CHUNK};
use crate::request::{RunOutcome, RunRequest};
use crate::run_lease::RunLease;
use crate::start::{fresh, is_over, previous, see_through};
use crate::tools::Tools;
use crate::{publish, run_file, steps};
use deklaro_console::UsageError;
use deklaro_record::{Announced, new_run_id, rehearsal};
use deklaro_schemas::codes::RunState;
use deklaro_schemas::stored::RunFile;
use deklaro_schemas::tables::{Fetch, FrontierUrl, Target};
use deklaro_schemas::{HostKey, PageUrl, Row, RunId, Selection, SnapshotId};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::collections::HashSet;

/// What was planned.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Planned {
    /// The run.
    pub run_id: RunId,
    /// The snapshot it will make.
    pub snapshot: SnapshotId,
    /// The round that was cut; nothing where there is nothing more to fetch, and the run can be committed.
    pub round: Option<i32>,
    /// What each partition has to do.
    pub partitions: Vec<Load>,
}

/// The lease of whoever cuts rounds and puts partitions together.
const PLANNING: &str = "plan";

/// Begins a run that several processes share, and cuts its first round; takes up one of the same month that was begun before.
pub fn begin(
    tools: Tools<'_>,
    request: RunRequest,
    partitions: u32,
) -> BoxFuture<'_, anyhow::Result<Planned>> {
    Box::pin(async move {
        rehearsal::settle(tools.store, tools.progress).await?;
        let begun =
            run_file::shared(tools.store).await?.into_iter().find(|run| is_same(run, &request, partitions));
        let (run, is_new) = match begun {
            Some(run) => (run, false),
            None => (new(tools, request, partitions).await?, true),
        };
        let lease = RunLease::take_partition(tools, &run, PLANNING).await?;
        if is_new {
            run_file::save(&run, tools.store).await?;
        }
        cut(tools, run, lease, Some(1)).await
    })
}

fn is_same(run: &RunFile, request: &RunRequest, partitions: u32) -> bool {
    !is_over(run)
        && run.month == request.month
        && run.countries == request.countries
        && run.lists == request.lists
        && run.partitions == Some(partitions)
}

async fn new(tools: Tools<'_>, request: RunRequest, partitions: u32) -> anyhow::Result<RunFile> {
    let run_id = new_run_id(request.month);
    let previous = previous(tools.store, request.month).await?;
    let snapshot = tools.store.claim_snapshot(request.month, &run_id).await?;
    let announced = Announced { run_id, snapshot };
    Ok(RunFile { partitions: Some(partitions), ..fresh(announced, previous, request) })
}

/// Puts the partitions of the last round together and cuts the next. A round that is named and cut already is told again.
pub fn next<'a>(
    tools: Tools<'a>,
    run_id: &'a RunId,
    round: Option<i32>,
) -> BoxFuture<'a, anyhow::Result<Planned>> {
    Box::pin(async move {
        let run = shared(tools.store, run_id).await?;
        let lease = RunLease::take_partition(tools, &run, PLANNING).await?;
        cut(tools, run, lease, round).await
    })
}

async fn shared(store: &Store, run_id: &RunId) -> anyhow::Result<RunFile> {
    let run = run_file::load(store, run_id).await?;
    if run.partitions.is_none() {
        let hint = format!("`deklaro run --resume {run_id}` goes on with it");
        return Err(UsageError::new(format!("run `{run_id}` is one process's"), hint).into());
    }
    Ok(run)
}

async fn cut(tools: Tools<'_>, run: RunFile, lease: RunLease, round: Option<i32>) -> anyhow::Result<Planned> {
    let area = run.work_folder();
    under_lease(tools, run, area, lease, async |work| {
        let told = |plan: Option<RoundPlan>| Planned {
            run_id: work.run.run_id.clone(),
            snapshot: work.run.snapshot.clone(),
            round: plan.as_ref().filter(|plan| !plan.partitions.is_empty()).map(|plan| plan.round),
            partitions: plan.map(|plan| plan.partitions).unwrap_or_default(),
        };
        if let Some(round) = round
            && let Some(plan) = RoundPlan::find(work.store, &work.run.run_id, round).await?
        {
            return Ok(told(Some(plan)));
        }
        let chunks = steps::hosts_to_visit(work).await?;
        let next = next_round(work, &chunks).await?;
        if let (Some(next), Some(round)) = (next, round)
            && next != round
        {
            let message = format!("round {round} cannot be cut, the next one is {next}");
            return Err(UsageError::new(message, "leave `--round` out").into());
        }
        match next {
            Some(round) => Ok(told(Some(share_out(work, &chunks, round).await?))),
            None => Ok(told(None)),
        }
    })
    .await
}

/// Merges the partitions of all rounds, checks, and publishes.
pub fn commit<'a>(
    tools: Tools<'a>,
    run_id: &'a RunId,
    coverage_reason: Option<String>,
) -> BoxFuture<'a, anyhow::Result<RunOutcome>> {
    Box::pin(async move {
        let mut run = shared(tools.store, run_id).await?;
        if is_over(&run) {
            return publish::finish(tools.store, &run).await;
        }
        rehearsal::settle(tools.store, tools.progress).await?;
        let lease = RunLease::take(tools, run_id, &run.countries).await?;
        run.coverage_reason = coverage_reason.or(run.coverage_reason);
        run.state = RunState::Running;
        see_through(tools, run, lease).await
    })
}

/// The partitions a first round over this frontier would be cut into.
pub fn shares_of(frontier: &[FrontierUrl], partitions: u32) -> Vec<Load> {
    let mut dealing = Dealing::default();
    for url in frontier {
        dealing.ask(url);
    }
    dealing.bind_central_hosts();
    dealing.deal(partitions).loads
}

/// Cuts a round: each partition gets targets and frontier of its hosts, in chunks of its own.
async fn share_out(work: &ActiveRun<'_>, chunks: &Chunks, round: i32) -> anyhow::Result<RoundPlan> {
    let partitions = work.run.partitions.unwrap_or(1);
    let dealt = dealt(work, chunks, round, partitions).await?;
    let mut shares: Vec<Share> =
        (0..partitions).map(|partition| Share::new(work, round, partition)).collect();
    for chunk in chunks.numbers() {
        let frontier: Vec<FrontierUrl> = work.area.rows_of(WorkFile { chunk, round, number: 0 }).await?;
        for row in frontier {
            if let Some(partition) = dealt.partition_of(&row.host_id) {
                shares[partition as usize].frontier.push(row);
            }
        }
        for target in work.area.rows::<Target>(chunk).await? {
            if let Some(partition) = dealt.partition_of(&target.host_id) {
                shares[partition as usize].targets.push(target);
            }
        }
        for share in &mut shares {
            share.write(round, HOSTS_PER_CHUNK).await?;
        }
    }
    for share in &mut shares {
        share.write(round, 1).await?;
    }
    let plan = RoundPlan { run_id: work.run.run_id.clone(), round, partitions: dealt.loads };
    Ok(plan.write(work.store).await?)
}

async fn dealt(work: &ActiveRun<'_>, chunks: &Chunks, round: i32, partitions: u32) -> anyhow::Result<Shares> {
    let mut dealing = Dealing::default();
    for chunk in chunks.numbers() {
        let frontier: Vec<FrontierUrl> = work.area.rows_of(WorkFile { chunk, round, number: 0 }).await?;
        for url in &frontier {
            dealing.ask(url);
        }
    }
    for (from, to) in redirects(work).await? {
        dealing.bind(from.registrable_domain(), to.registrable_domain());
    }
    dealing.bind_central_hosts();
    Ok(dealing.deal(partitions))
}

/// Pairs of sites: where last month's requests began, and the other site where they ended.
async fn redirects(work: &ActiveRun<'_>) -> anyhow::Result<Vec<(HostKey, HostKey)>> {
    let Some(previous) = &work.run.previous else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for rows in
        work.store.read_table(&Fetch::table(), previous, &Selection::columns(&["url", "final_url"])).await?
    {
        let [from, to] = ["url", "final_url"].map(|name| crate::select::all_texts(&rows, name));
        for (from, to) in from?.iter().zip(to?.iter()) {
            let (Some(from), Some(to)) = (from, to) else { continue };
            if from == to {
                continue;
            }
            let (from, to) = (PageUrl::parse(from)?.host(), PageUrl::parse(to)?.host());
            if from.registrable_domain() != to.registrable_domain() {
                found.push((from, to));
            }
        }
    }
    Ok(found)
}

/// A partition's share of the hosts: what its worker starts from, on its way into the partition's folder.
struct Share {
    area: WorkArea,
    targets: Vec<Target>,
    frontier: Vec<FrontierUrl>,
    chunk: u32,
}

impl Share {
    fn new(work: &ActiveRun<'_>, round: i32, partition: u32) -> Self {
        let area = WorkArea::new(work.store, partition_folder(&work.run.run_id, round, partition));
        Self { area, targets: Vec::new(), frontier: Vec::new(), chunk: 0 }
    }

    /// Writes chunks while at least so many hosts wait.
    async fn write(&mut self, round: i32, at_least: usize) -> anyhow::Result<()> {
        while self.targets.len() >= at_least {
            let later = self.targets.split_off(HOSTS_PER_CHUNK.min(self.targets.len()));
            let targets = std::mem::replace(&mut self.targets, later);
            let hosts: HashSet<_> = targets.iter().map(|target| &target.host_id).collect();
            let (frontier, later) =
                std::mem::take(&mut self.frontier).into_iter().partition(|row| hosts.contains(&row.host_id));
            self.frontier = later;
            let chunk = self.chunk;
            self.area.write_rows::<FrontierUrl>(WorkFile { chunk, round, number: 0 }, &frontier).await?;
            self.area.write_rows(WorkFile { chunk, round: 0, number: 0 }, &targets).await?;
            self.chunk += 1;
        }
        Ok(())
    }
}
