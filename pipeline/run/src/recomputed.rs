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
use deklaro_schemas::{CountryCode, Row, ScanId, Selection, Sha256, SnapshotId};
use deklaro_store::{Finding, Store, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names shown of those that differ.
const SHOWN: usize = 3;

/// What was made again from a snapshot's rows.
#[derive(Debug, Default, Serialize)]
pub struct Recomputed {
    /// Countries whose rows and artifacts were made again, or compared with the snapshot they were taken over from.
    pub countries: usize,
    /// What was not made again, and why.
    pub not_recomputed: Vec<String>,
    /// What differs; told with the findings of the snapshot.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// Makes a snapshot's verdicts, hosts, changes and artifacts once more and compares them with what is stored.
pub(super) async fn recomputed(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Recomputed> {
    let mut done = Recomputed::default();
    let made = Made::of(store, snapshot).await?;
    if let Some(why) = made.other_version() {
        done.not_recomputed.push(why);
        return Ok(done);
    }
    let hosts = store.read_table(&Host::table(), snapshot, &Selection::columns(&["country_code"])).await?;
    let countries: BTreeSet<String> = texts(&hosts, "country_code")?.into_iter().collect();
    let before = made.before(store, &mut done).await?;
    for code in &countries {
        let country = CountryCode::parse(code)?;
        let of = OfCountry { store, made: &made, before: before.as_ref(), country };
        if made.is_own(country) {
            of.own(&mut done).await?;
        } else {
            of.taken_over(&mut done).await?;
        }
        done.countries += 1;
    }
    Ok(done)
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

    /// The manifest of the snapshot that this one was compared with, where there is one that can be read.
    async fn before(&self, store: &Store, done: &mut Recomputed) -> Result<Option<Before>, StoreError> {
        let Some(previous) = &self.manifest.previous else { return Ok(Some(Before::Nothing)) };
        match store.manifest(previous).await {
            Ok(manifest) => Ok(Some(Before::Snapshot(manifest))),
            Err(error @ (StoreError::NoSuchSnapshot(_) | StoreError::Changed { .. })) => {
                done.not_recomputed.push(format!("hosts and changes: {error}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// What a snapshot was compared with.
enum Before {
    /// It was the first.
    Nothing,
    /// This one.
    Snapshot(Manifest),
}

impl Before {
    fn manifest(&self) -> Option<&Manifest> {
        match self {
            Self::Nothing => None,
            Self::Snapshot(manifest) => Some(manifest),
        }
    }
}

/// A country of a snapshot.
struct OfCountry<'a> {
    store: &'a Store,
    made: &'a Made,
    /// Nothing where what it was compared with cannot be read.
    before: Option<&'a Before>,
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

    /// A country that the run was about: everything from the rows below.
    async fn own(&self, done: &mut Recomputed) -> anyhow::Result<()> {
        self.verdicts(done).await?;
        if let Some(before) = self.before {
            self.states(before.manifest().map(|manifest| &manifest.snapshot), done).await?;
        }
        self.artifacts(done).await
    }

    /// The verdicts that the readings give.
    async fn verdicts(&self, done: &mut Recomputed) -> anyhow::Result<()> {
        let (snapshot, country) = (self.snapshot(), self.country);
        let stored: Vec<Statement> = self.rows(snapshot).await?;
        let rules = deklaro_detect::rubric_version();
        if stored.iter().any(|statement| statement.rubric_version.as_deref() != Some(rules)) {
            let why = format!("the verdicts of {country}: made by other rules, these are {rules}");
            done.not_recomputed.push(why);
            return Ok(());
        }
        let targets: Vec<Target> = self.rows(snapshot).await?;
        let fetches: Vec<Fetch> = self.rows(snapshot).await?;
        let readings: Vec<Reading> = self.rows(snapshot).await?;
        let candidates: Vec<Candidate> = self.rows(snapshot).await?;
        let made = deklaro_detect::verdicts(snapshot.month(), &targets, &fetches, &readings, &candidates);
        let names = different(stored, made, |row| row.canonical_hostname.to_string());
        self.told::<Statement>(&names, "what its readings give", done);
        Ok(())
    }

    /// The hosts and changes that the verdicts give with the hosts of the snapshot before.
    async fn states(&self, previous: Option<&SnapshotId>, done: &mut Recomputed) -> anyhow::Result<()> {
        let snapshot = self.snapshot();
        let statements = self.batches::<Statement>(snapshot).await?;
        let last_hosts = match previous {
            Some(previous) => self.batches::<Host>(previous).await?,
            None => Vec::new(),
        };
        let made =
            deklaro_diff::diff(&DiffInput { snapshot, statements: &statements, last_hosts: &last_hosts })?;
        let before = previous.map_or_else(String::new, |previous| format!(" and the hosts of {previous}"));
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

    /// The artifacts that the tables give, format by format.
    async fn artifacts(&self, done: &mut Recomputed) -> anyhow::Result<()> {
        let (snapshot, country) = (self.snapshot(), self.country);
        let is_own = |scan: &Scan| scan.scan_id == ScanId::of(snapshot, country);
        let scan = self.rows::<Scan>(snapshot).await?.into_iter().find(is_own);
        let Some(scan) = scan else {
            let stray = ArtifactFormat::ALL.iter().filter_map(|format| self.listed(*format));
            done.findings
                .extend(stray.map(|file| finding(file, snapshot, "no scan of the country brought it")));
            return Ok(());
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
            let Some(file) = self.listed(format) else { continue };
            let made = Sha256::of(&render_artifact(&artifact, format)?.bytes);
            if made != file.sha256 {
                let problem = format!("not what its tables give: made again, its sha256 is `{made}`");
                done.findings.push(finding(file, snapshot, &problem));
            }
        }
        Ok(())
    }

    /// A country that the run was not about: the rows and artifacts of the snapshot before.
    async fn taken_over(&self, done: &mut Recomputed) -> anyhow::Result<()> {
        let Some(before) = self.before.and_then(Before::manifest) else { return Ok(()) };
        let (snapshot, previous) = (self.snapshot(), &before.snapshot);
        let source = format!("what {previous} has");
        let name = |row: &Statement| row.canonical_hostname.to_string();
        let names = different(self.rows(snapshot).await?, self.rows(previous).await?, name);
        self.told::<Statement>(&names, &source, done);
        let name = |row: &Host| row.canonical_hostname.to_string();
        let names = different(self.rows(snapshot).await?, self.rows(previous).await?, name);
        self.told::<Host>(&names, &source, done);
        let changes: Vec<Change> = self.rows(snapshot).await?;
        let names = different(changes, Vec::new(), |row| row.canonical_hostname.to_string());
        self.told::<Change>(&names, "those of the run's countries", done);
        for format in ArtifactFormat::ALL {
            let was = before.files.iter().find(|file| file.path.as_str() == format.path(self.country));
            let Some(file) = self.listed(format) else { continue };
            if was.map(|was| &was.sha256) != Some(&file.sha256) {
                done.findings.push(finding(file, snapshot, &format!("not {source}")));
            }
        }
        Ok(())
    }

    /// The country's artifact as the manifest lists it.
    fn listed(&self, format: ArtifactFormat) -> Option<&ManifestFile> {
        let path = format.path(self.country);
        self.made
            .manifest
            .files
            .iter()
            .find(|file| file.kind == FileKind::Artifact && file.path.as_str() == path)
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
