//! `deklaro show` prints a snapshot's state, rows and files.

use crate::cli::ShowArgs;
use deklaro_console::{Exit, output};
use deklaro_record::chosen;
use deklaro_schemas::CountryCode;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::Manifest;
use deklaro_store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// A snapshot at a glance.
#[derive(Debug, Serialize)]
struct Shown {
    /// Where it stands; nothing where it was never published.
    state: Option<SnapshotState>,
    is_current: bool,
    /// Rows by table.
    rows: BTreeMap<String, i64>,
    #[serde(flatten)]
    manifest: Manifest,
}

/// `deklaro show`
pub(crate) async fn show(store: &Store, show: &ShowArgs) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, show.snapshot.as_ref()).await?;
    let (manifest, history) = (store.manifest(&snapshot).await?, store.history().await?);
    let mut rows = BTreeMap::new();
    for file in &manifest.files {
        if let (Some(table), Some(count)) = (&file.table, file.row_count) {
            *rows.entry(table.clone()).or_insert(0) += count;
        }
    }
    let is_current = history.current() == Some(&snapshot);
    let shown = Shown { state: history.state(&snapshot), is_current, rows, manifest };
    if show.output.json {
        output::json(&shown)?;
    } else {
        output::text(&text(&shown))?;
    }
    Ok(Exit::Done)
}

fn text(shown: &Shown) -> String {
    let Manifest { snapshot, run_id, created_at, previous, countries, files, .. } = &shown.manifest;
    let state = match (shown.is_current, shown.state) {
        (true, _) => "current",
        (false, Some(state)) => state.as_str(),
        (false, None) => "complete, but not published",
    };
    let previous = previous.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let countries: Vec<&str> = countries.iter().map(CountryCode::as_str).collect();
    let bytes: u64 = files.iter().map(|file| file.size_bytes).sum();
    let mut text = format!(
        "snapshot {snapshot}, {state}\nrun      {run_id}, {created_at}\nbefore   {previous}\nrun for  {}\n         files    {}, {bytes} bytes\n",
        countries.join(" "),
        files.len()
    );
    for (table, rows) in &shown.rows {
        text.push_str(&format!("{rows:>10}  {table}\n"));
    }
    text
}
