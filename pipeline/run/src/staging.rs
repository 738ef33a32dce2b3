//! Tables and files put into the staging folder of the snapshot that is made.

use crate::active_run::ActiveRun;
use crate::carry::carried;
use crate::select::rows;
use arrow::array::RecordBatch;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::stored::{ManifestFile, RunFile};
use deklaro_schemas::{Row, Selection, TableSpec, batch};
use deklaro_store::Staged;

/// Stages rows as a table that is sorted in one piece.
pub(super) async fn table<R: Row>(
    work: &ActiveRun<'_>,
    rows: &[R],
    staged: &mut Staged,
) -> anyhow::Result<()> {
    whole(work, &R::table(), vec![batch::from_rows(rows)?], staged).await
}

/// Stages a table that is sorted in one piece, with the rows it takes over from the last snapshot.
pub(super) async fn whole(
    work: &ActiveRun<'_>,
    table: &TableSpec,
    mut rows: Vec<RecordBatch>,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    rows.extend(carried(work, table, &rows).await?);
    let mut file = TableFile::new(table.clone(), &work.footer())?;
    file.append(&batch::sorted(table, &rows)?)?;
    table_file(work, table, file, staged).await
}

/// Stages the file of a table.
pub(super) async fn table_file(
    work: &ActiveRun<'_>,
    table: &TableSpec,
    file: TableFile,
    staged: &mut Staged,
) -> anyhow::Result<()> {
    let (bytes, rows) = file.finish()?;
    let path = ManifestFile::part_path(table.name, 0);
    Ok(work
        .store
        .stage(&work.run.run_id, staged, &path, FileKind::Table, Some((table.name, rows)), bytes)
        .await?)
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
