//! Stages work over tables larger than memory. Rows that belong together are dealt to files of a bounded
//! size; the stage takes one file after the other.

use super::error::ExecError;
use super::pieces::StagedWork;
use super::stage::StreamStage;
use super::tables_done::{TablesDone, disk, files, input};
use super::work_folder::WorkFolder;
use deklaro_schemas::parquet_file::row_count;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Row, TableSpec};
use std::fs::File;
use std::path::PathBuf;

/// Where a stage finds its tables, and where it writes.
#[derive(Debug, Clone)]
pub struct TablesMode {
    /// A folder with one folder of Parquet files per table, as a snapshot's `tables`.
    pub tables: PathBuf,
    /// The same of last month, for stages that take its hosts; nothing for a first month.
    pub last: Option<PathBuf>,
    /// The folder to make, with one folder per table the stage writes.
    pub out: PathBuf,
    /// Rows of the largest table worked on at once: what memory depends on.
    pub rows_at_once: u32,
}

/// Works through the tables of a stage that is made from tables; the folder of results is there as a whole once it is done. A folder half done is made anew.
pub fn over_tables(stage: &StreamStage, mode: &TablesMode) -> Result<TablesDone, ExecError> {
    let given = given(stage, mode)?;
    let mut done = TablesDone::default();
    for (table, files) in &given {
        done.rows_in.insert(table.name, rows_of(stage, table, files)?);
    }
    let folder = WorkFolder::new(&mode.out).map_err(|source| disk(stage, &mode.out, source))?;
    let mut work = StagedWork { stage, rows_at_once: mode.rows_at_once, folder, done };
    work.all(&given)?;
    let StagedWork { folder, done, .. } = work;
    folder.finish().map_err(|source| disk(stage, &mode.out, source))?;
    Ok(done)
}

/// The stage's tables and their files.
fn given(stage: &StreamStage, mode: &TablesMode) -> Result<Vec<(TableSpec, Vec<PathBuf>)>, ExecError> {
    if stage.tables().is_empty() {
        return Err(input(stage, "it is made from no tables".to_owned()));
    }
    let of = |table: TableSpec| {
        let is_last = table.name == Host::TABLE;
        let root = if is_last { mode.last.as_ref() } else { Some(&mode.tables) };
        let Some(root) = root else { return Ok((table, Vec::new())) };
        let folder = root.join(table.name);
        let files = files(stage, &folder)?;
        if files.is_empty() {
            return Err(input(stage, format!("`{}` holds no Parquet file", folder.display())));
        }
        Ok((table, files))
    };
    stage.tables().into_iter().map(of).collect()
}

fn rows_of(stage: &StreamStage, table: &TableSpec, files: &[PathBuf]) -> Result<i64, ExecError> {
    let rows = |path: &PathBuf| {
        let file = File::open(path).map_err(|source| disk(stage, path, source))?;
        row_count(table, file)
            .map_err(|error| input(stage, format!("`{}`: {:#}", path.display(), anyhow::Error::new(error))))
    };
    files.iter().map(rows).sum()
}
