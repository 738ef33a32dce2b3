//! Where the workbooks of a run come from.

use super::listed_source::ListedSource;
use super::stored_lists;
use anyhow::Context;
use deklaro_console::{BadFile, UsageError};
use deklaro_import::{SourceEntry, SourceList};
use deklaro_schemas::stored::Lists;
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::path::{Path, PathBuf};

/// Largest workbook read, in bytes; the largest real one has 2 MB.
const MAX_WORKBOOK_BYTES: u64 = 256 << 20;

/// The workbooks of a run, in the order of their list.
pub fn read_lists<'a>(
    lists: &'a Lists,
    store: &'a Store,
) -> BoxFuture<'a, anyhow::Result<Vec<ListedSource>>> {
    Box::pin(async move {
        match lists {
            Lists::File(path) => read_file(path),
            Lists::Store => stored_lists::current(store).await,
        }
    })
}

fn read_file(path: &Path) -> anyhow::Result<Vec<ListedSource>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let list = parse_list(path)?;
    let read = |entry: &SourceEntry| {
        let file = folder.join(&entry.file);
        Ok(ListedSource {
            file_name: file_name(&file),
            bytes: read_workbook(&file)?,
            origin: entry.origin.clone(),
            map: entry.map.clone(),
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

fn bad_file(path: &Path) -> impl Fn(std::io::Error) -> BadFile {
    let path = path.to_owned();
    move |source| BadFile { path: path.clone(), source }
}

/// The last part of a path.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The list that lies beside a workbook, if one does.
pub fn list_beside(workbook: &Path) -> Option<PathBuf> {
    let folder = workbook.parent()?;
    ["sources.toml", "sources.csv"].iter().map(|name| folder.join(name)).find(|path| path.is_file())
}
