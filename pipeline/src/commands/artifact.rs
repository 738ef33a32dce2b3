//! `deklaro artifact` prints a country's artifact: as published, built again, or converted from a file.

use crate::cli::ArtifactArgs;
use deklaro_console::{BadFile, Exit, UsageError, output};
use deklaro_publish::{ArtifactFormat, read_artifact, render_artifact, render_value};
use deklaro_run::ArtifactRows;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Scan, Source};
use deklaro_schemas::{CountryCode, RunMonth, Selection, SnapshotId};
use deklaro_store::Store;
use std::path::Path;

/// `deklaro artifact`: the bytes as they were published, checked against the manifest; or built again; or of a file.
pub(crate) async fn artifact(store: &Store, artifact: &ArtifactArgs) -> anyhow::Result<Exit> {
    let format = artifact.format;
    if let Some(file) = &artifact.file {
        output::bytes(converted(file, format)?.as_bytes())?;
        return Ok(Exit::Done);
    }
    let country = artifact.country.expect("clap asks for it unless a file is given");
    let snapshot = match artifact.month {
        Some(month) => last_of(store, month).await?,
        None => store.current().await?,
    };
    let bytes = if artifact.rebuild {
        rebuilt(store, &snapshot, country, format).await?
    } else {
        published(store, &snapshot, country, format).await?
    };
    output::bytes(&bytes)?;
    Ok(Exit::Done)
}

async fn published(
    store: &Store,
    snapshot: &SnapshotId,
    country: CountryCode,
    format: ArtifactFormat,
) -> anyhow::Result<Vec<u8>> {
    let path = format.path(country);
    let manifest = store.manifest(snapshot).await?;
    let is_it = |file: &&ManifestFile| file.kind == FileKind::Artifact && file.path.as_str() == path;
    let file = manifest.files.iter().find(is_it).ok_or_else(|| no_artifact(snapshot, country))?;
    Ok(store.read_file(snapshot, file).await?.to_vec())
}

/// The artifact made once more from the tables (mission A8).
async fn rebuilt(
    store: &Store,
    snapshot: &SnapshotId,
    country: CountryCode,
    format: ArtifactFormat,
) -> anyhow::Result<Vec<u8>> {
    let (wanted, entries) = ArtifactRows::wanted(country);
    let scan: Option<Scan> = store.read_rows(snapshot, &wanted).await?.pop();
    let scan = scan.ok_or_else(|| no_artifact(snapshot, country))?;
    let sources: Vec<Source> = store.read_rows(snapshot, &Selection::all()).await?;
    let rows = ArtifactRows {
        scan: &scan,
        hosts: store.read_rows(snapshot, &wanted).await?,
        statements: store.read_rows(snapshot, &wanted).await?,
        targets: store.read_rows(snapshot, &wanted).await?,
        entry_fetches: store.read_rows(snapshot, &entries).await?,
        sources: &sources,
    };
    Ok(render_artifact(&rows.artifact()?, format)?.bytes)
}

fn no_artifact(snapshot: &SnapshotId, country: CountryCode) -> UsageError {
    let message = format!("snapshot `{snapshot}` has no artifact of `{country}`");
    UsageError::new(message, "`deklaro show` lists its countries")
}

/// An artifact file, whatever its body, in the format asked for.
fn converted(file: &Path, format: ArtifactFormat) -> anyhow::Result<String> {
    let unreadable = |source| BadFile { path: file.to_owned(), source };
    let bytes = std::fs::read(file).map_err(unreadable)?;
    let value = read_artifact(&bytes).map_err(|error| unreadable(std::io::Error::other(error)))?;
    render_value(&value, format).ok_or_else(|| {
        let message = format!("`{}` cannot be printed as {}", file.display(), format.extension());
        UsageError::new(message, "`--format json` and `--format toon` are there for files").into()
    })
}

/// The snapshot of a month that was last made current.
async fn last_of(store: &Store, month: RunMonth) -> anyhow::Result<SnapshotId> {
    store.history().await?.current_of(month).cloned().ok_or_else(|| {
        UsageError::new(format!("no snapshot of `{month}` is live"), "`deklaro history` lists them").into()
    })
}
