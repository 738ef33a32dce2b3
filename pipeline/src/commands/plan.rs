use super::run::lists;
use crate::cli::Plan;
use crate::config::Config;
use crate::exit::{BadFiles, Exit};
use crate::output;
use crate::progress::Progress;
use crate::run::import::{import_one, only};
use crate::run::lists::read_lists;
use crate::run::{filter_text, rows};
use arrow::array::RecordBatch;
use deklaro_schemas::store::{Store, StoreError};
use deklaro_schemas::tables::{FrontierUrl, Host};
use deklaro_schemas::{CountryCode, Row, Selection, batch};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a run would fetch in its first round.
#[derive(Debug, Serialize)]
struct Planned {
    hosts: usize,
    urls: usize,
    robots: usize,
    countries: BTreeMap<CountryCode, usize>,
    frontier: Vec<FrontierUrl>,
}

/// `deklaro plan`: imports, makes targets and the first frontier, and writes nothing.
pub(crate) async fn plan(
    store: &Store,
    config: &Config,
    plan: &Plan,
    progress: &Progress,
) -> anyhow::Result<Exit> {
    let lists = read_lists(&lists(plan.sources.as_ref().or(config.sources.as_ref()))?, store).await?;
    let mut seeds = Vec::new();
    let mut failed = 0;
    for list in &lists {
        match import_one(list) {
            Ok(imported) => {
                let imported = only(imported, &plan.country)?;
                seeds.extend_from_slice(imported.seeds.batches());
            }
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
    let planned = planned(rows(&[frontier])?);
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
    let folder = format!("snapshots/snapshot={snapshot}/tables/hosts");
    let hosts = store.read_parquet(&Host::table(), &folder, &Selection::all()).await?;
    hosts.iter().map(|hosts| of_countries(hosts, countries)).collect()
}

fn planned(frontier: Vec<FrontierUrl>) -> Planned {
    let hosts: BTreeSet<_> = frontier.iter().map(|row| (row.country_code, &row.canonical_hostname)).collect();
    let robots: BTreeSet<_> = frontier.iter().map(|row| row.url.authority()).collect();
    let mut countries = BTreeMap::new();
    for (country, _) in &hosts {
        *countries.entry(*country).or_default() += 1;
    }
    Planned { hosts: hosts.len(), urls: frontier.len(), robots: robots.len(), countries, frontier }
}

fn shown(planned: &Planned) -> String {
    let mut text = String::from("country  hosts\n");
    for (country, hosts) in &planned.countries {
        text.push_str(&format!("{country:<7} {hosts:>6}\n"));
    }
    let Planned { hosts, urls, robots, .. } = planned;
    text.push_str(&format!(
        "round 1: {robots} robots.txt and {urls} pages of {hosts} hosts; later rounds follow what is found. Nothing was written.\n"
    ));
    text
}
