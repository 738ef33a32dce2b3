//! Where the workbooks of a run come from.

use super::Lists;
use crate::exit::UsageError;
use anyhow::Context;
use deklaro_import::{Origin, SourceEntry, SourceList};
use deklaro_schemas::codes::SourceType;
use deklaro_schemas::store::Store;
use deklaro_schemas::{CountryCode, Sha256};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Largest workbook read, in bytes; the largest real one has 2 MB.
const MAX_WORKBOOK_BYTES: u64 = 256 << 20;

/// A workbook with what is known about it.
#[derive(Debug, Clone)]
pub struct ListedSource {
    /// File name without folder.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A list as `deklaro import` keeps it: `lists/<sha256>.json` beside `lists/<sha256>.bin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptList {
    file_name: String,
    publisher: Option<String>,
    source_type: SourceType,
    source_reference_url: Option<String>,
    country: Option<CountryCode>,
}

impl KeptList {
    fn of(list: &ListedSource) -> Self {
        let Origin { publisher, source_type, source_reference_url, country } = list.origin.clone();
        Self { file_name: list.file_name.clone(), publisher, source_type, source_reference_url, country }
    }

    fn with_bytes(self, bytes: Vec<u8>) -> ListedSource {
        let Self { file_name, publisher, source_type, source_reference_url, country } = self;
        ListedSource {
            file_name,
            bytes,
            origin: Origin { publisher, source_type, source_reference_url, country },
        }
    }
}

/// What a list of sources says of a workbook.
pub fn origin_of(entry: &SourceEntry) -> Origin {
    Origin {
        publisher: entry.publisher.clone(),
        source_type: entry.source_type,
        source_reference_url: Some(entry.source_reference_url.clone()),
        country: entry.country,
    }
}

/// The workbooks of a run, in the order of their list.
pub async fn read_lists(lists: &Lists, store: &Store) -> anyhow::Result<Vec<ListedSource>> {
    match lists {
        Lists::File(path) => read_file(path),
        Lists::Store => read_kept(store).await,
    }
}

fn read_file(path: &Path) -> anyhow::Result<Vec<ListedSource>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let list = parse_list(path)?;
    let read = |entry: &SourceEntry| {
        let file = folder.join(&entry.file);
        Ok(ListedSource {
            file_name: file_name(&file),
            bytes: read_workbook(&file)?,
            origin: origin_of(entry),
        })
    };
    list.entries.iter().map(read).collect()
}

/// The list in a `sources.toml` or `sources.csv`.
pub fn parse_list(path: &Path) -> anyhow::Result<SourceList> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError::new(format!("`{}`: {error}", path.display()), "expected a sources.toml or sources.csv")
    })?;
    let is_csv = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let list = if is_csv { SourceList::parse_csv(&text) } else { SourceList::parse(&text) };
    list.with_context(|| format!("`{}`", path.display()))
}

/// The bytes of a workbook.
pub fn read_workbook(path: &Path) -> anyhow::Result<Vec<u8>> {
    let named = || format!("workbook `{}`", path.display());
    let length = std::fs::metadata(path).map_err(bad_file(path)).with_context(named)?.len();
    if length > MAX_WORKBOOK_BYTES {
        return Err(
            UsageError::new(format!("{} has {length} bytes", named()), "expected at most 256 MiB").into()
        );
    }
    std::fs::read(path).map_err(bad_file(path)).with_context(named)
}

fn bad_file(path: &Path) -> impl Fn(std::io::Error) -> crate::exit::BadFile {
    let path = path.to_owned();
    move |source| crate::exit::BadFile { path: path.clone(), source }
}

/// The last part of a path.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Keeps a workbook in the store; the same file again replaces what is known about it.
pub async fn keep(store: &Store, list: &ListedSource) -> anyhow::Result<()> {
    let sha256 = Sha256::of(&list.bytes);
    let kept = KeptList::of(list);
    match store.create(&format!("lists/{sha256}.bin"), list.bytes.clone().into()).await {
        Ok(()) | Err(deklaro_schemas::store::StoreError::Exists { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(store.replace(&format!("lists/{sha256}.json"), serde_json::to_vec_pretty(&kept)?.into()).await?)
}

async fn read_kept(store: &Store) -> anyhow::Result<Vec<ListedSource>> {
    let mut lists = Vec::new();
    for (path, _) in store.list("lists").await? {
        let Some(stem) = path.strip_suffix(".json") else { continue };
        let kept: KeptList = serde_json::from_slice(&store.read(&path).await?)?;
        let bytes = store.read(&format!("{stem}.bin")).await?.to_vec();
        lists.push(kept.with_bytes(bytes));
    }
    lists.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    if lists.is_empty() {
        let hint = "give `--sources sources.toml`, or take workbooks in with `deklaro import`";
        return Err(UsageError::new("no lists to run on", hint).into());
    }
    Ok(lists)
}

/// The list that lies beside a workbook, if one does.
pub fn list_beside(workbook: &Path) -> Option<PathBuf> {
    let folder = workbook.parent()?;
    ["sources.toml", "sources.csv"].iter().map(|name| folder.join(name)).find(|path| path.is_file())
}
