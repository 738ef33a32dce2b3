//! A run compares the verdicts of each country with the hosts of the last snapshot.

use super::active_run::ActiveRun;
use super::carry::last_rows;
use super::chunks::Chunks;
use super::staging::table_file;
use deklaro_diff::{Diff, DiffInput};
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::steps::DIFF;
use deklaro_schemas::tables::{Change, Host, Statement};
use deklaro_schemas::{CountryCode, Row, Selection, batch};
use deklaro_store::Staged;
use deklaro_watch::{StageOf, stage};
use std::collections::BTreeSet;

/// The state of every host, and what changed in the countries of the run.
pub(super) async fn states(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    countries: &BTreeSet<CountryCode>,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let mut hosts = TableFile::new(Host::table(), &work.footer())?;
    let mut changes = TableFile::new(Change::table(), &work.footer())?;
    for country in countries {
        if work.is_run(Some(country.as_str())) {
            let of = StageOf { round: None, country: Some(country.as_str()) };
            let diff = stage(DIFF.name, of, compare(work, chunks, *country)).await?;
            hosts.append(&diff.hosts)?;
            changes.append(&diff.changes)?;
        } else {
            hosts
                .append(&batch::sorted(&Host::table(), &last_rows(work, &Host::table(), *country).await?)?)?;
        }
    }
    table_file(work, &Host::table(), hosts, staged).await?;
    table_file(work, &Change::table(), changes, staged).await
}

/// This run's verdicts for a country against the last snapshot's hosts of it.
async fn compare(work: &ActiveRun<'_>, chunks: &Chunks, country: CountryCode) -> anyhow::Result<Diff> {
    let mut statements = Vec::new();
    let wanted = Selection::all().only("country_code", country.as_str());
    for chunk in chunks.of_country(country) {
        statements.extend(work.area.select(&Statement::table(), chunk, &wanted).await?);
    }
    let last_hosts = last_rows(work, &Host::table(), country).await?;
    let input = DiffInput { snapshot: &work.run.snapshot, statements: &statements, last_hosts: &last_hosts };
    Ok(deklaro_diff::diff(&input)?)
}
