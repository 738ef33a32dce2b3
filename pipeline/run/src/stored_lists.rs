//! Lists that `deklaro import` took into the store: `lists/<sha256>.bin` and what is known about each beside it.

use super::listed_source::ListedSource;
use crate::import::import_one;
use crate::list_report::ListReport;
use deklaro_console::{UsageError, now};
use deklaro_import::{Imported, Origin, Seeds};
use deklaro_schemas::codes::SourceType;
use deklaro_schemas::stored::Lists;
use deklaro_schemas::{CountryCode, Sha256, Timestamp};
use deklaro_store::{Store, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is known of a kept list: `lists/<sha256>.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptList {
    /// File name without folder.
    pub file_name: String,
    /// Who keeps the list.
    pub publisher: Option<String>,
    /// official, curated, archive or other.
    pub source_type: SourceType,
    /// Where the list can be had.
    pub source_reference_url: Option<String>,
    /// The country of rows that name none.
    pub country: Option<CountryCode>,
    /// The columns, where the user gave them.
    #[serde(default)]
    pub map: Option<String>,
    /// When it was first taken in.
    #[serde(default)]
    pub imported_at: Option<Timestamp>,
    /// The newer edition that replaced it; runs pass it over then.
    #[serde(default)]
    pub replaced_by: Option<Sha256>,
    /// What it gave when it was taken in.
    #[serde(default)]
    pub report: Option<ListReport>,
}

/// How a new edition of a list differs from the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The edition before.
    pub replaces: Sha256,
    /// Pages the last edition did not have.
    pub rows_added: usize,
    /// Pages this one no longer has.
    pub rows_removed: usize,
    /// Pages that stand in another sheet or row.
    pub rows_moved: usize,
}

/// What keeping a list came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListChange {
    /// The same bytes and the same description were there.
    Unchanged,
    /// It is new, or newly described.
    Stored,
    /// It takes the place of an older edition.
    Replaced(Edition),
}

/// Keeps a list. The same bytes again change nothing. A new edition has the same name and reference, or
/// replaces the list named by `replaces`. It takes the place of the old edition, which stays in the store.
pub async fn keep(
    store: &Store,
    list: &ListedSource,
    imported: &Imported,
    report: &ListReport,
    replaces: Option<&str>,
) -> anyhow::Result<ListChange> {
    let sha256 = Sha256::of(&list.bytes);
    let known = all(store).await?;
    let mut kept = describe(list, report);
    if let Some((_, same)) = known.iter().find(|(known, _)| *known == sha256) {
        kept.imported_at = same.imported_at.or(kept.imported_at);
        let is_same = serde_json::to_value(&kept)? == serde_json::to_value(same)?;
        if is_same {
            return Ok(ListChange::Unchanged);
        }
    }
    match store.create(&Lists::bytes_path(&sha256), list.bytes.clone().into()).await {
        Ok(()) | Err(StoreError::Exists { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    write(store, &sha256, &kept).await?;
    let is_before = |old: &KeptList| match replaces {
        Some(name) => old.file_name == name,
        None => old.file_name == kept.file_name && old.source_reference_url == kept.source_reference_url,
    };
    let before = known
        .into_iter()
        .find(|(old_sha, old)| *old_sha != sha256 && old.replaced_by.is_none() && is_before(old));
    let Some((old_sha, mut old)) = before else { return Ok(ListChange::Stored) };
    let edition = compare(&old_sha, &read(store, &old_sha, old.clone()).await?, imported)?;
    old.replaced_by = Some(sha256);
    write(store, &old_sha, &old).await?;
    Ok(ListChange::Replaced(edition))
}

fn describe(list: &ListedSource, report: &ListReport) -> KeptList {
    let Origin { publisher, source_type, source_reference_url, country } = list.origin.clone();
    KeptList {
        file_name: list.file_name.clone(),
        publisher,
        source_type,
        source_reference_url,
        country,
        map: list.map.clone(),
        imported_at: Some(now()),
        replaced_by: None,
        report: Some(report.clone()),
    }
}

async fn write(store: &Store, sha256: &Sha256, kept: &KeptList) -> anyhow::Result<()> {
    Ok(store.replace(&Lists::record_path(sha256), serde_json::to_vec_pretty(kept)?.into()).await?)
}

/// Every kept list, by hash.
pub async fn all(store: &Store) -> anyhow::Result<Vec<(Sha256, KeptList)>> {
    let mut lists = Vec::new();
    for (path, _) in store.list(Lists::FOLDER).await? {
        let name = path.rsplit('/').next().unwrap_or("");
        let Some(stem) = name.strip_suffix(".json") else { continue };
        let corrupt = |why: String| StoreError::Corrupt { path: path.clone(), why };
        let sha256 = Sha256::parse(stem).map_err(|error| corrupt(error.to_string()))?;
        let kept = serde_json::from_slice(&store.read(&path).await?);
        lists.push((sha256, kept.map_err(|error| corrupt(error.to_string()))?));
    }
    Ok(lists)
}

/// The lists a run is made from: all that no newer edition replaced, by name.
pub(super) async fn current(store: &Store) -> anyhow::Result<Vec<ListedSource>> {
    let mut lists = Vec::new();
    for (sha256, kept) in all(store).await?.into_iter().filter(|(_, kept)| kept.replaced_by.is_none()) {
        lists.push(read(store, &sha256, kept).await?);
    }
    lists.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    if lists.is_empty() {
        let hint = "give `--sources sources.toml`, or take workbooks in with `deklaro import`";
        return Err(UsageError::new("no lists to run on", hint).into());
    }
    Ok(lists)
}

async fn read(store: &Store, sha256: &Sha256, kept: KeptList) -> anyhow::Result<ListedSource> {
    let KeptList { file_name, publisher, source_type, source_reference_url, country, map, .. } = kept;
    Ok(ListedSource {
        file_name,
        bytes: store.read(&Lists::bytes_path(sha256)).await?.to_vec(),
        origin: Origin { publisher, source_type, source_reference_url, country },
        map,
    })
}

/// Pages added, removed and moved between two editions.
fn compare(old_sha: &Sha256, old: &ListedSource, new: &Imported) -> anyhow::Result<Edition> {
    let old = import_one(old)?;
    let (old, new) = (pages(&old.seeds), pages(&new.seeds));
    let moved = new.iter().filter(|(page, place)| old.get(*page).is_some_and(|before| before != *place));
    Ok(Edition {
        replaces: old_sha.clone(),
        rows_added: new.keys().filter(|page| !old.contains_key(*page)).count(),
        rows_removed: old.keys().filter(|page| !new.contains_key(*page)).count(),
        rows_moved: moved.count(),
    })
}

/// Where each page of a country and host stands: its sheet and row.
fn pages(seeds: &Seeds) -> HashMap<(&str, &str, &str), (&str, i64)> {
    let mut pages = HashMap::with_capacity(seeds.len());
    for (page, place) in seeds.places().zip(seeds.sheet_rows()) {
        pages.entry(page).or_insert(place);
    }
    pages
}
