//! How a run is started, taken up, resumed, and seen through under its lease.

use crate::active_run::ActiveRun;
use crate::request::{RunOutcome, RunRequest};
use crate::run_lease::RunLease;
use crate::steps::steps;
use crate::tools::Tools;
use crate::{publish, run_file};
use deklaro_console::{UsageError, now};
use deklaro_crawl::Crawler;
use deklaro_record::{Announced, new_run_id, rehearsal};
use deklaro_schemas::codes::RunState;
use deklaro_schemas::stored::{RunFile, STAGING_FORMAT};
use deklaro_schemas::{RunId, RunMonth, SnapshotId};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use tracing::Instrument;

/// Starts a run and sees it through.
pub fn start(tools: Tools<'_>, request: RunRequest) -> BoxFuture<'_, anyhow::Result<RunOutcome>> {
    Box::pin(async move {
        // Settings that cannot work are found before anything is claimed.
        Crawler::new(tools.crawl.clone())?;
        rehearsal::settle(tools.store, tools.progress).await?;
        let run_id = new_run_id(request.month);
        let previous = previous(tools.store, request.month).await?;
        let lease = RunLease::take(tools, &run_id, &request.countries).await?;
        let snapshot = tools.store.claim_snapshot(request.month, &run_id).await?;
        see_through(tools, fresh(Announced { run_id, snapshot }, previous, request), lease).await
    })
}

/// Sees an announced run through: goes on where a process of this machine left it, else from the start. `is_wanted` is asked
/// once its countries are held; nothing comes back where it is not wanted any more.
pub async fn take_up(
    tools: Tools<'_>,
    announced: Announced,
    request: RunRequest,
    is_wanted: impl AsyncFnOnce() -> anyhow::Result<bool>,
) -> anyhow::Result<Option<RunOutcome>> {
    let lease = RunLease::take(tools, &announced.run_id, &request.countries).await?;
    let prepared = async {
        if !is_wanted().await? {
            return Ok(None);
        }
        Crawler::new(tools.crawl.clone())?;
        rehearsal::settle(tools.store, tools.progress).await?;
        if !run_file::is_there(tools.store, &announced.run_id).await? {
            let previous = previous(tools.store, request.month).await?;
            return Ok(Some(fresh(unused(tools.store, announced).await?, previous, request)));
        }
        // Whom the stopped process asked last is not known: every host gets its pause.
        tokio::time::sleep(tools.crawl.gap).await;
        run_file::load(tools.store, &announced.run_id).await.map(Some)
    };
    match prepared.await {
        Ok(Some(run)) if is_over(&run) => {
            lease.release().await;
            publish::finish(tools.store, &run).await.map(Some)
        }
        Ok(Some(run)) => {
            see_through(tools, RunFile { state: RunState::Running, ..run }, lease).await.map(Some)
        }
        unwanted => {
            lease.release().await;
            unwanted.map(|_| None)
        }
    }
}

/// The snapshot a run of this month is compared with; an error where a later month is current already.
pub(crate) async fn previous(store: &Store, month: RunMonth) -> anyhow::Result<Option<SnapshotId>> {
    let previous = match store.current().await {
        Ok(snapshot) => Some(snapshot),
        Err(StoreError::Empty) => None,
        Err(error) => return Err(error.into()),
    };
    match previous.as_ref().filter(|snapshot| snapshot.month() > month) {
        Some(later) => {
            let message = format!("month `{month}` lies before the current snapshot `{later}`");
            let hint = "run that month or a later one; earlier snapshots never change";
            Err(UsageError::new(message, hint).into())
        }
        None => Ok(previous),
    }
}

/// The announced snapshot, or one with a new number. A number is used up when another machine stopped while
/// it published: published files never change.
async fn unused(store: &Store, announced: Announced) -> Result<Announced, StoreError> {
    if !store.is_begun(&announced.snapshot).await? {
        return Ok(announced);
    }
    let snapshot = store.claim_snapshot(announced.snapshot.month(), &announced.run_id).await?;
    Ok(Announced { snapshot, ..announced })
}

pub(crate) fn fresh(
    Announced { run_id, snapshot }: Announced,
    previous: Option<SnapshotId>,
    request: RunRequest,
) -> RunFile {
    RunFile {
        format: STAGING_FORMAT,
        snapshot,
        base: previous.clone(),
        run_id,
        month: request.month,
        previous,
        countries: request.countries,
        lists: request.lists,
        max_rounds: request.max_rounds,
        coverage_reason: request.coverage_reason,
        redetect: None,
        glossary: request.glossary,
        partitions: None,
        state: RunState::Running,
        started_at: now(),
        finished_at: None,
    }
}

/// Goes on with a run that was stopped, killed, or not published because its coverage fell and nobody had said why.
pub fn resume<'a>(
    tools: Tools<'a>,
    run_id: &'a RunId,
    coverage_reason: Option<String>,
) -> BoxFuture<'a, anyhow::Result<RunOutcome>> {
    Box::pin(async move {
        let mut run = run_file::load(tools.store, run_id).await?;
        if is_over(&run) {
            return publish::finish(tools.store, &run).await;
        }
        if run.partitions.is_some() {
            let hint = format!(
                "`deklaro plan --run {run_id}`, `deklaro exec crawl --run {run_id}` and `deklaro commit --run {run_id}` go on with it"
            );
            return Err(
                UsageError::new(format!("run `{run_id}` is shared by several processes"), hint).into()
            );
        }
        rehearsal::settle(tools.store, tools.progress).await?;
        let lease = RunLease::take(tools, run_id, &run.countries).await?;
        run.coverage_reason = coverage_reason.or(run.coverage_reason);
        // Whom the killed process asked last is not known: every host gets its pause.
        tokio::time::sleep(tools.crawl.gap).await;
        run.state = RunState::Running;
        see_through(tools, run, lease).await
    })
}

