//! A month's work: import → targets → rounds of crawl and detect → verdicts → diff → publish.
//!
//! Hosts are dealt out to chunks of [`chunks::HOSTS_PER_CHUNK`] in table order. All chunks of a round are crawled as one stream;
//! everything after the crawl happens chunk by chunk, so that memory does not grow with the number of hosts. Each step leaves
//! whole files in staging and is passed over when they are there: that is all a resume does.

pub mod area;
mod artifact;
mod assemble;
mod carry;
pub mod chunks;
mod crawl_round;
mod documents;
pub mod ending;
mod held;
pub mod import;
pub mod kept;
pub mod list_report;
pub mod lists;
mod meta;
pub mod parts;
mod publish;
pub mod redetect;
pub mod rehearsal;
mod reports;
pub mod reread;
mod rounds;
mod select;
mod silence;
mod state;
mod targets;
mod verdicts;
pub(crate) mod watched;

pub(crate) use artifact::ArtifactRows;
pub use held::{is_gone, owner};
pub use publish::read_summary;
pub(crate) use rounds::probes_of;
pub use select::filter_text;
pub use state::{RunFile, STAGING_FORMAT};

use crate::config::Config;
use crate::telemetry::{self, StageOf, Watch, stage};
use crate::timestamp::Stamped;
use area::WorkArea;
use deklaro_console::{Progress, Shutdown, UsageError, now};
use deklaro_crawl::{CrawlConfig, Crawler};
use deklaro_detect::Glossary;
use deklaro_judge::Summary;
use deklaro_report::Publication;
use deklaro_schemas::codes::RunState;
use deklaro_schemas::{CountryCode, Row, RunId, RunMonth, SnapshotId, batch};
use deklaro_store::{Store, StoreError};
use held::Held;
use std::path::PathBuf;
use tracing::Instrument;

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The month.
    pub month: RunMonth,
    /// Only these countries; empty for all on the lists.
    pub countries: Vec<CountryCode>,
    /// Where the lists come from.
    pub lists: Lists,
    /// Rounds at most.
    pub max_rounds: i32,
    /// Why coverage may fall.
    pub coverage_reason: Option<String>,
    /// A glossary of the user's own beside the shipped one.
    pub glossary: Option<PathBuf>,
}

/// Where the lists of a run come from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lists {
    /// A `sources.toml` or `sources.csv`.
    File(PathBuf),
    /// What `deklaro import` took into the store.
    Store,
}

/// What a run came to.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RunOutcome {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The run.
    pub run_id: RunId,
    /// Folder of the snapshot, in a bucket its URL.
    pub folder: String,
    /// Folder of the country artifacts.
    pub artifacts: String,
    /// The report page.
    pub report: String,
    /// healthy, degraded or critical.
    pub health: String,
    /// True for a snapshot that is complete and not current before `deklaro release publish`.
    pub is_held: bool,
    /// Its key figures.
    pub summary: Summary,
    /// Its time stamp, where an authority was asked and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Stamped>,
}

/// A run under way: everything its steps need.
pub(crate) struct Work<'a> {
    pub(crate) store: &'a Store,
    pub(crate) area: WorkArea,
    pub(crate) crawl: &'a CrawlConfig,
    pub(crate) progress: &'a Progress,
    pub(crate) shutdown: &'a Shutdown,
    pub(crate) run: RunFile,
    /// Who publishes the report's pages.
    pub(crate) publication: &'a Publication,
    /// Who runs it, where its snapshot waits for the gate.
    pub(crate) held_by: Option<&'a str>,
    held: &'a Held,
    /// The spans of this run.
    pub(crate) watch: Watch,
    /// The glossary with the user's own terms; the shipped one where he has none.
    own_glossary: Option<Glossary>,
}

/// What a run is done with, whichever run it is.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// Where everything is kept.
    pub store: &'a Store,
    /// How to crawl.
    pub crawl: &'a CrawlConfig,
    /// What people see.
    pub progress: &'a Progress,
    /// Who may stop it.
    pub shutdown: &'a Shutdown,
    /// Who publishes the report's pages.
    pub publication: &'a Publication,
    /// Who runs it, where its snapshot waits for the gate instead of becoming current.
    pub held_by: Option<&'a str>,
}

impl<'a> Tools<'a> {
    /// As the configuration has them; the crawl is apart, commands set it up.
    pub fn of(
        store: &'a Store,
        config: &'a Config,
        crawl: &'a CrawlConfig,
        (progress, shutdown): (&'a Progress, &'a Shutdown),
    ) -> Self {
        let (publication, held_by) = (&config.publication, config.held_by());
        Self { store, crawl, progress, shutdown, publication, held_by }
    }
}

