//! Lists that `deklaro import` took into the store: `lists/<sha256>.bin` and what is known about each beside it.

use super::listed_source::ListedSource;
use crate::import::import_one;
use crate::list_report::ListReport;
use deklaro_console::{UsageError, now};
use deklaro_import::{Imported, Origin, Seeds, Workbooks};
use deklaro_schemas::stored::Lists;
use deklaro_schemas::{Sha256, Timestamp};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is known of a list in the store: `lists/<sha256>.json`. Unlike a [`ListedSource`], it has a past and no bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredList {
    /// File name without folder.
    pub file_name: String,
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
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
pub fn keep<'a>(
    store: &'a Store,
    list: &'a ListedSource,
    imported: &'a Imported,
    report: &'a ListReport,
    replaces: Option<&'a str>,
    workbooks: &'a dyn Workbooks,
) -> BoxFuture<'a, anyhow::Result<ListChange>> {
    Box::pin(async move {
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
        let is_before = |old: &StoredList| match replaces {
            Some(name) => old.file_name == name,
            None => {
                old.file_name == kept.file_name
                    && old.origin.source_reference_url == kept.origin.source_reference_url
            }
        };
        let before = known
            .into_iter()
            .find(|(old_sha, old)| *old_sha != sha256 && old.replaced_by.is_none() && is_before(old));
        let Some((old_sha, mut old)) = before else { return Ok(ListChange::Stored) };
        let list_before = read(store, &old_sha, old.clone()).await?;
        old.replaced_by = Some(sha256);
        write(store, &old_sha, &old).await?;
        Ok(ListChange::Replaced(match import_one(&list_before, workbooks) {
            Ok(before) => compare(&old_sha, &before, imported),
            // What was taken in once need not be readable now; the new edition takes its place all the same.
            Err(error) => {
                tracing::warn!(file = old.file_name, error = %error, "the edition before cannot be compared");
                compare(&old_sha, &Imported::default(), imported)
            }
        }))
    })
}

fn describe(list: &ListedSource, report: &ListReport) -> StoredList {
    StoredList {
        file_name: list.file_name.clone(),
        origin: list.origin.clone(),
        map: list.map.clone(),
        imported_at: Some(now()),
        replaced_by: None,
        report: Some(report.clone()),
    }
}

async fn write(store: &Store, sha256: &Sha256, kept: &StoredList) -> anyhow::Result<()> {
    Ok(store.replace(&Lists::record_path(sha256), serde_json::to_vec_pretty(kept)?.into()).await?)
}

/// Every kept list, by hash.
pub fn all(store: &Store) -> BoxFuture<'_, anyhow::Result<Vec<(Sha256, StoredList)>>> {
    Box::pin(async move {
        let mut lists = Vec::new();
        for (path, _) in store.list(Lists::FOLDER).await? {
            let name = path.rsplit('/').next().unwrap_or("");
            let Some(stem) = name.strip_suffix(".json") else { continue };
            let corrupt = |why: String| StoreError::Corrupt { path: path.clone(), why };
            let sha256 = Sha256::parse(stem).map_err(|error| corrupt(error.to_string()))?;
            let kept = serde_json::from_slice(&store.read_record(&path).await?);
            lists.push((sha256, kept.map_err(|error| corrupt(error.to_string()))?));
        }
        Ok(lists)
    })
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

async fn read(store: &Store, sha256: &Sha256, kept: StoredList) -> anyhow::Result<ListedSource> {
    let bytes = store.read(&Lists::bytes_path(sha256)).await?.to_vec();
    Ok(ListedSource { file_name: kept.file_name, bytes, origin: kept.origin, map: kept.map })
}

/// Pages added, removed and moved between two editions.
fn compare(old_sha: &Sha256, old: &Imported, new: &Imported) -> Edition {
    let (old, new) = (pages(&old.seeds), pages(&new.seeds));
    let moved = new.iter().filter(|(page, place)| old.get(*page).is_some_and(|before| before != *place));
    Edition {
        replaces: old_sha.clone(),
        rows_added: new.keys().filter(|page| !old.contains_key(*page)).count(),
        rows_removed: old.keys().filter(|page| !new.contains_key(*page)).count(),
        rows_moved: moved.count(),
    }
}

/// Where each page of a country and host stands: its sheet and row.
fn pages(seeds: &Seeds) -> HashMap<(&str, &str, &str), (&str, i64)> {
    let mut pages = HashMap::with_capacity(seeds.len());
    for (page, place) in seeds.places().zip(seeds.sheet_rows()) {
        pages.entry(page).or_insert(place);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = r#"{
  "file_name": "austria.xlsx",
  "publisher": null,
  "source_type": "curated",
  "source_reference_url": "https://lists.example/austria",
  "country": "AT",
  "map": null,
  "imported_at": null,
  "replaced_by": null,
  "report": null
}"#;

    #[test]
    fn the_file_of_a_list_keeps_its_spelling() {
        let list: StoredList = serde_json::from_str(WRITTEN).unwrap();
        assert_eq!(list.origin.source_reference_url.as_deref(), Some("https://lists.example/austria"));
        assert_eq!(serde_json::to_string_pretty(&list).unwrap(), WRITTEN);
        let strange = WRITTEN.replace("\"map\"", "\"maps\"");
        let error = serde_json::from_str::<StoredList>(&strange).unwrap_err().to_string();
        assert!(error.contains("unknown field `maps`"), "{error}");
    }

    #[test]
    fn a_list_of_an_earlier_version_is_read() {
        let old = r#"{"file_name":"a.csv","source_type":"other","source_reference_url":null,"country":null}"#;
        let list: StoredList = serde_json::from_str(old).unwrap();
        assert_eq!((list.map, list.origin.publisher, list.imported_at), (None, None, None));
        assert!(serde_json::from_str::<StoredList>(&old.replace("source_type", "type")).is_err());
    }
}
