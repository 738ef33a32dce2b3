use super::Work;
use super::carry::carried;
use super::chunks::Chunks;
use arrow::array::RecordBatch;
use deklaro_diff::Diff;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::store::Staged;
use deklaro_schemas::tables::{
    Body, Candidate, Change, Fetch, FrontierUrl, Host, Reading, Robots, Seed, SeedReject, Source, Statement,
    Target,
};
use deklaro_schemas::{Row, Sha256, TableSpec, batch};
use std::collections::HashSet;

/// Puts the tables of the snapshot together in staging, each sorted as declared.
pub(super) async fn assemble(
    work: &Work<'_>,
    chunks: &Chunks,
    diff: Diff,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    for table in [Source::table(), Seed::table(), SeedReject::table()] {
        let rows = work.area.read_chunk(&table, 0).await?;
        whole(work, &table, rows, staged).await?;
    }
    let by_host = [
        Target::table(),
        FrontierUrl::table(),
        Fetch::table(),
        Candidate::table(),
        Reading::table(),
        Statement::table(),
    ];
    for table in by_host {
        chunked(work, chunks, &table, staged).await?;
    }
    whole(work, &Robots::table(), robots(work, chunks).await?, staged).await?;
    whole(work, &Host::table(), vec![diff.hosts], staged).await?;
    whole(work, &Change::table(), vec![diff.changes], staged).await?;
    evidence(work, chunks, staged).await
}

/// A table that is sorted in one piece.
pub(super) async fn whole(
    work: &Work<'_>,
    table: &TableSpec,
    mut rows: Vec<RecordBatch>,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    rows.extend(carried(work, table, &rows).await?);
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    file.append(&batch::sorted(table, &rows)?)?;
    stage(work, table, file, staged).await
}

/// A table whose chunks follow each other in its order; in a run over some countries the carried rows force one sort.
async fn chunked(
    work: &Work<'_>,
    chunks: &Chunks,
    table: &TableSpec,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    if !work.run.countries.is_empty() {
        let mut rows = Vec::new();
        for chunk in chunks.numbers() {
            rows.extend(work.area.read_chunk(table, chunk).await?);
        }
        return whole(work, table, rows, staged).await;
    }
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    for chunk in chunks.numbers() {
        file.append(&batch::sorted(table, &work.area.read_chunk(table, chunk).await?)?)?;
    }
    stage(work, table, file, staged).await
}

async fn stage(
    work: &Work<'_>,
    table: &TableSpec,
    file: TableFile,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let (bytes, rows) = file.finish()?;
    let path = format!("tables/{}/part-00000.parquet", table.name);
    Ok(work
        .store
        .stage(&work.run.run_id, staged, &path, FileKind::Table, Some((table.name, rows)), bytes)
        .await?)
}

/// One row per authority; a resumed run may have asked twice, the first answer counts.
async fn robots(work: &Work<'_>, chunks: &Chunks) -> anyhow::Result<Vec<RecordBatch>> {
    let mut seen = HashSet::new();
    let mut rows: Vec<Robots> = Vec::new();
    for chunk in chunks.numbers() {
        rows.extend(
            work.area
                .rows::<Robots>(chunk)
                .await?
                .into_iter()
                .filter(|row| seen.insert(row.authority.clone())),
        );
    }
    Ok(vec![batch::from_rows(&rows)?])
}

/// The bodies, each once, part by part.
async fn evidence(work: &Work<'_>, chunks: &Chunks, staged: &mut Staged) -> anyhow::Result<()> {
    let table = Body::table();
    let mut seen: HashSet<Sha256> = HashSet::new();
    let mut number = 0;
    for chunk in chunks.numbers() {
        for part in work.area.parts(&table, chunk).await? {
            let mut bodies: Vec<Body> = work.area.rows_of(part).await?;
            bodies.retain(|body| seen.insert(body.body_sha256.clone()));
            if !bodies.is_empty() {
                stage_bodies(work, &bodies, number, staged).await?;
                number += 1;
            }
        }
    }
    Ok(())
}

async fn stage_bodies(
    work: &Work<'_>,
    bodies: &[Body],
    number: u32,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let table = Body::table();
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    file.append(&batch::from_rows(bodies)?)?;
    let (bytes, rows) = file.finish()?;
    let path = format!("../../evidence/snapshot={}/part-{number:05}.parquet", work.run.snapshot);
    let named = Some((table.name, rows));
    Ok(work.store.stage(&work.run.run_id, staged, &path, FileKind::Evidence, named, bytes).await?)
}
