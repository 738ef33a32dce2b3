use super::run::lists;
use crate::cli::{Serve, WorkerCommand, WorkerTools};
use crate::config::{Config, with_web};
use crate::service::{Service, Settings, Work, Worker, answer_probes};
use crate::timestamp::Authority;
use crate::{descriptors, telemetry};
use deklaro_console::{Exit, Progress, Shutdown};
use deklaro_crawl::Crawler;
use deklaro_store::Store;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// `deklaro serve`: the record over HTTP and, unless told otherwise, a worker in the same process.
pub(crate) async fn serve(
    store: &Store,
    config: &Config,
    asked: &Serve,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    let settings = Settings::resolve(Some(asked), &config.serve)?;
    let work = if asked.no_worker { None } else { Some(work(config, &asked.tools, progress)?) };
    let service = Service::open(store, &settings, &config.gate, shutdown).await?;
    let listening = service.begin(&settings, progress).await?;
    shutdown.before_exit(telemetry::end);
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
pub(crate) async fn worker(
    store: &Store,
    config: &Config,
    asked: &WorkerCommand,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    let settings = Settings::resolve(None, &config.serve)?;
    let work = work(config, &asked.tools, progress)?;
    let listening = match asked.listen {
        Some(address) => Some(answer_probes(address, shutdown, progress).await?),
        None => None,
    };
    shutdown.before_exit(telemetry::end);
    shutdown.end_within(settings.deadline);
    let worker = Worker::new(store, work, &settings, (progress, shutdown), Arc::new(Notify::new()));
    worker.run(asked.until_empty).await?;
    // Nothing left to do is a reason to end, too: the probes need not wait for a signal.
    let listening = listening.filter(|_| shutdown.token.is_cancelled());
    ended(shutdown, progress, listening).await
}

/// What is left after the last job: requests in flight, and what was measured.
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

fn work(config: &Config, tools: &WorkerTools, progress: &Progress) -> anyhow::Result<Work> {
    let (crawl, told) = descriptors::fitted(with_web(config.crawl.clone(), &tools.web)?)?;
    if let Some(told) = told {
        progress.say(&told);
    }
    // Settings that cannot work are found now, not when the first run is due.
    Crawler::new(crawl.clone())?;
    Ok(Work {
        crawl,
        lists: lists(tools.sources.as_ref().or(config.sources.as_ref()))?,
        max_rounds: config.max_rounds,
        glossary: tools.terms.path()?,
        publication: config.publication.clone(),
        gate: config.gate.clone(),
        operator: config.operator.clone(),
        authority: Authority::of(&config.timestamp, &tools.tsa)?,
    })
}
