//! Detection once more over what a snapshot keeps: its targets, answers and page bytes are taken over, no server is asked.

use super::active_run::ActiveRun;
use super::area::WorkFile;
use super::chunks::Chunks;
use super::dealer::Dealer;
use super::select::{rows, texts};
use super::stored_bodies::StoredBodies;
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Body, Fetch, FrontierUrl, Robots, Seed, SeedReject, Source, Target};
use deklaro_schemas::{CountryCode, Row, Selection, SnapshotId};
use deklaro_store::{Staged, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Takes over what was there before detection, where that is not done yet.
pub(super) async fn take_over(work: &ActiveRun<'_>, from: &SnapshotId) -> anyhow::Result<()> {
    for table in [Source::table(), SeedReject::table(), Robots::table()] {
        let rows = read(work, from, &table, &Selection::all()).await?;
        write(work, &table, WorkFile { chunk: 0, round: 0, number: 0 }, rows).await?;
    }
    let mut dealer = Dealer::new(work);
    for (number, country) in (0..).zip(countries(work, from).await?) {
        let wanted = Selection::all().only("country_code", country.as_str());
        let seeds = read(work, from, &Seed::table(), &wanted).await?;
        write(work, &Seed::table(), WorkFile { chunk: 0, round: 0, number }, seeds).await?;
        for rows in read(work, from, &Target::table(), &wanted).await? {
            dealer.take(rows).await?;
        }
    }
    dealer.finish().await
}

/// Takes over what was asked and answered, dealt to the chunks of the hosts.
pub(super) async fn take_over_fetches(
    work: &ActiveRun<'_>,
    from: &SnapshotId,
    chunks: &Chunks,
) -> anyhow::Result<()> {
    for (number, country) in (0..).zip(chunks.per_country().keys()) {
        let wanted = Selection::all().only("country_code", country.as_str());
        let fetches: Vec<Fetch> = rows(&read(work, from, &Fetch::table(), &wanted).await?)?;
        deal(work, chunks, number, fetches, |fetch| (chunks.chunk_of(&fetch.host_id), fetch.round)).await?;
        let asked: Vec<FrontierUrl> = rows(&read(work, from, &FrontierUrl::table(), &wanted).await?)?;
        deal(work, chunks, number, asked, |url| (chunks.chunk_of(&url.host_id), url.round)).await?;
    }
    Ok(())
}

async fn deal<R: Row>(
    work: &ActiveRun<'_>,
    chunks: &Chunks,
    number: u32,
    rows: Vec<R>,
    place: impl Fn(&R) -> (Option<u32>, i32),
) -> anyhow::Result<()> {
    let mut dealt: BTreeMap<(u32, i32), Vec<R>> = BTreeMap::new();
    for row in rows {
        // A host without a target has no verdict, and no chunk.
        let (Some(chunk), round) = place(&row) else { continue };
        dealt.entry((chunk, round)).or_default().push(row);
    }
    for ((chunk, round), rows) in dealt.into_iter().filter(|((chunk, _), _)| chunks.numbers().contains(chunk))
    {
        work.area.write_rows(WorkFile { chunk, round, number }, &rows).await?;
    }
    Ok(())
}

/// Copies the page bytes under the new snapshot's name: every snapshot is whole, and each has its own retention.
pub(super) async fn evidence(
    work: &ActiveRun<'_>,
    from: &SnapshotId,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    for (number, file) in StoredBodies::of(work.store, from).await?.files.iter().enumerate() {
        let bytes = work.store.read_file(from, file).await?;
        let path = ManifestFile::evidence_path(&work.run.snapshot, number);
        let named = file.row_count.map(|rows| (Body::TABLE, rows));
        work.store.stage(&work.run.run_id, staged, &path, FileKind::Evidence, named, bytes.to_vec()).await?;
    }
    Ok(())
}

/// The countries of the run that the snapshot has targets in.
async fn countries(work: &ActiveRun<'_>, from: &SnapshotId) -> anyhow::Result<Vec<CountryCode>> {
    let all = countries_of(work.store, from).await?;
    Ok(all.into_iter().filter(|country| work.is_run(Some(country.as_str()))).collect())
}

/// The countries a snapshot has targets in.
pub(super) async fn countries_of(store: &Store, from: &SnapshotId) -> anyhow::Result<Vec<CountryCode>> {
    let column = "country_code";
    let rows = store.read_table(&Target::table(), from, &Selection::columns(&[column])).await?;
    let codes: BTreeSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}

async fn read(
    work: &ActiveRun<'_>,
    from: &SnapshotId,
    table: &deklaro_schemas::TableSpec,
    wanted: &Selection,
) -> anyhow::Result<Vec<RecordBatch>> {
    Ok(work.store.read_table(table, from, wanted).await?)
}

async fn write(
    work: &ActiveRun<'_>,
    table: &deklaro_schemas::TableSpec,
    file: WorkFile,
    rows: Vec<RecordBatch>,
) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    work.area.write(table, file, &concat_batches(&table.schema(), &rows)?).await
}