/// True for a run of which only its staging is left.
pub(crate) fn is_over(run: &RunFile) -> bool {
    matches!(run.state, RunState::Published | RunState::Held)
}

pub(crate) fn see_through(
    tools: Tools<'_>,
    run: RunFile,
    lease: RunLease,
) -> BoxFuture<'_, anyhow::Result<RunOutcome>> {
    Box::pin(async move {
        let outcome = tokio::select! {
            outcome = work_on(tools, run, &lease) => outcome,
            // Another process has the run or its countries now: this one must not write any more.
            lost = lease.lost() => Err(lost.into()),
        };
        lease.release().await;
        outcome
    })
}

async fn work_on(tools: Tools<'_>, run: RunFile, lease: &RunLease) -> anyhow::Result<RunOutcome> {
    let Tools { store, progress, .. } = tools;
    run_file::save(&run, store).await?;
    progress.say(&format!("run {} for {} makes snapshot {}", run.run_id, run.month, run.snapshot));
    let area = run.work_folder();
    let (mut work, span) = ActiveRun::begin(tools, run, area, lease)?;
    let result = Box::pin(steps(&mut work)).instrument(span.clone()).await;
    let state = state_of(&result);
    deklaro_watch::ended(&span, state.as_str(), result.as_ref().err());
    metrics::counter!("deklaro_runs_total", "outcome" => state.as_str()).increment(1);
    match result {
        Ok(outcome) => Ok(outcome),
        Err(error) => {
            let is_stop = state == RunState::Interrupted;
            work.run.state = state;
            deklaro_watch::write_spans(&work.watch, store, &work.run.home()).await;
            // The error is what matters; a store that cannot be written (full disk) says so in it.
            if let Err(second) = run_file::save(&work.run, store).await {
                tracing::warn!(run_id = %work.run.run_id, error = %second, "run state not saved");
            }
            if !is_stop {
                progress.say(&format!("run {} can be resumed once the cause is gone", work.run.run_id));
            }
            Err(error)
        }
    }
}

/// How a run ended.
pub fn state_of(result: &anyhow::Result<RunOutcome>) -> RunState {
    match result {
        Ok(outcome) if outcome.is_held => RunState::Held,
        Ok(_) => RunState::Published,
        Err(error) if error.is::<deklaro_console::Stopped>() => RunState::Interrupted,
        Err(_) => RunState::Failed,
    }
}
