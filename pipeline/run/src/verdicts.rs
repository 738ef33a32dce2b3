//! A run takes the verdict of every host.

use super::active_run::ActiveRun;
use super::area::WorkFile;
use super::chunks::Chunks;
use deklaro_schemas::ScanId;
use deklaro_schemas::tables::{Candidate, Fetch, Reading, Statement, Target};

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
