//! `deklaro plan` shows a run's first frontier, or cuts a round of a shared run into partitions.

use super::run::{begin, lists};
use crate::cli::PlanArgs;
use crate::config::Config;
use crate::context::Context;
use crate::readers::workbooks;
use arrow::array::RecordBatch;
use deklaro_console::{BadFiles, Exit, Progress, output};
use deklaro_import::ImportError;
use deklaro_run::import::{import_one, only};
use deklaro_run::lists::read_lists;
use deklaro_run::shared_run::{self, Load, Planned};
use deklaro_run::{RunRequest, filter_text, rows};
use deklaro_schemas::tables::{FrontierUrl, Host};
use deklaro_schemas::{CountryCode, Row, Selection, batch};
use deklaro_store::{Store, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a run would fetch in its first round.
#[derive(Debug, Serialize)]
struct Look {
    hosts: usize,
    urls: usize,
    robots: usize,
    countries: BTreeMap<CountryCode, usize>,
    /// How the round would be cut, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    partitions: Option<Vec<Load>>,
    frontier: Vec<FrontierUrl>,
}

/// `deklaro plan`: shows the first frontier, or cuts a round of a run that several processes share.
pub(crate) async fn plan(context: &Context, plan: &PlanArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let tools = config.tools(store, &config.crawl, (progress, shutdown));
    let cut = match (&plan.run, plan.month, plan.partitions) {
        (Some(run), ..) => shared_run::next(tools, run, plan.round).await?,
        (None, Some(month), Some(partitions)) => {
            begin(month, plan.future)?;
            let request = RunRequest {
                month,
                countries: plan.country.clone(),
                lists: lists(plan.sources.as_ref().or(config.sources.as_ref()))?,
                max_rounds: config.max_rounds,
                coverage_reason: None,
                glossary: plan.terms.path()?,
            };
            shared_run::begin(tools, request, partitions).await?
        }
        _ => return look(store, config, plan, progress).await,
    };
    if plan.output.json {
        output::json(&cut)?;
    } else {
        output::text(&told(&cut))?;
    }
    Ok(Exit::Done)
}

fn told(cut: &Planned) -> String {
    let Planned { run_id, snapshot, round, partitions } = cut;
    let Some(round) = round else {
        return format!(
            "run {run_id}: nothing more to fetch; `deklaro commit --run {run_id}` makes snapshot {snapshot}\n"
        );
    };
    format!("run {run_id}, round {round}\n{}", loads(partitions))
}

fn loads(partitions: &[Load]) -> String {
    let mut text = String::from("partition    hosts  requests\n");
    for Load { partition, hosts, requests } in partitions {
        text.push_str(&format!("{partition:<9} {hosts:>8} {requests:>9}\n"));
    }
    text
}

/// Imports, makes targets and the first frontier, and writes nothing.
async fn look(store: &Store, config: &Config, plan: &PlanArgs, progress: &Progress) -> anyhow::Result<Exit> {
    let lists = read_lists(&lists(plan.sources.as_ref().or(config.sources.as_ref()))?, store).await?;
    let mut seeds = Vec::new();
    let mut failed = 0;
    for list in &lists {
        match import_one(list, workbooks()) {
            Ok(imported) => {
                let imported = only(imported, &plan.country)?;
                seeds.extend_from_slice(imported.seeds.batches());
            }
            Err(error @ ImportError::NoReader { .. }) => return Err(error.into()),
            Err(error) => {
                failed += 1;
                progress.problem(&anyhow::Error::new(error));
            }
        }
    }
    if failed > 0 {
        return Err(BadFiles { count: failed }.into());
    }
    let targets = deklaro_frontier::targets(&seeds, &last_hosts(store, &plan.country).await?)?;
    let frontier = deklaro_frontier::first_round(std::slice::from_ref(&targets))?;
    let planned = planned(rows(&[frontier])?, plan.partitions);
    if plan.output.json {
        output::json(&planned)?;
    } else {
        output::text(&shown(&planned))?;
    }
    Ok(Exit::Done)
}

fn of_countries(hosts: &RecordBatch, countries: &[CountryCode]) -> anyhow::Result<RecordBatch> {
    let named = |text: Option<&str>| {
        countries.is_empty() || countries.iter().any(|country| Some(country.as_str()) == text)
    };
    filter_text(hosts, "country_code", named)
}

async fn last_hosts(store: &Store, countries: &[CountryCode]) -> anyhow::Result<Vec<RecordBatch>> {
    let snapshot = match store.current().await {
        Err(StoreError::Empty) => return Ok(vec![batch::empty(&Host::table())]),
        current => current?,
    };
    let hosts = store.read_table(&Host::table(), &snapshot, &Selection::all()).await?;
    hosts.iter().map(|hosts| of_countries(hosts, countries)).collect()
}

fn planned(frontier: Vec<FrontierUrl>, cut: Option<u32>) -> Look {
    let hosts: BTreeSet<_> = frontier.iter().map(|row| (row.country_code, &row.canonical_hostname)).collect();
    let robots: BTreeSet<_> = frontier.iter().map(|row| row.url.authority()).collect();
    let mut countries = BTreeMap::new();
    for (country, _) in &hosts {
        *countries.entry(*country).or_default() += 1;
    }
    let partitions = cut.map(|partitions| shared_run::shares_of(&frontier, partitions));
    Look { hosts: hosts.len(), urls: frontier.len(), robots: robots.len(), countries, partitions, frontier }
}

fn shown(planned: &Look) -> String {
    let mut text = String::from("country  hosts\n");
    for (country, hosts) in &planned.countries {
        text.push_str(&format!("{country:<7} {hosts:>6}\n"));
    }
    let Look { hosts, urls, robots, partitions, .. } = planned;
    if let Some(partitions) = partitions {
        text.push_str(&loads(partitions));
    }
    text.push_str(&format!(
        "round 1: {robots} robots.txt and {urls} pages of {hosts} hosts; later rounds follow what is found. Nothing was written.\n"
    ));
    text
}
