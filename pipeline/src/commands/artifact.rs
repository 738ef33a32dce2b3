use crate::cli::{Artifact, ArtifactKind};
use crate::exit::{Exit, UsageError};
use crate::output;
use deklaro_schemas::codes::{FileKind, SnapshotState};
use deklaro_schemas::store::{Manifest, ManifestFile, Store, StoreError};
use deklaro_schemas::{RunMonth, Sha256, SnapshotId};

/// `deklaro artifact`: the bytes as they were published, checked against the manifest.
pub(crate) async fn artifact(store: &Store, artifact: &Artifact) -> anyhow::Result<Exit> {
    let snapshot = match artifact.month {
        Some(month) => last_of(store, month).await?,
        None => store.current().await?,
    };
    let ending = match artifact.format {
        ArtifactKind::Toon => "toon",
        ArtifactKind::Json => "json",
        ArtifactKind::Csv => "csv",
        ArtifactKind::Xlsx => "xlsx",
        ArtifactKind::Parquet => "parquet",
    };
    let path = format!("artifacts/{}.{ending}", artifact.country);
    let manifest = store.manifest(&snapshot).await?;
    let is_it = |file: &&ManifestFile| file.kind == FileKind::Artifact && file.path == path;
    let Some(file) = manifest.files.iter().find(is_it) else {
        let message = format!("snapshot `{snapshot}` has no artifact of `{}`", artifact.country);
        return Err(UsageError::new(message, "`deklaro show` lists its countries").into());
    };
    let bytes = store.read(&format!("{}/{path}", Manifest::folder(&snapshot))).await?;
    if Sha256::of(&bytes) != file.sha256 {
        let path = file.store_path(&snapshot);
        let why = format!("its sha256 is not the manifest's `{}`", file.sha256);
        return Err(StoreError::Corrupt { path, why }.into());
    }
    output::bytes(&bytes)?;
    Ok(Exit::Done)
}

/// The last live snapshot of a month.
async fn last_of(store: &Store, month: RunMonth) -> anyhow::Result<SnapshotId> {
    let history = store.history().await?;
    let of_month = |(snapshot, state): &(&SnapshotId, SnapshotState)| {
        snapshot.month() == month && *state == SnapshotState::Live
    };
    let last = history.snapshots().filter(of_month).last().map(|(snapshot, _)| snapshot.clone());
    last.ok_or_else(|| {
        UsageError::new(format!("no snapshot of `{month}` is live"), "`deklaro log` lists them").into()
    })
}
