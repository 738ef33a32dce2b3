//! Stages over tables that are larger than memory: rows that belong together are dealt to files of a bounded size, and the stage works
//! on one of them after the other.

use super::pieces::Work;
use super::stage::Failure;
use super::work_folder::WorkFolder;
use super::{ExecError, StreamStage};
use deklaro_schemas::parquet_file::row_count;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Row, TableSpec};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

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

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TablesDone {
    /// Pieces the tables were worked on in.
    pub pieces: u32,
    /// Rows read, by table.
    pub rows_in: BTreeMap<&'static str, i64>,
    /// Rows written, by table.
    pub rows_out: BTreeMap<&'static str, i64>,
}

/// Works through the tables of a stage that is made from tables; the folder of results is there as a whole once it is done. A folder half done is made anew.
pub fn over_tables(stage: &StreamStage, mode: &TablesMode) -> Result<TablesDone, ExecError> {
    let given = given(stage, mode)?;
    let mut done = TablesDone::default();
    for (table, files) in &given {
        done.rows_in.insert(table.name, rows_of(stage, table, files)?);
    }
    let folder = WorkFolder::new(&mode.out).map_err(|source| disk(stage, &mode.out, source))?;
    let mut work = Work { stage, rows_at_once: mode.rows_at_once, folder, done };
    work.all(&given)?;
    let Work { folder, done, .. } = work;
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

/// The Parquet files in a folder, in order.
pub(super) fn files(stage: &StreamStage, folder: &Path) -> Result<Vec<PathBuf>, ExecError> {
    if !folder.is_dir() {
        return Err(input(stage, format!("`{}` is not there", folder.display())));
    }
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut files: Vec<PathBuf> = entries
        .map_err(|source| disk(stage, folder, source))?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "parquet"))
        .collect();
    files.sort();
    Ok(files)
}

fn rows_of(stage: &StreamStage, table: &TableSpec, files: &[PathBuf]) -> Result<i64, ExecError> {
    let rows = |path: &PathBuf| {
        let file = File::open(path).map_err(|source| disk(stage, path, source))?;
        row_count(table, file)
            .map_err(|error| input(stage, format!("`{}`: {:#}", path.display(), anyhow::Error::new(error))))
    };
    files.iter().map(rows).sum()
}

fn input(stage: &StreamStage, problem: String) -> ExecError {
    let names: Vec<&str> = stage.tables().iter().map(|table| table.name).collect();
    let expected = format!("a folder of Parquet files for each of {}", names.join(", "));
    ExecError::Input { stage: stage.name(), problem, expected }
}

pub(super) fn broken(stage: &StreamStage, piece: u32, source: Failure) -> ExecError {
    ExecError::Batch { stage: stage.name(), batch: piece as usize, source }
}

pub(super) fn disk(stage: &StreamStage, path: &Path, source: std::io::Error) -> ExecError {
    ExecError::Disk { stage: stage.name(), path: path.to_owned(), source }
}
