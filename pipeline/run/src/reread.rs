//! Stored months read again in partitions, to see what today's terms and rules would have said; nothing is published.
//!
//! ```text
//! parts/reread/2026-10.0/<terms>-<rules>/of-00004/part-00001/AT-readings.parquet   a country's pages whose bytes lie in the partition's files
//! parts/reread/2026-10.0/<terms>-<rules>/of-00004/part-00001.done.json             create-only
//! ```
//!
//! A partition is a number of files of page bytes, packed by length: each is read by one partition only.

use super::ending::RereadStopped;
use super::reading::{NextGroup, PageReader};
use super::reading_tools::ReadingTools;
use super::redetect::countries_of;
use super::stored_bodies::{StoredBodies, hashes};
use super::tools::Tools;
use crate::PartitionOf;
use deklaro_detect::Glossary;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::RunFile;
use deklaro_schemas::tables::{Candidate, Fetch, Reading, Statement, Target};
use deklaro_schemas::{CountryCode, HostId, Row, Selection, SnapshotId, batch, parquet_file};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What a partition came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reread {
    /// Pages read.
    pub pages: usize,
    /// Links considered.
    pub links: usize,
    /// True where it was done already, by this or another process.
    pub was_done: bool,
}

/// How a month's verdicts differ.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// The month's snapshot.
    pub snapshot: SnapshotId,
    /// Version of the rules its verdicts were made by.
    pub rubric_before: String,
    /// Of today's.
    pub rubric_now: String,
    /// Version of the terms its pages were read with.
    pub glossary_before: String,
    /// Of today's.
    pub glossary_now: String,
    /// Verdicts.
    pub hosts: usize,
    /// Of which so many are others now.
    pub changed: usize,
    /// From what to what, and how many.
    pub verdicts: Vec<Transition>,
}

/// Verdicts of one kind that are of another kind now, or still the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Transition {
    /// Status and confidence as published.
    pub before: String,
    /// As today's rules say.
    pub now: String,
    /// Hosts.
    pub hosts: usize,
}

/// A snapshot to be read again.
#[derive(Debug)]
pub struct Again<'a> {
    tools: Tools<'a>,
    snapshot: SnapshotId,
    reading: ReadingTools,
    folder: String,
    partitions: u32,
}

impl<'a> Again<'a> {
    /// The snapshot with the user's own terms beside the shipped ones, in so many partitions.
    pub fn of(tools: Tools<'a>, snapshot: &SnapshotId, own: Option<Arc<Glossary>>, partitions: u32) -> Self {
        let reading = ReadingTools::of(tools, own);
        let versions = versions(reading.glossary());
        let folder = format!("{}/{snapshot}/{versions}/of-{partitions:05}", RunFile::REREAD);
        Self { tools, snapshot: snapshot.clone(), reading, folder, partitions }
    }

