//! Detection once more over what a snapshot keeps: its targets, answers and page bytes are taken over, no server is asked.

use super::area::Part;
use super::chunks::Chunks;
use super::held::Held;
use super::select::{filter_text, texts};
use super::{Lists, RunFile, RunOutcome, STAGING_FORMAT, Tools, Work, see_through, targets};
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use deklaro_console::UsageError;
use deklaro_schemas::codes::{FileKind, RunState, SnapshotState};
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::{
    Body, Candidate, Fetch, FrontierUrl, MetaRun, Reading, Robots, Seed, SeedReject, Source, Target,
};
use deklaro_schemas::{CountryCode, Row, RunId, Selection, Sha256, SnapshotId};
use deklaro_store::{Staged, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::task::AbortOnDropHandle;

/// Makes a new snapshot of the same month from the stored pages of this one. It is compared with the same snapshot as that one was.
pub async fn start(
    tools: Tools<'_>,
    from: &SnapshotId,
    glossary: Option<PathBuf>,
) -> anyhow::Result<RunOutcome> {
    let manifest = tools.store.manifest(from).await?;
    let current = tools.store.current().await?;
    if current.month() > from.month() {
        let message = format!("snapshot `{from}` lies before the month of the current one, `{current}`");
        return Err(UsageError::new(message, "only pages of the current month can be read again").into());
    }
    let history = tools.store.history().await?;
    let is_kept = |snapshot: &SnapshotId| history.state(snapshot) != Some(SnapshotState::Vacuumed);
    let settings = Settings::of(tools.store, from).await?;
    let month = from.month();
    let run_id = RunId::new(month, uuid::Uuid::new_v4().as_fields().0);
    let held = Held::take(tools, &run_id, &settings.countries).await?;
    let run = RunFile {
        format: STAGING_FORMAT,
        base: Some(current),
        snapshot: tools.store.claim_snapshot(month, &run_id).await?,
        run_id,
        month,
        previous: manifest.previous.filter(is_kept),
        countries: settings.countries,
        lists: Lists::Store,
        max_rounds: settings.max_rounds,
        // Other rules may find less in a language; what was visited is the same.
        coverage_reason: Some(format!("the pages of {from} read again")),
        redetect: Some(from.clone()),
        glossary,
        partitions: None,
        state: RunState::Running,
        started_at: deklaro_console::now(),
        finished_at: None,
    };
    see_through(tools, run, held).await
}

/// What the snapshot was made with, as its `meta_runs` says.
struct Settings {
    countries: Vec<CountryCode>,
    max_rounds: i32,
}

impl Settings {
    async fn of(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Self> {
        let rows: Vec<MetaRun> = store.read_rows(snapshot, &Selection::all()).await?;
        let value =
            |name: &str| rows.iter().find(|row| row.name == name).map_or("", |row| row.value.as_str());
        Ok(Self {
            countries: value("countries")
                .split_whitespace()
                .map(CountryCode::parse)
                .collect::<Result<_, _>>()?,
            max_rounds: value("max_rounds").parse().unwrap_or(3),
        })
    }
}

/// Takes over what was there before detection, where that is not done yet.
pub(super) async fn take_over(work: &Work<'_>, from: &SnapshotId) -> anyhow::Result<()> {
    for table in [Source::table(), SeedReject::table(), Robots::table()] {
        let rows = read(work, from, &table, &Selection::all()).await?;
        write(work, &table, Part { chunk: 0, round: 0, number: 0 }, rows).await?;
    }
    let mut dealer = targets::Dealer::new(work);
    for (number, country) in (0..).zip(countries(work, from).await?) {
        let wanted = Selection::all().only("country_code", country.as_str());
        let seeds = read(work, from, &Seed::table(), &wanted).await?;
        write(work, &Seed::table(), Part { chunk: 0, round: 0, number }, seeds).await?;
        for rows in read(work, from, &Target::table(), &wanted).await? {
            dealer.take(rows).await?;
        }
    }
    dealer.finish().await
}

/// Takes over what was asked and answered, dealt to the chunks of the hosts.
pub(super) async fn take_over_fetches(
    work: &Work<'_>,
    from: &SnapshotId,
    chunks: &Chunks,
) -> anyhow::Result<()> {
    for (number, country) in (0..).zip(chunks.per_country().keys()) {
        let wanted = Selection::all().only("country_code", country.as_str());
        let fetches: Vec<Fetch> = super::rows(&read(work, from, &Fetch::table(), &wanted).await?)?;
        deal(work, chunks, number, fetches, |fetch| (chunks.of(&fetch.host_id), fetch.round)).await?;
        let asked: Vec<FrontierUrl> = super::rows(&read(work, from, &FrontierUrl::table(), &wanted).await?)?;
        deal(work, chunks, number, asked, |url| (chunks.of(&url.host_id), url.round)).await?;
    }
    Ok(())
}

async fn deal<R: Row>(
    work: &Work<'_>,
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
        work.area.write_rows(Part { chunk, round, number }, &rows).await?;
    }
    Ok(())
}

/// Reads every page of the snapshot again. Two files of bodies are in memory at a time, the one that is read and the next; a body
/// lies in one file.
pub(super) async fn detect(work: &Work<'_>, from: &SnapshotId, chunks: &Chunks) -> anyhow::Result<()> {
    let kept = Kept::of(work.store, from).await?;
    let step = work.progress.step("detect", chunks.host_count() as u64);
    let (mut pages, mut links) = (0, 0);
    for chunk in chunks.numbers() {
        let targets: Vec<Target> = work.area.rows(chunk).await?;
        for again in again(work, &kept, &targets, chunk).await? {
            (pages, links) = (pages + again.readings.len(), links + again.candidates.len());
            work.area.write_rows(again.part, &again.candidates).await?;
            work.area.write_rows(again.part, &again.readings).await?;
        }
        step.advance(targets.len() as u64);
    }
    step.done(&format!("{pages} pages read again, {links} links considered"));
    Ok(())
}

/// A part of a chunk, with what is read in it.
struct Again {
    part: Part,
    fetches: Vec<Fetch>,
    readings: Vec<Reading>,
    candidates: Vec<Candidate>,
}

/// The parts of the chunk that are not read yet, read: each file of bodies once for all of them, the next one while this is read.
async fn again(work: &Work<'_>, kept: &Kept, targets: &[Target], chunk: u32) -> anyhow::Result<Vec<Again>> {
    let mut parts = Vec::new();
    for part in work.area.parts(&Fetch::table(), chunk).await? {
        if !work.area.has(&Reading::table(), part).await? {
            let fetches: Vec<Fetch> = work.area.rows_of(part).await?;
            parts.push(Again { part, fetches, readings: Vec::new(), candidates: Vec::new() });
        }
    }
    let wanted = hashes(parts.iter().flat_map(|part| &part.fetches));
    let files = kept.files_of(&wanted)?;
    kept.each(work.store, files, &wanted, |bodies| {
        for part in &mut parts {
            let read = deklaro_detect::read_round(targets, &part.fetches, bodies, work.glossary());
            part.readings.extend(read.readings);
            part.candidates.extend(read.candidates);
        }
    })
    .await?;
    Ok(parts)
}

/// Copies the page bytes under the new snapshot's name: every snapshot is whole, and each has its own retention.
pub(super) async fn evidence(work: &Work<'_>, from: &SnapshotId, staged: &mut Staged) -> anyhow::Result<()> {
    for (number, file) in Kept::of(work.store, from).await?.files.iter().enumerate() {
        let bytes = work.store.read(&file.store_path(from)).await?;
        let path = format!("../../evidence/snapshot={}/part-{number:05}.parquet", work.run.snapshot);
        let named = file.row_count.map(|rows| (Body::TABLE, rows));
        work.store.stage(&work.run.run_id, staged, &path, FileKind::Evidence, named, bytes.to_vec()).await?;
    }
    Ok(())
}

/// Where the bodies of a snapshot lie.
pub(super) struct Kept {
    snapshot: SnapshotId,
    pub(super) files: Vec<ManifestFile>,
    file_of: HashMap<Sha256, usize>,
}

impl Kept {
    pub(super) async fn of(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Self> {
        let manifest = store.manifest(snapshot).await?;
        let files: Vec<ManifestFile> =
            manifest.files.into_iter().filter(|file| file.kind == FileKind::Evidence).collect();
        let mut file_of = HashMap::new();
        let column = "body_sha256";
        for (index, file) in files.iter().enumerate() {
            let path = file.store_path(snapshot);
            let rows = store.read_parquet_file(&Body::table(), &path, &Selection::columns(&[column])).await?;
            for sha256 in texts(&rows, column)? {
                file_of.insert(Sha256::parse(&sha256)?, index);
            }
        }
        Ok(Self { snapshot: snapshot.clone(), files, file_of })
    }

    /// The files that hold these bodies, in order; a body that is not kept any more cannot be read again.
    pub(super) fn files_of(&self, wanted: &HashSet<Sha256>) -> anyhow::Result<BTreeSet<usize>> {
        let of = |sha256| {
            self.file_of.get(sha256).copied().ok_or_else(|| {
                let message =
                    format!("the page `{sha256}` of snapshot `{}` is not kept any more", self.snapshot);
                UsageError::new(message, "its evidence has expired; make a new run").into()
            })
        };
        wanted.iter().map(of).collect()
    }

    /// Hands on the wanted bodies of these files, file after file, the next one on its way meanwhile.
    pub(super) async fn each(
        &self,
        store: &Store,
        files: impl IntoIterator<Item = usize>,
        wanted: &Arc<HashSet<Sha256>>,
        mut read: impl FnMut(&HashMap<Sha256, Body>),
    ) -> anyhow::Result<()> {
        let mut files = files.into_iter();
        let mut next = files.next().map(|file| self.bodies(store, file, wanted));
        while let Some(bodies) = next {
            let bodies = bodies.await??;
            next = files.next().map(|file| self.bodies(store, file, wanted));
            read(&bodies);
        }
        Ok(())
    }

    /// The wanted bodies of a file, on their way from now on; given up when nobody waits for them any more.
    fn bodies(&self, store: &Store, file: usize, wanted: &Arc<HashSet<Sha256>>) -> AbortOnDropHandle<Bodies> {
        let path = self.files[file].store_path(&self.snapshot);
        let (store, wanted) = (store.clone(), Arc::clone(wanted));
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut bodies = HashMap::new();
            for rows in store.read_parquet_file(&Body::table(), &path, &Selection::all()).await? {
                let is_wanted = |text: Option<&str>| {
                    text.and_then(|text| Sha256::parse(text).ok())
                        .is_some_and(|sha256| wanted.contains(&sha256))
                };
                let rows: Vec<Body> = super::rows(&[filter_text(&rows, "body_sha256", is_wanted)?])?;
                bodies.extend(rows.into_iter().map(|body| (body.body_sha256.clone(), body)));
            }
            Ok(bodies)
        }))
    }
}

