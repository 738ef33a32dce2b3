//! `deklaro report` writes a snapshot's pages and downloads into a new folder.

use crate::cli::ReportArgs;
use crate::config::Config;
use crate::context::Context;
use anyhow::Context as _;
use deklaro_console::{Exit, UsageError, output};
use deklaro_import::Countries;
use deklaro_record::chosen;
use deklaro_record::health::{history, month_figures};
use deklaro_record::release::{Desk, shown, waivers_in_force};
use deklaro_report::{Database, SiteInput};
use deklaro_run::DuckTables;
use deklaro_run::reporting::{detector, tables_of, write_site};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Selection, SnapshotId};
use deklaro_store::Store;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Where the snapshot's own files are, seen from the pages.
const FILES: &str = "files/";

/// What was written.
#[derive(Debug, Serialize)]
struct Written {
    snapshot: String,
    pages: usize,
    downloads: usize,
    start: std::path::PathBuf,
}

/// `deklaro report`: the pages of a snapshot with its downloads, into a new or empty folder.
pub(crate) async fn report(context: &Context, report: &ReportArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let snapshot = chosen(store, report.snapshot.as_ref()).await?;
    empty_folder(&report.out)?;
    let manifest = store.manifest(&snapshot).await?;
    let (summary, history) = (
        month_figures(store, &DuckTables, &snapshot).await?,
        history(store, &DuckTables, Some(&snapshot)).await?,
    );
    let checks: Vec<MetaCheck> = store.read_rows(&snapshot, &Selection::all()).await?;
    let health = kept(store, &snapshot, "health.json").await;
    let scorecard = kept(store, &snapshot, "readiness.json").await;
    let (release, waivers) = released(store, config, &snapshot).await?;
    let temp = tempfile::tempdir().context("making a folder for DuckDB")?;
    let options = tables_of(store, &snapshot, temp.path()).await?;
    let (out, id, publication) = (report.out.clone(), snapshot.clone(), config.publication.clone());
    let pages = tokio::task::spawn_blocking(move || -> anyhow::Result<usize> {
        let input = SiteInput {
            snapshot: &id,
            created_at: manifest.created_at,
            version: env!("CARGO_PKG_VERSION"),
            summary: &summary,
            history: &history,
            checks: &checks,
            health: health.as_ref(),
            scorecard: scorecard.as_ref(),
            country_names: &Countries::builtin().names(),
            detector: &detector()?,
            publication: &publication,
            files: FILES,
            waivers: &waivers,
            release: release.as_ref(),
        };
        write_site(&Database::open(&options)?, &input, &out)
    });
    let pages = pages.await??;
    let downloads = downloads(store, &manifest, &report.out).await?;
    let written =
        Written { snapshot: snapshot.to_string(), pages, downloads, start: report.out.join("index.html") };
    if report.output.json {
        output::json(&written)?;
    } else {
        let Written { snapshot, pages, downloads, start } = &written;
        output::text(&format!(
            "{pages} pages and {downloads} downloads of {snapshot}: {}\n",
            start.display()
        ))?;
    }
    Ok(Exit::Done)
}

/// What is on record about the snapshot's release, and what is waived now.
async fn released(
    store: &Store,
    config: &Config,
    snapshot: &SnapshotId,
) -> anyhow::Result<(Option<Value>, Vec<Value>)> {
    let desk = Desk::open(store, &config.gate, &config.operator, &DuckTables);
    let release = shown(&desk, snapshot).await?.map(serde_json::to_value).transpose()?;
    let waivers = waivers_in_force(store, &config.gate, desk.at).await?;
    Ok((release, waivers.iter().map(serde_json::to_value).collect::<Result<_, _>>()?))
}

/// A file the snapshot was published with; none where it is missing or of another version.
async fn kept<T: serde::de::DeserializeOwned>(store: &Store, snapshot: &SnapshotId, name: &str) -> Option<T> {
    let path = ManifestFile::report_path(name);
    serde_json::from_slice(&store.read_listed(snapshot, &path).await.ok()?).ok()
}

fn empty_folder(folder: &Path) -> anyhow::Result<()> {
    let failed = || format!("making `{}`", folder.display());
    std::fs::create_dir_all(folder.join(FILES)).with_context(failed)?;
    let others = std::fs::read_dir(folder).with_context(failed)?.count();
    if others > 1 && !folder.join("index.html").exists() {
        let message = format!("`{}` is not empty and holds no report", folder.display());
        return Err(UsageError::new(message, "name a new folder, or one with an older report").into());
    }
    Ok(())
}

/// Copies what the pages link to. The number of files.
async fn downloads(store: &Store, manifest: &Manifest, out: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for file in &manifest.files {
        if matches!(file.kind, FileKind::Artifact | FileKind::Document) {
            let bytes = store.read_file(&manifest.snapshot, file).await?;
            let path = file.path.below(&out.join(FILES));
            let writing = || format!("writing `{}`", path.display());
            std::fs::create_dir_all(path.parent().unwrap_or(out)).with_context(writing)?;
            std::fs::write(&path, &bytes).with_context(writing)?;
            count += 1;
        }
    }
    Ok(count)
}
