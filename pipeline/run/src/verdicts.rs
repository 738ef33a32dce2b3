//! A run takes the verdict of every host, and compares each country with the last snapshot.

use super::active_run::ActiveRun;
use super::area::WorkFile;
use super::carry::last_rows;
use super::chunks::Chunks;
use deklaro_diff::{Diff, DiffInput};
use deklaro_schemas::tables::{Candidate, Fetch, Host, Reading, Statement, Target};
use deklaro_schemas::{CountryCode, Row, ScanId, Selection};

/// Takes the verdicts of every chunk.
pub(super) async fn verdicts(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<()> {
    for chunk in chunks.numbers() {
        let targets: Vec<Target> = work.area.rows(chunk).await?;
        let fetches: Vec<Fetch> = work.area.rows(chunk).await?;
        let readings: Vec<Reading> = work.area.rows(chunk).await?;
        let candidates: Vec<Candidate> = work.area.rows(chunk).await?;
        let statements = deklaro_detect::verdicts(work.run.month, &targets, &fetches, &readings, &candidates);
        for statement in &statements {
            log(work, statement);
        }
        work.area.write_rows(WorkFile { chunk, round: 0, number: 0 }, &statements).await?;
    }
    Ok(())
}

/// This run's verdicts for a country against the last snapshot's hosts of it.
pub(super) async fn compare(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    country: CountryCode,
) -> anyhow::Result<Diff> {
    let mut statements = Vec::new();
    let wanted = Selection::all().only("country_code", country.as_str());
    for chunk in chunks.of_country(country) {
        statements.extend(work.area.select(&Statement::table(), chunk, &wanted).await?);
    }
    let last_hosts = last_rows(work, &Host::table(), country).await?;
    let input = DiffInput { snapshot: &work.run.snapshot, statements: &statements, last_hosts: &last_hosts };
    Ok(deklaro_diff::diff(&input)?)
}

fn log(work: &ActiveRun<'_>, statement: &Statement) {
    tracing::debug!(
        scan_id = %ScanId::of(&work.run.snapshot, statement.country_code),
        country_code = %statement.country_code,
        hostname = %statement.canonical_hostname,
        detection_status = %statement.detection_status,
        confidence = %statement.confidence,
        "verdict"
    );
}
