//! Who is visited this month? The lists are imported, and become the targets of a run.

use super::active_run::ActiveRun;
use super::carry::last_rows;
use super::chunks::Chunks;
use super::dealer::{Dealer, dealt};
use super::import::{ImportCounts, import_all};
use super::select::texts;
use super::{lists, redetect};
use deklaro_console::UsageError;
use deklaro_schemas::steps::TARGETS;
use deklaro_schemas::tables::{Host, Seed};
use deklaro_schemas::{CountryCode, Row, Selection};
use deklaro_store::StoreError;
use std::collections::BTreeSet;

/// Imports the lists of the run.
pub(super) async fn import(work: &ActiveRun<'_>) -> anyhow::Result<ImportCounts> {
    let lists = lists::read_lists(&work.run.lists, work.store).await?;
    import_all(&work.area, lists, &work.run.countries, work.workbooks, work.progress).await
}

/// True where an earlier process made the targets.
pub(super) async fn are_made(work: &ActiveRun<'_>) -> Result<bool, StoreError> {
    work.area.is_marked(&TARGETS, None).await
}

/// Makes the targets of what was imported, where that is not done yet.
pub(super) async fn targets(work: &ActiveRun<'_>) -> anyhow::Result<Chunks> {
    if !are_made(work).await? {
        match &work.run.redetect {
            Some(from) => redetect::take_over(work, from).await?,
            None => make_targets(work).await?,
        }
        work.area.mark(&TARGETS, None).await?;
    }
    dealt(&work.area).await
}

/// Country after country, in the table's order; whole chunks are written as soon as they are full.
async fn make_targets(work: &ActiveRun<'_>) -> anyhow::Result<()> {
    let mut dealer = Dealer::new(work);
    for country in listed_countries(work).await? {
        let wanted =
            Selection::columns(&deklaro_frontier::SEED_COLUMNS).only("country_code", country.as_str());
        let seeds = work.area.select(&Seed::table(), 0, &wanted).await?;
        let last_hosts = last_rows(work, &Host::table(), country).await?;
        dealer.take(deklaro_frontier::targets(&seeds, &last_hosts)?).await?;
    }
    dealer.finish().await?;
    if dealer.hosts == 0 {
        let hint = "`deklaro import --dry-run` shows why rows were rejected";
        return Err(UsageError::new("the lists hold no host to visit", hint).into());
    }
    work.progress.say(&format!("   targets  {} hosts", dealer.hosts));
    Ok(())
}

async fn listed_countries(work: &ActiveRun<'_>) -> anyhow::Result<BTreeSet<CountryCode>> {
    let column = "country_code";
    let rows = work.area.select(&Seed::table(), 0, &Selection::columns(&[column])).await?;
    let codes: BTreeSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}
