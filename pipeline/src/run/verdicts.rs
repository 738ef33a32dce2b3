use super::Work;
use super::area::Part;
use super::chunks::Chunks;
use arrow::array::RecordBatch;
use deklaro_diff::{Diff, DiffInput};
use deklaro_schemas::Row;
use deklaro_schemas::tables::{Candidate, Fetch, Reading, Statement, Target};

/// Takes the verdicts of every chunk.
pub(super) async fn verdicts(work: &Work<'_>, chunks: &Chunks) -> anyhow::Result<()> {
    for chunk in chunks.numbers() {
        let targets: Vec<Target> = work.area.rows(chunk).await?;
        let fetches: Vec<Fetch> = work.area.rows(chunk).await?;
        let readings: Vec<Reading> = work.area.rows(chunk).await?;
        let candidates: Vec<Candidate> = work.area.rows(chunk).await?;
        let statements = deklaro_detect::verdicts(work.run.month, &targets, &fetches, &readings, &candidates);
        work.area.write_rows(Part { chunk, round: 0, number: 0 }, &statements).await?;
    }
    Ok(())
}

/// This run's verdicts against the last snapshot's hosts.
pub(super) async fn compare(
    work: &Work<'_>,
    chunks: &Chunks,
    last_hosts: &[RecordBatch],
) -> anyhow::Result<Diff> {
    let mut statements = Vec::new();
    for chunk in chunks.numbers() {
        statements.extend(work.area.read_chunk(&Statement::table(), chunk).await?);
    }
    Ok(deklaro_diff::diff(&DiffInput { snapshot: &work.run.snapshot, statements: &statements, last_hosts })?)
}