    fn store(&self) -> &'a Store {
        self.tools.store
    }

    fn done_path(&self, partition: u32) -> String {
        format!("{}/part-{partition:05}.done.json", self.folder)
    }

    fn path(&self, partition: u32, country: CountryCode, table: &str) -> String {
        format!("{}/part-{partition:05}/{country}-{table}.parquet", self.folder)
    }

    /// Reads a partition's pages, where that is not done yet.
    pub fn partition(&self, of: PartitionOf) -> BoxFuture<'_, anyhow::Result<Reread>> {
        Box::pin(async move {
            let mut reread = Reread::default();
            if self.store().exists(&self.done_path(of.index)).await? {
                reread.was_done = true;
                return Ok(reread);
            }
            let kept = StoredBodies::of(self.store(), &self.snapshot).await?;
            let own = files(&kept, of);
            for country in countries_of(self.store(), &self.snapshot).await? {
                let (readings, candidates) = self.country(&kept, &own, country).await?;
                (reread.pages, reread.links) =
                    (reread.pages + readings.len(), reread.links + candidates.len());
                self.write(of.index, country, &readings).await?;
                self.write(of.index, country, &candidates).await?;
            }
            let json = serde_json::to_vec_pretty(&reread)?;
            match self.store().create(&self.done_path(of.index), json.into()).await {
                // Both read the same pages with the same rules: the rows are the same too.
                Ok(()) | Err(StoreError::Exists { .. }) => Ok(reread),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// The pages of a country that lie in these files, file by file.
    async fn country(
        &self,
        kept: &StoredBodies,
        own: &BTreeSet<usize>,
        country: CountryCode,
    ) -> anyhow::Result<(Vec<Reading>, Vec<Candidate>)> {
        let wanted = Selection::all().only("country_code", country.as_str());
        let targets: Vec<Target> = self.store().read_rows(&self.snapshot, &wanted).await?;
        let mut rounds: BTreeMap<i32, Vec<Fetch>> = BTreeMap::new();
        for fetch in self.store().read_rows::<Fetch>(&self.snapshot, &wanted).await? {
            rounds.entry(fetch.round).or_default().push(fetch);
        }
        let wanted = hashes(rounds.values().flatten());
        let files = kept.files_of(&wanted)?.into_iter().filter(|file| own.contains(file));
        let files = kept.body_files(self.store(), files, &wanted, rounds.len());
        let groups = rounds.into_values().collect();
        let mut reader = PageReader::new(targets.into(), groups, files, self.reading.clone());
        let (mut readings, mut candidates) = (Vec::new(), Vec::new());
        loop {
            match reader.next_group().await? {
                NextGroup::Read(read) => {
                    readings.extend(read.readings);
                    candidates.extend(read.candidates);
                }
                NextGroup::Stopped => {
                    let (snapshot, exit) = (self.snapshot.clone(), self.tools.shutdown.exit());
                    return Err(RereadStopped { snapshot, exit }.into());
                }
                NextGroup::Over => return Ok((readings, candidates)),
            }
        }
    }

    async fn write<R: Row>(&self, partition: u32, country: CountryCode, rows: &[R]) -> anyhow::Result<()> {
        let bytes = parquet_file::encode(&R::table(), &batch::from_rows(rows)?, &[])?;
        Ok(self.store().replace(&self.path(partition, country, R::TABLE), bytes.into()).await?)
    }

    async fn rows<R: Row>(&self, country: CountryCode) -> anyhow::Result<Vec<R>> {
        let mut rows = Vec::new();
        for partition in 0..self.partitions {
            let path = self.path(partition, country, R::TABLE);
            let read = self.store().read_parquet_file(&R::table(), &path, &Selection::all()).await?;
            rows.extend(super::rows::<R>(&read)?);
        }
        Ok(rows)
    }

    /// Reads what is left, and compares the verdicts, country after country.
    pub fn compared(&self) -> BoxFuture<'_, anyhow::Result<Compared>> {
        Box::pin(async move {
            let step = self
                .tools
                .progress
                .step(&format!("read {} again", self.snapshot), u64::from(self.partitions));
            for index in 0..self.partitions {
                self.partition(PartitionOf { index, count: self.partitions }).await?;
                step.advance(1);
            }
            let mut compared = Compared {
                snapshot: self.snapshot.clone(),
                rubric_before: String::new(),
                rubric_now: deklaro_detect::rubric_version().to_owned(),
                glossary_before: String::new(),
                glossary_now: self.reading.glossary().version().to_owned(),
                hosts: 0,
                changed: 0,
                verdicts: Vec::new(),
            };
            let mut transitions: BTreeMap<(String, String), usize> = BTreeMap::new();
            let (mut rubrics, mut glossaries) = (BTreeSet::new(), BTreeSet::new());
            for country in countries_of(self.store(), &self.snapshot).await? {
                let (before, now) = self.verdicts(country).await?;
                for statement in before {
                    let Some(now) = now.get(&statement.host_id) else { continue };
                    rubrics.extend(statement.rubric_version.clone());
                    glossaries.extend(statement.glossary_version.clone());
                    let (before, now) = (kind(&statement), kind(now));
                    compared.hosts += 1;
                    compared.changed += usize::from(before != now);
                    *transitions.entry((before, now)).or_default() += 1;
                }
            }
            let joined = |versions: BTreeSet<String>| versions.into_iter().collect::<Vec<_>>().join(" ");
            (compared.rubric_before, compared.glossary_before) = (joined(rubrics), joined(glossaries));
            let of = |((before, now), hosts)| Transition { before, now, hosts };
            compared.verdicts = transitions.into_iter().map(of).collect();
            step.done(&format!("{} of {} verdicts are others", compared.changed, compared.hosts));
            Ok(compared)
        })
    }

    /// A country's verdicts as published and as today's rules give them.
    async fn verdicts(
        &self,
        country: CountryCode,
    ) -> anyhow::Result<(Vec<Statement>, HashMap<HostId, Statement>)> {
        let wanted = Selection::all().only("country_code", country.as_str());
        let targets: Vec<Target> = self.store().read_rows(&self.snapshot, &wanted).await?;
        let fetches: Vec<Fetch> = self.store().read_rows(&self.snapshot, &wanted).await?;
        let before: Vec<Statement> = self.store().read_rows(&self.snapshot, &wanted).await?;
        let (readings, candidates) = (self.rows(country).await?, self.rows(country).await?);
        let month = self.snapshot.month();
        let now = deklaro_detect::verdicts(month, &targets, &fetches, &readings, &candidates);
        Ok((before, now.into_iter().map(|statement| (statement.host_id.clone(), statement)).collect()))
    }
}

/// Results no comparison uses any more: of snapshots that are gone, or read with other terms or rules than this program's own. They can
/// be made again, so nothing is lost with them. Paths and lengths.
pub fn outdated(store: &Store) -> BoxFuture<'_, anyhow::Result<Vec<(String, u64)>>> {
    Box::pin(async move {
        let versions = versions(Glossary::builtin());
        let history = store.history().await?;
        let is_kept = |path: &str| {
            let mut names = path.strip_prefix(RunFile::REREAD).unwrap_or(path).split('/').skip(1);
            let snapshot = names.next().and_then(|name| name.parse::<SnapshotId>().ok());
            let state = snapshot.and_then(|snapshot| history.state(&snapshot));
            let is_there = matches!(state, Some(SnapshotState::Live | SnapshotState::Retracted));
            is_there && names.next() == Some(versions.as_str())
        };
        let mut files = store.list(RunFile::REREAD).await?;
        files.retain(|(path, _)| !is_kept(path));
        Ok(files)
    })
}

/// By which terms and rules.
fn versions(glossary: &Glossary) -> String {
    format!("{}-{}", glossary.version(), deklaro_detect::rubric_version())
}

fn kind(statement: &Statement) -> String {
    format!("{} {}", statement.detection_status, statement.confidence)
}

/// The files of a partition: the longest first, each to the partition with the least to read.
fn files(kept: &StoredBodies, of: PartitionOf) -> BTreeSet<usize> {
    let mut order: Vec<usize> = (0..kept.files.len()).collect();
    order.sort_by_key(|file| std::cmp::Reverse(kept.files[*file].size_bytes));
    let mut loads = vec![0_u64; of.count as usize];
    let mut own = BTreeSet::new();
    for file in order {
        let Some((partition, load)) = loads.iter_mut().enumerate().min_by_key(|(_, load)| **load) else {
            break;
        };
        *load += kept.files[file].size_bytes;
        if partition == of.index as usize {
            own.insert(file);
        }
    }
    own
}
