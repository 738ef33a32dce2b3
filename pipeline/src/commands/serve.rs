//! `deklaro serve` and `deklaro worker`: the service, and who does its runs.

use super::run::lists;
use crate::cli::{self, ServeArgs, WorkerCommand};
use crate::config::{Config, with_web};
use crate::context::Context;
use crate::readers::{papers, workbooks};
use deklaro_console::{Exit, Progress, Shutdown};
use deklaro_crawl::{CrawlConfig, Crawler};
use deklaro_record::Answer;
use deklaro_record::timestamp::TimeAuthority;
use deklaro_report::Publication;
use deklaro_run::{DuckTables, RunRequest, Tools, descriptors};
use deklaro_schemas::stored::Lists;
use deklaro_service::{
    IsWanted, Ran, Runner, Service, ServiceSettings, ToRun, Worker, WorkerTools, answer_probes,
};
use deklaro_store::Store;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// `deklaro serve`: the record over HTTP and, unless told otherwise, a worker in the same process.
pub(crate) async fn serve(context: &Context, asked: &ServeArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let settings = ServiceSettings::resolve(Some(&asked.into()), &config.serve)?;
    let settings = settings.fitted(!asked.no_worker, progress);
    let told = (progress, shutdown);
    let work = if asked.no_worker { None } else { Some(tools(store, config, &asked.tools, told)?) };
    let service = Service::open(store, &settings, (&config.gate, Arc::new(DuckTables)), shutdown).await?;
    let listening = service.begin(&settings, progress).await?;
    shutdown.before_exit(deklaro_watch::end);
    shutdown.end_within(settings.deadline);
    match work {
        Some(work) => {
            let worker = Worker::new(store, work, &settings, (progress, shutdown), service.wake());
            worker.run(false).await?;
        }
        None => shutdown.token.cancelled().await,
    }
    ended(shutdown, progress, Some(listening)).await
}

/// `deklaro worker`: takes what is queued.
pub(crate) async fn worker(context: &Context, asked: &WorkerCommand) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let settings = ServiceSettings::resolve(None, &config.serve)?;
    let work = tools(store, config, &asked.tools, (progress, shutdown))?;
    let listening = match asked.listen {
        Some(address) => Some(answer_probes(address, shutdown, progress).await?),
        None => None,
    };
    shutdown.before_exit(deklaro_watch::end);
    shutdown.end_within(settings.deadline);
    let worker = Worker::new(store, work, &settings, (progress, shutdown), Arc::new(Notify::new()));
    worker.run(asked.until_empty).await?;
    // Nothing left to do is a reason to end, too: the probes need not wait for a signal.
    let listening = listening.filter(|_| shutdown.token.is_cancelled());
    ended(shutdown, progress, listening).await
}

/// Ends what the last job leaves: requests in flight, and measurements not yet sent.
async fn ended(
    shutdown: &Shutdown,
    progress: &Progress,
    listening: Option<JoinHandle<()>>,
) -> anyhow::Result<Exit> {
    if let Some(listening) = listening {
        listening.await?;
    }
    shutdown.flush();
    progress.say("stopped: nothing is left open");
    Ok(Exit::Done)
}

/// Does a worker's runs, with DuckDB and Polars.
struct MonthRunner {
    store: Store,
    crawl: CrawlConfig,
    lists: Lists,
    max_rounds: i32,
    glossary: Option<PathBuf>,
    publication: Publication,
    progress: Progress,
    shutdown: Shutdown,
}

impl Runner for MonthRunner {
    fn take_up<'a>(&'a self, run: ToRun, is_wanted: IsWanted<'a>) -> Answer<'a, Option<Ran>> {
        Box::pin(async move {
            let request = RunRequest {
                month: run.month,
                countries: run.countries,
                lists: self.lists.clone(),
                max_rounds: self.max_rounds,
                coverage_reason: None,
                glossary: self.glossary.clone(),
            };
            let tools = Tools {
                store: &self.store,
                crawl: &self.crawl,
                workbooks: workbooks(),
                papers: papers(),
                progress: &self.progress,
                shutdown: &self.shutdown,
                publication: &self.publication,
                held_by: run.held_by.as_deref(),
            };
            let outcome =
                deklaro_run::take_up(tools, run.announced, request, async || is_wanted().await).await?;
            Ok(outcome.map(|outcome| Ran { snapshot: outcome.snapshot, is_held: outcome.is_held }))
        })
    }
}

fn tools(
    store: &Store,
    config: &Config,
    asked: &cli::WorkerToolsArgs,
    (progress, shutdown): (&Progress, &Shutdown),
) -> anyhow::Result<WorkerTools> {
    let (crawl, told) = descriptors::fitted(with_web(config.crawl.clone(), &asked.web)?)?;
    if let Some(told) = told {
        progress.say(&told);
    }
    // Settings that cannot work are found now, not when the first run is due.
    Crawler::new(crawl.clone())?;
    let runner = MonthRunner {
        store: store.clone(),
        crawl,
        lists: lists(asked.sources.as_ref().or(config.sources.as_ref()))?,
        max_rounds: config.max_rounds,
        glossary: asked.terms.path()?,
        publication: config.publication.clone(),
        progress: progress.clone(),
        shutdown: shutdown.clone(),
    };
    Ok(WorkerTools {
        runner: Box::new(runner),
        gate: config.gate.clone(),
        operator: config.operator.clone(),
        authority: TimeAuthority::of(&config.timestamp, &(&asked.tsa).into())?,
    })
}
