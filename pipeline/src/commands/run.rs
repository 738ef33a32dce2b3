//! `deklaro run` starts or resumes a month's run, and prints how it ended.

use crate::cli::RunArgs;
use crate::config::{Config, with_web};
use crate::context::Context;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::not_ahead;
use deklaro_record::timestamp::{self, TimeAuthority};
use deklaro_run::{self, RunOutcome, RunRequest, Tools, descriptors};
use deklaro_schemas::RunMonth;
use deklaro_schemas::stored::{Lists, Manifest};
use deklaro_store::Store;

/// `deklaro run`
pub(crate) async fn run(context: &Context, run: &RunArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let (crawl, told) = descriptors::fitted(with_web(config.crawl.clone(), &run.web)?)?;
    if let Some(told) = told {
        progress.say(&told);
    }
    let authority = TimeAuthority::of(&config.timestamp, &(&run.tsa).into())?;
    let tools = config.tools(store, &crawl, (progress, shutdown));
    let result = begun(tools, config, run).await;
    deklaro_watch::batch_ended(deklaro_run::state_of(&result));
    let published = match &result {
        // One that waits for the gate is not current.
        Ok(outcome) if !outcome.is_held => metrics_of(store, outcome).await,
        _ => None,
    };
    deklaro_watch::push(&config.telemetry, published.as_deref()).await;
    let mut outcome = result?;
    outcome.timestamp = timestamp::after(store, authority.as_ref(), &outcome.snapshot, progress).await;
    if run.output.json {
        output::json(&outcome)?;
    } else {
        output::text(&shown(&outcome))?;
    }
    Ok(Exit::Done)
}

/// What the snapshot keeps of its own metrics; nothing where it cannot be read.
async fn metrics_of(store: &Store, outcome: &RunOutcome) -> Option<String> {
    let bytes = store.read(&Manifest::report_path(&outcome.snapshot, "metrics.prom")).await.ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

async fn begun(tools: Tools<'_>, config: &Config, run: &RunArgs) -> anyhow::Result<RunOutcome> {
    if run.wait_lease {
        deklaro_run::wait_for_lease(tools, run.resume.as_ref(), &run.country).await?;
    }
    match (&run.resume, run.month) {
        (Some(run_id), _) => deklaro_run::resume(tools, run_id, run.coverage_reason.clone()).await,
        (None, Some(month)) => {
            begin(month, run.future)?;
            let lists = lists(run.sources.as_ref().or(config.sources.as_ref()))?;
            let request = RunRequest {
                month,
                countries: run.country.clone(),
                lists,
                max_rounds: config.max_rounds,
                coverage_reason: run.coverage_reason.clone(),
                glossary: run.terms.path()?,
            };
            deklaro_run::start(tools, request).await
        }
        (None, None) => Err(UsageError::new("no month given", "`--month 2026-11`").into()),
    }
}

/// Refuses a month beyond the next one, unless that is meant.
pub(super) fn begin(month: RunMonth, is_future_meant: bool) -> Result<(), UsageError> {
    if is_future_meant { Ok(()) } else { not_ahead(month) }
}

/// Where the lists come from; a path is kept absolute, as a resume may start in another folder.
pub(super) fn lists(sources: Option<&std::path::PathBuf>) -> anyhow::Result<Lists> {
    let Some(path) = sources else { return Ok(Lists::Store) };
    let absolute = path.canonicalize().map_err(|error| {
        UsageError::new(format!("`{}`: {error}", path.display()), "expected a sources.toml or sources.csv")
    })?;
    Ok(Lists::File(absolute))
}

/// A run for people.
pub(super) fn shown(outcome: &RunOutcome) -> String {
    let mut text = deklaro_run::funnel(outcome);
    text.push_str(&format!("  health     {}\n", outcome.health));
    text.push_str(&format!("  snapshot   {}\n", outcome.folder));
    text.push_str(&format!("  artifacts  {}\n", outcome.artifacts));
    text.push_str(&format!("  report     {}\n", outcome.report));
    if outcome.is_held {
        let snapshot = &outcome.snapshot;
        text.push_str(&format!("  held       not current before `deklaro release publish {snapshot}`\n"));
    }
    if let Some(head) = &outcome.head {
        text.push_str(&format!("  log head   {head}\n"));
    }
    if let Some(stamped) = &outcome.timestamp {
        text.push_str(&format!("  timestamp  {}\n", stamped.stamp));
    }
    text
}