/// Starts a run and sees it through.
pub async fn start(tools: Tools<'_>, request: RunRequest) -> anyhow::Result<RunOutcome> {
    // Settings that cannot work are found before anything is claimed.
    Crawler::new(tools.crawl.clone())?;
    rehearsal::settle(tools.store, tools.progress).await?;
    let run_id = new_run_id(request.month);
    let previous = previous(tools.store, request.month).await?;
    let held = Held::take(tools, &run_id, &request.countries).await?;
    let snapshot = tools.store.claim_snapshot(request.month, &run_id).await?;
    see_through(tools, fresh(Announced { run_id, snapshot }, previous, request), held).await
}

/// A run that has its names before it begins.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The run.
    pub run_id: RunId,
    /// The snapshot whose number it took.
    pub snapshot: SnapshotId,
}

/// Names a run that somebody will take up later: its snapshot's number is given to nobody else.
pub async fn announce(store: &Store, month: RunMonth) -> Result<Announced, StoreError> {
    let run_id = new_run_id(month);
    let snapshot = store.claim_snapshot(month, &run_id).await?;
    Ok(Announced { run_id, snapshot })
}

/// Sees an announced run through: goes on where a process of this machine left it, else from the start. `is_wanted` is asked
/// once its countries are held; nothing comes back where it is not wanted any more.
pub async fn take_up(
    tools: Tools<'_>,
    announced: Announced,
    request: RunRequest,
    is_wanted: impl AsyncFnOnce() -> anyhow::Result<bool>,
) -> anyhow::Result<Option<RunOutcome>> {
    let held = Held::take(tools, &announced.run_id, &request.countries).await?;
    let prepared = async {
        if !is_wanted().await? {
            return Ok(None);
        }
        Crawler::new(tools.crawl.clone())?;
        rehearsal::settle(tools.store, tools.progress).await?;
        if !RunFile::is_there(tools.store, &announced.run_id).await? {
            let previous = previous(tools.store, request.month).await?;
            return Ok(Some(fresh(unused(tools.store, announced).await?, previous, request)));
        }
        // Whom the stopped process asked last is not known: every host gets its pause.
        tokio::time::sleep(tools.crawl.gap).await;
        RunFile::load(tools.store, &announced.run_id).await.map(Some)
    };
    match prepared.await {
        Ok(Some(run)) if is_over(&run) => {
            held.release().await;
            publish::finish(tools.store, &run).await.map(Some)
        }
        Ok(Some(run)) => {
            see_through(tools, RunFile { state: RunState::Running, ..run }, held).await.map(Some)
        }
        unwanted => {
            held.release().await;
            unwanted.map(|_| None)
        }
    }
}

fn new_run_id(month: RunMonth) -> RunId {
    RunId::new(month, uuid::Uuid::new_v4().as_fields().0)
}

