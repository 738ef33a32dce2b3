//! Is what a snapshot says what its own rows give when it is made once more: artifacts, hosts, changes, verdicts?
//!
//! Hashes say that bytes are those that were written. This says that they follow from the rows below them. So a verdict that somebody
//! wrote in, with every hash that names it, is found. Only what this version made is made again: another one may judge otherwise.

use super::artifact::ArtifactRows;
use super::select::{rows, texts};
use arrow::array::RecordBatch;
use deklaro_diff::DiffInput;
use deklaro_publish::{ArtifactFormat, render_artifact};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::{
    Candidate, Change, Fetch, Host, MetaRun, Reading, Scan, Source, Statement, Target,
};
use deklaro_schemas::{CountryCode, Row, ScanId, Selection, Sha256, SnapshotId, TableSpec};
use deklaro_store::{Finding, Store, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names shown of those that differ.
const SHOWN: usize = 3;

/// What was made again from a snapshot's rows.
#[derive(Debug, Default, Serialize)]
pub struct Recomputed {
    /// Countries whose rows or artifacts were made again, or compared with the snapshot they were taken over from.
    pub countries: usize,
    /// What was not made again, and why.
    pub not_recomputed: Vec<String>,
    /// What differs; told with the findings of the snapshot.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// Makes a snapshot's verdicts, hosts, changes and artifacts once more and compares them with what is stored. What cannot be read is a
/// finding, or is not made again where it is of the snapshot before. It fails only where the store gives no answer.
pub(super) async fn recomputed(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Recomputed> {
    let mut done = Recomputed::default();
    if let Err(error) = made_again(store, snapshot, &mut done).await {
        let problem = format!("it cannot be made again: {:#}", of_rows(error)?);
        done.findings.push(Finding { path: Manifest::folder(snapshot), problem });
    }
    Ok(done)
}

async fn made_again(store: &Store, snapshot: &SnapshotId, done: &mut Recomputed) -> anyhow::Result<()> {
    let made = Made::of(store, snapshot).await?;
    if let Some(why) = made.other_version() {
        done.not_recomputed.push(why);
        return Ok(());
    }
    let before = made.before(store, done).await?;
    for country in made.countries(store, &before).await? {
        let of = OfCountry { store, made: &made, before: &before, country };
        match of.compared(done).await {
            Ok(true) => done.countries += 1,
            Ok(false) => {}
            Err(error) => {
                let problem = format!("the rows of {country} cannot be made again: {:#}", of_rows(error)?);
                done.findings.push(Finding { path: Manifest::folder(snapshot), problem });
            }
        }
    }
    Ok(())
}

/// An error that says something of what was read; any other is handed on.
fn of_rows(error: anyhow::Error) -> anyhow::Result<anyhow::Error> {
    match error.downcast_ref() {
        Some(StoreError::Object { .. } | StoreError::Denied { .. } | StoreError::NoBucket { .. }) => {
            Err(error)
        }
        _ => Ok(error),
    }
}

/// How a snapshot was made, as it says itself.
struct Made {
    manifest: Manifest,
    settings: BTreeMap<String, String>,
    sources: Vec<Source>,
}

impl Made {
    async fn of(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Self> {
        let settings: Vec<MetaRun> = store.read_rows(snapshot, &Selection::all()).await?;
        Ok(Self {
            manifest: store.manifest(snapshot).await?,
            settings: settings.into_iter().map(|row| (row.name, row.value)).collect(),
            sources: store.read_rows(snapshot, &Selection::all()).await?,
        })
    }

    fn setting(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", String::as_str)
    }

    /// Why nothing is made again, where another version made the snapshot.
    fn other_version(&self) -> Option<String> {
        let (made_by, this) = (self.setting("version"), env!("CARGO_PKG_VERSION"));
        (made_by != this).then(|| format!("made by version {made_by}, this is {this}"))
    }

    /// True for a country that the run was about; the rows of the others were taken over.
    fn is_own(&self, country: CountryCode) -> bool {
        let mut countries = self.setting("countries").split_whitespace().peekable();
        countries.peek().is_none() || countries.any(|code| code == country.as_str())
    }

    /// Every country that the snapshot has something of, and those of the snapshot before.
    async fn countries(&self, store: &Store, before: &Before) -> anyhow::Result<BTreeSet<CountryCode>> {
        let mut countries = codes_of(store, &Host::table(), &self.manifest.snapshot).await?;
        for table in [Statement::table(), Target::table(), Scan::table(), Change::table()] {
            countries.append(&mut codes_of(store, &table, &self.manifest.snapshot).await?);
        }
        countries.extend(artifact_countries(&self.manifest));
        if let Before::Snapshot { manifest, countries: of_it } = before {
            countries.extend(of_it);
            if !self.is_of_all() {
                countries.extend(artifact_countries(manifest));
            }
        }
        Ok(countries)
    }

    /// True where the run was about every country: nothing was taken over.
    fn is_of_all(&self) -> bool {
        self.setting("countries").trim().is_empty()
    }

    /// The snapshot that this one was compared with.
    async fn before(&self, store: &Store, done: &mut Recomputed) -> anyhow::Result<Before> {
        let Some(previous) = &self.manifest.previous else { return Ok(Before::Nothing) };
        match Before::read(store, previous).await {
            Ok(before) => Ok(before),
            Err(error) => {
                let error = of_rows(error)?;
                done.not_recomputed.push(format!("hosts, changes and what was taken over: {error:#}"));
                Ok(Before::Unreadable)
            }
        }
    }
}

/// What a snapshot was compared with.
enum Before {
    /// It was the first.
    Nothing,
    /// This one.
    Snapshot {
        manifest: Manifest,
        /// Of its hosts.
        countries: BTreeSet<CountryCode>,
    },
    /// One that is gone or damaged.
    Unreadable,
}

impl Before {
    async fn read(store: &Store, previous: &SnapshotId) -> anyhow::Result<Self> {
        let manifest = store.manifest(previous).await?;
        Ok(Self::Snapshot { manifest, countries: codes_of(store, &Host::table(), previous).await? })
    }

    /// What a country may be compared with, in words.
    fn told(&self) -> String {
        match self {
            Self::Snapshot { manifest, .. } => format!("what {} has", manifest.snapshot),
            Self::Nothing | Self::Unreadable => "of a snapshot before: there is none".to_owned(),
        }
    }

    /// The SHA-256 that a country's artifact had.
    fn artifact(&self, format: ArtifactFormat, country: CountryCode) -> Option<&Sha256> {
        match self {
            Self::Snapshot { manifest, .. } => listed(manifest, format, country).map(|file| &file.sha256),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

/// The countries that a table names.
async fn codes_of(
    store: &Store,
    table: &TableSpec,
    snapshot: &SnapshotId,
) -> anyhow::Result<BTreeSet<CountryCode>> {
    let column = "country_code";
    let rows = store.read_table(table, snapshot, &Selection::columns(&[column])).await?;
    let codes: BTreeSet<String> = texts(&rows, column)?.into_iter().collect();
    Ok(codes.iter().map(|code| CountryCode::parse(code)).collect::<Result<_, _>>()?)
}

fn artifact_countries(manifest: &Manifest) -> impl Iterator<Item = CountryCode> {
    let artifacts = manifest.files.iter().filter(|file| file.kind == FileKind::Artifact);
    artifacts
        .flat_map(|file| ArtifactFormat::ALL.map(|format| file.artifact_of(format.extension())))
        .flatten()
}

/// A country's artifact as a manifest lists it.
fn listed(manifest: &Manifest, format: ArtifactFormat, country: CountryCode) -> Option<&ManifestFile> {
    let path = format.path(country);
    manifest.files.iter().find(|file| file.kind == FileKind::Artifact && file.path.as_str() == path)
}

/// A country's rows in the snapshot before.
#[derive(Default)]
struct Last {
    hosts: Vec<RecordBatch>,
    host_rows: Vec<Host>,
    statements: Vec<Statement>,
}

/// A country of a snapshot.
struct OfCountry<'a> {
    store: &'a Store,
    made: &'a Made,
    before: &'a Before,
    country: CountryCode,
}

impl OfCountry<'_> {
    fn snapshot(&self) -> &SnapshotId {
        &self.made.manifest.snapshot
    }

    fn wanted(&self) -> Selection {
        Selection::all().only("country_code", self.country.as_str())
    }

    async fn batches<R: Row>(&self, snapshot: &SnapshotId) -> Result<Vec<RecordBatch>, StoreError> {
        self.store.read_table(&R::table(), snapshot, &self.wanted()).await
    }

    async fn rows<R: Row>(&self, snapshot: &SnapshotId) -> Result<Vec<R>, StoreError> {
        self.store.read_rows(snapshot, &self.wanted()).await
    }

    /// True where something of the country was made again or compared.
    async fn compared(&self, done: &mut Recomputed) -> anyhow::Result<bool> {
        let last = self.last(done).await?;
        if self.made.is_own(self.country) {
            // Everything from the rows below.
            let mut is_compared = self.verdicts(done).await?;
            if let Some(last) = &last {
                self.states(last, done).await?;
                is_compared = true;
            }
            return Ok(self.artifacts(last.is_some(), done).await? || is_compared);
        }
        match last {
            Some(last) => self.taken_over(last, done).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// The country's rows in the snapshot before; nothing where they cannot be read.
    async fn last(&self, done: &mut Recomputed) -> anyhow::Result<Option<Last>> {
        let previous = match self.before {
            Before::Nothing => return Ok(Some(Last::default())),
            Before::Unreadable => return Ok(None),
            Before::Snapshot { manifest, .. } => &manifest.snapshot,
        };
        match self.last_of(previous).await {
            Ok(last) => Ok(Some(last)),
            Err(error) => {
                let (country, error) = (self.country, of_rows(error)?);
                done.not_recomputed
                    .push(format!("{country}: the rows of {previous} cannot be read: {error:#}"));
                Ok(None)
            }
        }
    }

    async fn last_of(&self, previous: &SnapshotId) -> anyhow::Result<Last> {
        let hosts = self.batches::<Host>(previous).await?;
        Ok(Last { host_rows: rows(&hosts)?, hosts, statements: self.rows(previous).await? })
    }

    /// The verdicts that the readings give; false where they were made by other rules.
    async fn verdicts(&self, done: &mut Recomputed) -> anyhow::Result<bool> {
        let (snapshot, country) = (self.snapshot(), self.country);
        let stored: Vec<Statement> = self.rows(snapshot).await?;
        let rules = deklaro_detect::rubric_version();
        if stored.iter().any(|statement| statement.rubric_version.as_deref() != Some(rules)) {
            let why = format!("the verdicts of {country}: made by other rules, these are {rules}");
            done.not_recomputed.push(why);
            return Ok(false);
        }
        let targets: Vec<Target> = self.rows(snapshot).await?;
        let fetches: Vec<Fetch> = self.rows(snapshot).await?;
        let readings: Vec<Reading> = self.rows(snapshot).await?;
        let candidates: Vec<Candidate> = self.rows(snapshot).await?;
        let made = deklaro_detect::verdicts(snapshot.month(), &targets, &fetches, &readings, &candidates);
        let names = different(stored, made, |row| row.canonical_hostname.to_string());
        self.told::<Statement>(&names, "what its readings give", done);
        Ok(true)
    }

    /// The hosts and changes that the verdicts give with the hosts of the snapshot before.
    async fn states(&self, last: &Last, done: &mut Recomputed) -> anyhow::Result<()> {
        let snapshot = self.snapshot();
        let statements = self.batches::<Statement>(snapshot).await?;
        let made =
            deklaro_diff::diff(&DiffInput { snapshot, statements: &statements, last_hosts: &last.hosts })?;
        let before = self.made.manifest.previous.as_ref();
        let before = before.map_or_else(String::new, |previous| format!(" and the hosts of {previous}"));
        let source = format!("what its statements{before} give");
        let names = different(self.rows::<Host>(snapshot).await?, rows(&[made.hosts])?, |row| {
            row.canonical_hostname.to_string()
        });
        self.told::<Host>(&names, &source, done);
        let names = different(self.rows::<Change>(snapshot).await?, rows(&[made.changes])?, |row| {
            row.canonical_hostname.to_string()
        });
        self.told::<Change>(&names, &source, done);
        Ok(())
    }

    /// The artifacts that the tables give, format by format; false where nothing was compared.
    async fn artifacts(&self, is_last_known: bool, done: &mut Recomputed) -> anyhow::Result<bool> {
        let (snapshot, country) = (self.snapshot(), self.country);
        let is_own = |scan: &Scan| scan.scan_id == ScanId::of(snapshot, country);
        let scan = self.rows::<Scan>(snapshot).await?.into_iter().find(is_own);
        let Some(scan) = scan else {
            if self.made.is_of_all() {
                let stray = ArtifactFormat::ALL.iter().filter_map(|format| self.listed(*format));
                done.findings
                    .extend(stray.map(|file| finding(file, snapshot, "no scan of the country brought it")));
                return Ok(true);
            }
            // No list has the country any more: a run over it hands its artifacts on.
            if is_last_known {
                self.artifacts_taken_over(done);
            }
            return Ok(is_last_known);
        };
        let (wanted, entries) = ArtifactRows::wanted(country);
        let rows = ArtifactRows {
            scan: &scan,
            hosts: self.store.read_rows(snapshot, &wanted).await?,
            statements: self.store.read_rows(snapshot, &wanted).await?,
            targets: self.store.read_rows(snapshot, &wanted).await?,
            entry_fetches: self.store.read_rows(snapshot, &entries).await?,
            sources: &self.made.sources,
        };
        let artifact = rows.artifact()?;
        for format in ArtifactFormat::ALL {
            let Some(file) = self.listed(format) else {
                done.findings.push(self.gone(format));
                continue;
            };
            let made = Sha256::of(&render_artifact(&artifact, format)?.bytes);
            if made != file.sha256 {
                let problem = format!("not what its tables give: made again, its sha256 is `{made}`");
                done.findings.push(finding(file, snapshot, &problem));
            }
        }
        Ok(true)
    }

    /// A country that the run was not about: the rows and artifacts of the snapshot before.
    async fn taken_over(&self, last: Last, done: &mut Recomputed) -> anyhow::Result<()> {
        let (snapshot, source) = (self.snapshot(), self.before.told());
        let name = |row: &Statement| row.canonical_hostname.to_string();
        let names = different(self.rows(snapshot).await?, last.statements, name);
        self.told::<Statement>(&names, &source, done);
        let name = |row: &Host| row.canonical_hostname.to_string();
        let names = different(self.rows(snapshot).await?, last.host_rows, name);
        self.told::<Host>(&names, &source, done);
        let changes: Vec<Change> = self.rows(snapshot).await?;
        let names = different(changes, Vec::new(), |row| row.canonical_hostname.to_string());
        self.told::<Change>(&names, "those of the run's countries", done);
        self.artifacts_taken_over(done);
        Ok(())
    }

    fn artifacts_taken_over(&self, done: &mut Recomputed) {
        for format in ArtifactFormat::ALL {
            match (self.listed(format), self.before.artifact(format, self.country)) {
                (Some(file), was) if was != Some(&file.sha256) => {
                    let problem = format!("not {}", self.before.told());
                    done.findings.push(finding(file, self.snapshot(), &problem));
                }
                (None, Some(_)) => done.findings.push(self.gone(format)),
                _ => {}
            }
        }
    }

    /// The country's artifact as the manifest lists it.
    fn listed(&self, format: ArtifactFormat) -> Option<&ManifestFile> {
        listed(&self.made.manifest, format, self.country)
    }

    /// An artifact that the manifest does not list.
    fn gone(&self, format: ArtifactFormat) -> Finding {
        let path = Manifest::file_path(self.snapshot(), &format.path(self.country));
        Finding { path, problem: "the manifest does not list it: the artifact was removed".to_owned() }
    }

    fn told<R: Row>(&self, names: &[String], source: &str, done: &mut Recomputed) {
        if names.is_empty() {
            return;
        }
        let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(SHOWN);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let problem = format!("the rows of {} {shown}{more} are not {source}", self.country);
        done.findings.push(Finding { path: Manifest::table_folder(self.snapshot(), R::TABLE), problem });
    }
}

fn finding(file: &ManifestFile, snapshot: &SnapshotId, problem: &str) -> Finding {
    Finding { path: file.store_path(snapshot), problem: problem.to_owned() }
}

/// The names whose rows are not the same on both sides, in whatever order they stand.
fn different<R: PartialEq>(stored: Vec<R>, made: Vec<R>, name: impl Fn(&R) -> String) -> Vec<String> {
    let mut sides: BTreeMap<String, (Vec<R>, Vec<R>)> = BTreeMap::new();
    for row in stored {
        sides.entry(name(&row)).or_default().0.push(row);
    }
    for row in made {
        sides.entry(name(&row)).or_default().1.push(row);
    }
    let is_same = |(stored, made): &(Vec<R>, Vec<R>)| {
        stored.len() == made.len() && stored.iter().all(|row| made.contains(row))
    };
    sides.into_iter().filter(|(_, both)| !is_same(both)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::different;

    #[test]
    fn rows_are_the_same_in_any_order_and_a_row_more_less_or_other_is_named() {
        let name = |row: &(&'static str, i32)| row.0.to_owned();
        let made = vec![("a", 1), ("a", 2), ("b", 1)];
        let found = |stored: &[(&'static str, i32)]| different(stored.to_vec(), made.clone(), name);
        assert!(found(&[("b", 1), ("a", 2), ("a", 1)]).is_empty());
        assert_eq!(found(&[("a", 1), ("b", 2)]), ["a", "b"]);
        assert_eq!(found(&[("a", 1), ("a", 2), ("b", 1), ("c", 1)]), ["c"]);
    }
}
