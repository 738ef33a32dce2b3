//! A run stages the documents that explain a snapshot: lineage, SBOM, catalogue, feed, guides and checksums.

use super::active_run::ActiveRun;
use super::staging::{file, staged_rows};
use super::{carry, meta, sbom};
use deklaro_publish::lineage::{LineageInput, dcat, openlineage, provenance};
use deklaro_schemas::codes::{FileKind, RefAction};
use deklaro_schemas::stored::RefEntry;
use deklaro_schemas::tables::{MetaLineage, Source};
use deklaro_schemas::{Selection, Timestamp};
use deklaro_store::Staged;
use serde_json::Value;

/// What makes the snapshot usable alone, and says where it comes from.
pub(super) async fn documents(work: &ActiveRun<'_>, staged: &mut Staged) -> anyhow::Result<()> {
    let finished_at = work.run.finished_at.unwrap_or(work.run.started_at);
    let rows = LineageRows::of(work, staged, finished_at).await?;
    document(work, staged, "lineage/sbom.cdx.json", pretty(&sbom::sbom()?)?).await?;
    let events = openlineage(&rows.input(work, staged)).into_bytes();
    document(work, staged, "lineage/openlineage.ndjson", events).await?;
    let catalogue = pretty(&dcat(&rows.input(work, staged)))?;
    document(work, staged, "lineage/dcat.jsonld", catalogue).await?;
    document(work, staged, "feed.atom", feed(work, finished_at).await?).await?;
    for (path, bytes) in guides(work, staged, finished_at)? {
        document(work, staged, path, bytes).await?;
    }
    // The last but one: it names every file written before it.
    let statement = pretty(&provenance(&rows.input(work, staged)))?;
    document(work, staged, "lineage/provenance.json", statement).await?;
    let sums = deklaro_publish::sha256sums(&staged.files);
    document(work, staged, "SHA256SUMS", sums.into_bytes()).await
}

async fn document(
    work: &ActiveRun<'_>,
    staged: &mut Staged,
    path: &str,
    bytes: Vec<u8>,
) -> anyhow::Result<()> {
    file(work, path, FileKind::Document, bytes, staged).await
}

fn pretty(value: &Value) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// How a stranger opens and checks the folder.
fn guides(
    work: &ActiveRun<'_>,
    staged: &Staged,
    at: Timestamp,
) -> anyhow::Result<[(&'static str, Vec<u8>); 4]> {
    let (snapshot, files) = (&work.run.snapshot, &staged.files);
    Ok([
        ("catalog.sql", deklaro_publish::catalog_sql(snapshot, files).into_bytes()),
        ("datapackage.json", serde_json::to_vec_pretty(&deklaro_publish::datapackage(snapshot, at, files))?),
        ("README.md", deklaro_publish::snapshot_readme(snapshot, at, files).into_bytes()),
        ("verify.sql", deklaro_publish::verify_sql().as_bytes().to_vec()),
    ])
}

/// The log as it will stand once this snapshot is published.
async fn feed(work: &ActiveRun<'_>, finished_at: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut log = work.store.refs().await?;
    log.push(RefEntry {
        sequence: log.len() as u64 + 1,
        action: RefAction::Publish,
        snapshot: work.run.snapshot.clone(),
        run_id: Some(work.run.run_id.clone()),
        at: finished_at,
        reason: None,
        manifest_sha256: None,
        heads: Vec::new(),
        previous_sha256: None,
    });
    Ok(deklaro_publish::atom_feed(&log)?.into_bytes())
}

/// What the lineage documents are written from, besides the run and its files.
struct LineageRows {
    finished_at: Timestamp,
    settings: Vec<(String, String)>,
    steps: Vec<MetaLineage>,
    sources: Vec<Source>,
}

impl LineageRows {
    async fn of(work: &ActiveRun<'_>, staged: &Staged, finished_at: Timestamp) -> anyhow::Result<Self> {
        let settings = meta::settings(work, finished_at).into_iter();
        let previous = carry::previous_manifest(work).await?;
        Ok(Self {
            finished_at,
            settings: settings.map(|row| (row.name, row.value)).collect(),
            steps: meta::lineage(staged, previous.as_ref()),
            sources: staged_rows(work, &Selection::all()).await?,
        })
    }

    fn input<'a>(&'a self, work: &'a ActiveRun<'_>, staged: &'a Staged) -> LineageInput<'a> {
        LineageInput {
            snapshot: &work.run.snapshot,
            run_id: &work.run.run_id,
            previous: work.run.previous.as_ref(),
            started_at: work.run.started_at,
            finished_at: self.finished_at,
            version: env!("CARGO_PKG_VERSION"),
            settings: &self.settings,
            steps: &self.steps,
            sources: &self.sources,
            files: &staged.files,
        }
    }
}
