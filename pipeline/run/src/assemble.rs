//! A run's chunks become the sorted tables of its snapshot in staging, one country in memory at a time.

use super::active_run::ActiveRun;
use super::carry::{last_countries, last_rows};
use super::chunks::Chunks;
use super::diff::states;
use super::select::{filter_text, rows};
use super::staging::{table_file, whole};
use super::{redetect, shared_run};
use arrow::array::RecordBatch;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{
    Body, Candidate, Fetch, FrontierUrl, Reading, Robots, Seed, SeedReject, Source, Statement, Target,
};
use deklaro_schemas::{CountryCode, Row, Selection, Sha256, TableSpec, batch};
use deklaro_store::Staged;
use std::collections::{BTreeSet, HashSet};

/// Puts the tables of the snapshot together in staging, each sorted as declared. It goes country by country,
/// so memory holds the rows of one country at most.
pub(super) async fn assemble(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let mut countries = last_countries(work).await?;
    countries.extend(chunks.per_country().keys());
    let by_country = [
        Seed::table(),
        Target::table(),
        FrontierUrl::table(),
        Fetch::table(),
        Candidate::table(),
        Reading::table(),
        Statement::table(),
    ];
    for table in by_country {
        by_country_of(work, chunks, &countries, &table, staged).await?;
    }
    states(work, chunks, &countries, staged).await?;
    for table in [Source::table(), SeedReject::table()] {
        let rows = work.area.read_chunk(&table, 0).await?;
        whole(work, &table, rows, staged).await?;
    }
    whole(work, &Robots::table(), robots(work, chunks).await?, staged).await?;
    match &work.run.redetect {
        Some(from) => redetect::evidence(work, from, staged).await,
        None if work.run.partitions.is_some() => shared_evidence(work, staged).await,
        None => evidence(work, chunks, staged).await,
    }
}

/// A table that starts with the country in its order: this run's countries chunk by chunk, the others as they were.
async fn by_country_of(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    countries: &BTreeSet<CountryCode>,
    table: &TableSpec,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    for country in countries {
        if !work.is_run(Some(country.as_str())) {
            file.append(&batch::sorted(table, &last_rows(work, table, *country).await?)?)?;
            continue;
        }
        let wanted = Selection::all().only("country_code", country.as_str());
        // The lists' rows are not dealt to chunks: they lie as the workbooks do.
        let numbers = if table.name == Seed::TABLE { 0..1 } else { chunks.of_country(*country) };
        for chunk in numbers {
            file.append(&batch::sorted(table, &work.area.select(table, chunk, &wanted).await?)?)?;
        }
    }
    table_file(work, table, file, staged).await
}

/// One row per authority; a resumed run may have asked twice, the first answer counts.
async fn robots(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<Vec<RecordBatch>> {
    let mut rows = Vec::new();
    for chunk in chunks.numbers() {
        rows.extend(work.area.read_chunk(&Robots::table(), chunk).await?);
    }
    let mut seen = HashSet::new();
    let mut is_first = |text: Option<&str>| text.is_some_and(|authority| seen.insert(authority.to_owned()));
    rows.iter().map(|rows| filter_text(rows, "authority", &mut is_first)).collect()
}

/// The bodies, each once, file by file.
async fn evidence(work: &ActiveRun<'_>, chunks: &Chunks, staged: &mut Staged) -> anyhow::Result<()> {
    let table = Body::table();
    let mut seen: HashSet<Sha256> = HashSet::new();
    let mut number = 0;
    for chunk in chunks.numbers() {
        for file in work.area.chunk_files(&table, chunk).await? {
            let mut bodies: Vec<Body> = work.area.rows_of(file).await?;
            bodies.retain(|body| seen.insert(body.body_sha256.clone()));
            if !bodies.is_empty() {
                stage_bodies(work, &bodies, number, staged).await?;
                number += 1;
            }
        }
    }
    Ok(())
}

/// The bodies in the partitions of several processes, each once.
async fn shared_evidence(work: &ActiveRun<'_>, staged: &mut Staged) -> anyhow::Result<()> {
    let mut seen: HashSet<Sha256> = HashSet::new();
    let mut number = 0;
    for file in shared_run::files(work, &Body::table()).await? {
        let mut bodies: Vec<Body> = rows(&file.read(work.store, &Body::table()).await?)?;
        bodies.retain(|body| seen.insert(body.body_sha256.clone()));
        if !bodies.is_empty() {
            stage_bodies(work, &bodies, number, staged).await?;
            number += 1;
        }
    }
    Ok(())
}

async fn stage_bodies(
    work: &ActiveRun<'_>,
    bodies: &[Body],
    number: u32,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let table = Body::table();
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    file.append(&batch::from_rows(bodies)?)?;
    let (bytes, rows) = file.finish()?;
    let path = ManifestFile::evidence_path(&work.run.snapshot, number as usize);
    let named = Some((table.name, rows));
    Ok(work.store.stage(&work.run.run_id, staged, &path, FileKind::Evidence, named, bytes).await?)
}