/// The hashes of what these fetches brought.
pub(super) fn hashes<'a>(fetches: impl IntoIterator<Item = &'a Fetch>) -> Arc<HashSet<Sha256>> {
    Arc::new(fetches.into_iter().filter_map(|fetch| fetch.body_sha256.clone()).collect())
}

/// Bodies by their hash, or why they could not be read.
type Bodies = anyhow::Result<HashMap<Sha256, Body>>;

/// The countries of the run that the snapshot has targets in.
async fn countries(work: &Work<'_>, from: &SnapshotId) -> anyhow::Result<Vec<CountryCode>> {
    let all = countries_of(work.store, from).await?;
    Ok(all.into_iter().filter(|country| work.is_run(Some(country.as_str()))).collect())
}

/// The countries a snapshot has targets in.
pub(super) async fn countries_of(store: &Store, from: &SnapshotId) -> anyhow::Result<Vec<CountryCode>> {
    let column = "country_code";
    let folder = format!("{}/tables/{}", Manifest::folder(from), Target::TABLE);
    let rows = store.read_parquet(&Target::table(), &folder, &Selection::columns(&[column])).await?;
    let codes: BTreeSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}

async fn read(
    work: &Work<'_>,
    from: &SnapshotId,
    table: &deklaro_schemas::TableSpec,
    wanted: &Selection,
) -> anyhow::Result<Vec<RecordBatch>> {
    let folder = format!("{}/tables/{}", Manifest::folder(from), table.name);
    Ok(work.store.read_parquet(table, &folder, wanted).await?)
}

async fn write(
    work: &Work<'_>,
    table: &deklaro_schemas::TableSpec,
    part: Part,
    rows: Vec<RecordBatch>,
) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    work.area.write(table, part, &concat_batches(&table.schema(), &rows)?).await
}
