//! Which country artifacts does the new snapshot have, and how are they staged?

use crate::active_run::ActiveRun;
use crate::artifact::ArtifactRows;
use crate::carry::previous_manifest;
use crate::draft::Draft;
use crate::staging::{file, staged_rows};
use deklaro_publish::{ArtifactFormat, CountryArtifact, render_artifact};
use deklaro_schemas::Selection;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::steps::PUBLISH;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Scan, Source};
use deklaro_store::Staged;
use deklaro_watch::{StageOf, stage};
use std::collections::BTreeSet;

/// The paths of all artifacts the snapshot gets. The report names them before they are written; where one cannot be written, nothing
/// is published.
pub(super) fn paths(scans: &[Scan], carried: &[ManifestFile]) -> Vec<String> {
    let carried = carried.iter().map(|file| file.path.to_string());
    own_paths(scans).chain(carried).collect()
}

fn own_paths(scans: &[Scan]) -> impl Iterator<Item = String> {
    scans.iter().flat_map(|scan| ArtifactFormat::ALL.map(|format| format.path(scan.country_code)))
}

/// The artifacts that are taken over from the last snapshot: those of countries the run is not about.
pub(super) async fn carried(work: &ActiveRun<'_>, scans: &[Scan]) -> anyhow::Result<Vec<ManifestFile>> {
    if work.run.countries.is_empty() {
        return Ok(Vec::new());
    }
    let own: BTreeSet<String> = own_paths(scans).collect();
    let files = previous_manifest(work).await?.map(|previous| previous.files).unwrap_or_default();
    Ok(files
        .into_iter()
        .filter(|file| file.kind == FileKind::Artifact && !own.contains(file.path.as_str()))
        .collect())
}

/// Stages the artifacts of the run's countries; the others are taken over byte by byte.
pub(super) async fn artifacts(work: &ActiveRun<'_>, draft: &mut Draft) -> anyhow::Result<()> {
    let sources: Vec<Source> = staged_rows(work, &Selection::all()).await?;
    let Draft { scans, staged, .. } = draft;
    for scan in scans.iter() {
        let of = StageOf { round: None, country: Some(scan.country_code.as_str()) };
        stage(PUBLISH.name, of, artifacts_of(work, scan, &sources, staged)).await?;
    }
    for old in carried(work, scans).await? {
        let Some(previous) = &work.run.previous else { break };
        let bytes = work.store.read_file(previous, &old).await?;
        file(work, old.path.as_str(), FileKind::Artifact, bytes.to_vec(), staged).await?;
    }
    Ok(())
}

async fn artifacts_of(
    work: &ActiveRun<'_>,
    scan: &Scan,
    sources: &[Source],
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let artifact = artifact(work, scan, sources).await?;
    // One format at a time: a large country's file is as large as all its rows.
    for format in ArtifactFormat::ALL {
        let rendered = render_artifact(&artifact, format)?;
        file(work, &rendered.path, FileKind::Artifact, rendered.bytes, staged).await?;
    }
    Ok(())
}

async fn artifact(work: &ActiveRun<'_>, scan: &Scan, sources: &[Source]) -> anyhow::Result<CountryArtifact> {
    let (wanted, entries) = ArtifactRows::wanted(scan.country_code);
    let rows = ArtifactRows {
        scan,
        hosts: staged_rows(work, &wanted).await?,
        statements: staged_rows(work, &wanted).await?,
        targets: staged_rows(work, &wanted).await?,
        entry_fetches: staged_rows(work, &entries).await?,
        sources,
    };
    Ok(rows.artifact()?)
}
