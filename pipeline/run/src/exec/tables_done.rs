//! What a stage over tables came to, and what it fails of.

use super::error::ExecError;
use super::stage::{Failure, StreamStage};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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

pub(super) fn input(stage: &StreamStage, problem: String) -> ExecError {
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
