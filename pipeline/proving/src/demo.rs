//! The demo: three months over the simulated Europe.

use crate::demo_web::demo_web;
use crate::score::{Score, score};
use crate::setup::Setup;
use anyhow::Context;
use deklaro_console::{Exit, Progress, Shutdown, UsageError, output};
use deklaro_crawl::{ConnectTo, CrawlConfig};
use deklaro_record::release::Gate;
use deklaro_record::timestamp::{self, TimeAuthority, TimestampConfig, TsaFlags};
use deklaro_run::{RunOutcome, RunRequest, funnel};
use deklaro_schemas::RunMonth;
use deklaro_schemas::stored::Lists;
use deklaro_simweb::Simweb;
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use serde::Serialize;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Months the demo runs.
const MONTHS: u32 = 3;
/// The demo's first month in a new store; in a store with snapshots it goes on after the last one.
const FIRST_MONTH: &str = "2026-09";

/// What was asked of the demo.
#[derive(Debug)]
pub struct Demo {
    /// Seed of the simulated Europe.
    pub seed: u64,
    /// Who is asked for time stamps, as configured.
    pub timestamp: TimestampConfig,
    /// The same, as it was typed.
    pub tsa: TsaFlags,
    /// Print one JSON document.
    pub json: bool,
}

/// What the demo shows.
#[derive(Debug, Serialize)]
struct Demonstrated {
    seed: u64,
    snapshots: Vec<String>,
    months: Vec<Month>,
}

/// One month of it.
#[derive(Debug, Serialize)]
struct Month {
    outcome: RunOutcome,
    score: Score,
}

/// `deklaro demo`: three months over the simulated Europe.
pub fn demo<'a>(
    store: &'a Store,
    config: &'a Setup,
    demo: &'a Demo,
    progress: &'a Progress,
    shutdown: &'a Shutdown,
) -> BoxFuture<'a, anyhow::Result<Exit>> {
    Box::pin(async move {
        if Gate::default().remembered(store).await?.required {
            let message = format!(
                "the months of store `{}` wait for the gate, and those of the demo do not",
                config.store
            );
            return Err(UsageError::new(message, "give the demo a store of its own with `--store`").into());
        }
        let stop = CancellationToken::new();
        let web = demo_web(demo.seed, &stop).await?;
        progress.say(&format!("simulated Europe on {} and {}", web.http(), web.https()));
        let shown = months(store, config, demo, &web, progress, shutdown).await;
        stop.cancel();
        web.stopped().await;
        let shown = shown?;
        if demo.json {
            output::json(&shown)?;
        } else {
            output::text(&text(&shown))?;
        }
        Ok(Exit::Done)
    })
}

async fn months(
    store: &Store,
    config: &Setup,
    demo: &Demo,
    web: &Simweb,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Demonstrated> {
    let crawl = demo_crawl(config, web);
    let authority = TimeAuthority::of(&demo.timestamp, &demo.tsa)?;
    let folder = tempfile::tempdir().context("making a folder for the demo workbooks")?;
    let mut month = first_month(store).await?;
    let mut shown = Demonstrated { seed: demo.seed, snapshots: Vec::new(), months: Vec::new() };
    for number in 1..=MONTHS {
        web.set_month(number);
        let sources = match number {
            1 => crate::demo_data::write_first_edition(folder.path())?,
            _ => crate::demo_data::write(folder.path())?,
        };
        let tools = config.tools(store, &crawl, (progress, shutdown));
        let lists = Lists::File(sources);
        let request = RunRequest {
            month,
            countries: Vec::new(),
            lists,
            max_rounds: config.max_rounds,
            coverage_reason: None,
            glossary: None,
        };
        let mut outcome = deklaro_run::start(tools, request).await?;
        outcome.timestamp = timestamp::after(store, authority.as_ref(), &outcome.snapshot, progress).await;
        let score = score(store, &outcome.snapshot, web.europe(), number).await?;
        shown.snapshots.push(outcome.snapshot.to_string());
        shown.months.push(Month { outcome, score });
        month = month.next();
    }
    Ok(shown)
}

/// No gap and short timeouts: everything is on this machine and made to be asked.
pub(crate) fn demo_crawl(config: &Setup, web: &Simweb) -> CrawlConfig {
    CrawlConfig {
        connect_to: Some(ConnectTo { http: web.http(), https: web.https() }),
        extra_ca_pem: Some(web.ca_pem().to_owned()),
        gap: Duration::ZERO,
        max_crawl_delay: Duration::ZERO,
        backoff: Duration::from_millis(100),
        max_retry_after: Duration::from_secs(1),
        connect_timeout: Duration::from_secs(3),
        headers_timeout: Duration::from_secs(3),
        body_timeout: Duration::from_secs(5),
        ..config.crawl.clone()
    }
}

async fn first_month(store: &Store) -> anyhow::Result<RunMonth> {
    match store.current().await {
        Ok(snapshot) => Ok(snapshot.month().next()),
        Err(StoreError::Empty) => Ok(RunMonth::parse(FIRST_MONTH)?),
        Err(error) => Err(error.into()),
    }
}

fn text(shown: &Demonstrated) -> String {
    let mut text = String::new();
    for Month { outcome, score } in &shown.months {
        text.push_str(&funnel(outcome));
        text.push_str(&format!("  score      {score}\n\n"));
    }
    if let Some(Month { outcome, .. }) = shown.months.last() {
        text.push_str(&format!("snapshot   {}\n", outcome.folder));
        text.push_str(&format!("artifacts  {}\n", outcome.artifacts));
        text.push_str(&format!("report     {}\n", outcome.report));
    }
    text.push_str("\ntry  deklaro sql \"select detection_status, count(*) from statements group by 1\"\n");
    text.push_str("     deklaro trace $(deklaro sql --json \"select canonical_hostname h from hosts limit 1\" | grep -o '[a-z-]*\\.example')\n");
    text
}
