//! Tables and files put into the staging folder of the snapshot that is made.

use crate::active_run::ActiveRun;
use crate::assemble;
use crate::select::rows;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{ManifestFile, RunFile};
use deklaro_schemas::{Row, Selection, batch};
use deklaro_store::Staged;

/// Stages a table that is sorted in one piece.
pub(super) async fn table<R: Row>(
    work: &ActiveRun<'_>,
    rows: &[R],
    staged: &mut Staged,
) -> anyhow::Result<()> {
    assemble::whole(work, &R::table(), vec![batch::from_rows(rows)?], staged).await
}

/// Stages a file.
pub(super) async fn file(
    work: &ActiveRun<'_>,
    path: &str,
    kind: FileKind,
    bytes: Vec<u8>,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    Ok(work.store.stage(&work.run.run_id, staged, path, kind, None, bytes).await?)
}

/// Wanted rows of a staged table.
pub(super) async fn staged_rows<R: Row>(work: &ActiveRun<'_>, wanted: &Selection) -> anyhow::Result<Vec<R>> {
    let folder = RunFile::staged_path(&work.run.run_id, &ManifestFile::table_folder(R::TABLE));
    rows(&work.store.read_parquet(&R::table(), &folder, wanted).await?)
}