/// The snapshot a run of this month is compared with; an error where a later month is current already.
async fn previous(store: &Store, month: RunMonth) -> anyhow::Result<Option<SnapshotId>> {
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

/// What was announced or, where another machine was stopped in the middle of publishing it, with a number of its own: the
/// staging is there, and what was published of it never changes.
async fn unused(store: &Store, announced: Announced) -> Result<Announced, StoreError> {
    if !store.is_begun(&announced.snapshot).await? {
        return Ok(announced);
    }
    let snapshot = store.claim_snapshot(announced.snapshot.month(), &announced.run_id).await?;
    Ok(Announced { snapshot, ..announced })
}

fn fresh(
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
pub async fn resume(
    tools: Tools<'_>,
    run_id: &RunId,
    coverage_reason: Option<String>,
) -> anyhow::Result<RunOutcome> {
    let mut run = RunFile::load(tools.store, run_id).await?;
    if is_over(&run) {
        return publish::finish(tools.store, &run).await;
    }
    if run.partitions.is_some() {
        let hint = format!(
            "`deklaro plan --run {run_id}`, `deklaro exec crawl --run {run_id}` and `deklaro commit --run {run_id}` go on with it"
        );
        return Err(UsageError::new(format!("run `{run_id}` is shared by several processes"), hint).into());
    }
    rehearsal::settle(tools.store, tools.progress).await?;
    let held = Held::take(tools, run_id, &run.countries).await?;
    run.coverage_reason = coverage_reason.or(run.coverage_reason);
    // Whom the killed process asked last is not known: every host gets its pause.
    tokio::time::sleep(tools.crawl.gap).await;
    run.state = RunState::Running;
    see_through(tools, run, held).await
}

/// True for a run of which only its staging is left.
fn is_over(run: &RunFile) -> bool {
    matches!(run.state, RunState::Published | RunState::Held)
}

async fn see_through(tools: Tools<'_>, run: RunFile, held: Held) -> anyhow::Result<RunOutcome> {
    let outcome = tokio::select! {
        outcome = work_on(tools, run, &held) => outcome,
        // Another process has the run or its countries now: this one must not write any more.
        lost = held.lost() => Err(lost.into()),
    };
    held.release().await;
    outcome
}

async fn work_on(tools: Tools<'_>, run: RunFile, held: &Held) -> anyhow::Result<RunOutcome> {
    let Tools { store, crawl, progress, shutdown, publication, held_by } = tools;
    run.save(store).await?;
    progress.say(&format!("run {} for {} makes snapshot {}", run.run_id, run.month, run.snapshot));
    let area = WorkArea::new(store, format!("{}/work", run.home()));
    let own_glossary = run.glossary.as_deref().map(own_glossary).transpose()?;
    let span = run_span(&run);
    let watch = watch(&run, &span);
    let mut work =
        Work { store, area, crawl, progress, shutdown, run, publication, held_by, held, watch, own_glossary };
    let result = Box::pin(steps(&mut work)).instrument(span.clone()).await;
    let state = state_of(&result);
    telemetry::ended(&span, state.as_str(), result.as_ref().err());
    metrics::counter!("deklaro_runs_total", "outcome" => state.as_str()).increment(1);
    match result {
        Ok(outcome) => Ok(outcome),
        Err(error) => {
            let is_stop = state == RunState::Interrupted;
            work.run.state = state;
            telemetry::write_spans(&work.watch, store, &work.run.home()).await;
            // The error is what matters; a store that cannot be written (full disk) says so in it.
            if let Err(second) = work.run.save(store).await {
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
pub(crate) fn state_of(result: &anyhow::Result<RunOutcome>) -> RunState {
    match result {
        Ok(outcome) if outcome.is_held => RunState::Held,
        Ok(_) => RunState::Published,
        Err(error) if error.is::<deklaro_console::Stopped>() => RunState::Interrupted,
        Err(_) => RunState::Failed,
    }
}

fn run_span(run: &RunFile) -> tracing::Span {
    tracing::info_span!(
        "run",
        run_id = %run.run_id,
        snapshot = %run.snapshot,
        outcome = tracing::field::Empty,
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty
    )
}

/// Keeps the spans of the run, whatever job or request it belongs to.
fn watch(run: &RunFile, span: &tracing::Span) -> Watch {
    let named = [("run_id", run.run_id.to_string()), ("snapshot", run.snapshot.to_string())];
    Watch::of(span, &named).under(&tracing::Span::current())
}

/// The steps in order.
async fn steps(work: &mut Work<'_>) -> anyhow::Result<RunOutcome> {
    if let Some(outcome) = publish::committed(work).await? {
        return Ok(outcome);
    }
    let chunks = work.stage("targets", None, Box::pin(targets::targets(work))).await?;
    if let Some(from) = work.run.redetect.clone() {
        let again = async {
            redetect::take_over_fetches(work, &from, &chunks).await?;
            redetect::detect(work, &from, &chunks).await
        };
        work.stage("detect", None, again).await?;
    } else if work.run.partitions.is_some() {
        parts::gathered(work, &chunks).await?;
    } else {
        rounds::rounds(work, &chunks).await?;
    }
    work.stage("verdicts", None, verdicts::verdicts(work, &chunks)).await?;
    publish::publish(work, &chunks).await
}

impl Work<'_> {
    /// Does a stage's work in a span of its own; what ended by then is kept with the run.
    pub(crate) fn stage<T>(
        &self,
        name: &'static str,
        round: Option<i32>,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> impl Future<Output = anyhow::Result<T>> {
        // A stage's future is large; all stages in one would not fit a thread's stack.
        let work = Box::pin(work);
        async move {
            let result = stage(name, StageOf { round, country: None }, work).await;
            telemetry::write_spans(&self.watch, self.store, &self.run.home()).await;
            result
        }
    }

    /// True when the run is about this country. Rows without one belong to every run.
    pub(crate) fn is_run(&self, country: Option<&str>) -> bool {
        let named = |country: &str| self.run.countries.iter().any(|run| run.as_str() == country);
        self.run.countries.is_empty() || country.is_none_or(named)
    }

    /// The terms pages are read with.
    pub(crate) fn glossary(&self) -> &Glossary {
        self.own_glossary.as_ref().unwrap_or_else(|| Glossary::builtin())
    }

    /// Key-value metadata of every Parquet file of the run.
    pub(crate) fn footer(&self) -> [(String, String); 2] {
        [
            ("snapshot".to_owned(), self.run.snapshot.to_string()),
            ("run_id".to_owned(), self.run.run_id.to_string()),
        ]
    }
}

/// The shipped glossary with a file of the user's own; what is wrong in it is named with its line.
pub fn own_glossary(file: &std::path::Path) -> anyhow::Result<Glossary> {
    let content = std::fs::read_to_string(file)
        .map_err(|source| deklaro_console::BadFile { path: file.to_owned(), source })?;
    Glossary::with_own(&file.display().to_string(), &content).map_err(|error| {
        let hint =
            "six columns parted by tabs: language, term_key, term, kind, sure, source; see data/glossary";
        UsageError::new(error.to_string(), hint).into()
    })
}

/// The rows of a table as one vector.
pub(crate) fn rows<R: Row>(batches: &[arrow::array::RecordBatch]) -> anyhow::Result<Vec<R>> {
    Ok(batch::all_rows(batches)?)
}
