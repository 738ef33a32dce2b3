//! The pieces that tables are worked on in.

use super::deal::{DealError, Dealing, Together};
use super::error::ExecError;
use super::stage::{Failure, StreamStage, Written};
use super::tables_done::{TablesDone, broken, disk, files};
use super::work_folder::WorkFolder;
use arrow::array::RecordBatch;
use deklaro_schemas::parquet_file::{TableFile, decode_selected};
use deklaro_schemas::tables::{Host, Statement};
use deklaro_schemas::{Row, Selection, TableSpec};
use std::fs;
use std::path::{Path, PathBuf};

/// A stage at work on tables.
pub(super) struct StagedWork<'a> {
    pub(super) stage: &'a StreamStage,
    /// Rows of the largest table in a piece.
    pub(super) rows_at_once: u32,
    pub(super) folder: WorkFolder,
    /// So far; rows that come in are counted before.
    pub(super) done: TablesDone,
}

/// Rows of one of the stage's tables, and of hosts that belong together.
type Piece = Vec<Vec<RecordBatch>>;

impl StagedWork<'_> {
    /// Piece after piece, and what only shows when all have been worked on.
    pub(super) fn all(&mut self, given: &[(TableSpec, Vec<PathBuf>)]) -> Result<(), ExecError> {
        self.pieces(given)?;
        if self.compares() {
            self.countries()?;
        }
        self.at_least_one_file()
    }

    /// True where a host may be compared with another one: its new name.
    fn compares(&self) -> bool {
        matches!(self.stage, StreamStage::Diff { .. })
    }

    /// Deals every table by host or site and works on piece after piece.
    fn pieces(&mut self, given: &[(TableSpec, Vec<PathBuf>)]) -> Result<(), ExecError> {
        let most = self.done.rows_in.values().copied().max().unwrap_or(0);
        let most = u64::try_from(most).unwrap_or(0);
        let pieces = most.div_ceil(u64::from(self.rows_at_once)).max(1);
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        let by = match self.stage {
            StreamStage::Targets => Together::Site(pieces),
            _ => Together::Host(pieces),
        };
        for (table, files) in given {
            self.deal(table, files, by, usize::MAX, "dealt")?;
        }
        for number in 0..pieces {
            let read = given.iter().map(|(table, _)| self.dealt(table, "dealt", &number.to_string()));
            let mut piece = read.collect::<Result<Piece, _>>()?;
            if self.compares() {
                piece = self.without_changed_names(piece, number)?;
            }
            self.one(&piece)?;
        }
        Ok(())
    }

    fn deal(
        &self,
        table: &TableSpec,
        files: &[PathBuf],
        by: Together,
        rows_a_file: usize,
        heap: &str,
    ) -> Result<(), ExecError> {
        if files.is_empty() {
            return Ok(());
        }
        let (wanted, out) = (self.wanted(table), self.folder.heap(heap, table.name));
        let dealing = Dealing { table, wanted: &wanted, by, rows_a_file, out: &out };
        dealing.deal(files).map_err(|error| match error {
            DealError::Disk { path, source } => disk(self.stage, &path, source),
            error => broken(self.stage, self.done.pieces, Box::new(error)),
        })
    }

    /// The columns of a table that the stage needs.
    fn wanted(&self, table: &TableSpec) -> Selection {
        self.stage.columns(table).map_or_else(Selection::all, Selection::columns)
    }

    /// The files of a table in one folder of a heap.
    fn dealt_files(&self, table: &TableSpec, heap: &str, key: &str) -> Result<Vec<PathBuf>, ExecError> {
        let folder = self.folder.heap(heap, table.name).join(format!("dealt={key}"));
        if folder.is_dir() { files(self.stage, &folder) } else { Ok(Vec::new()) }
    }

    /// The rows of a table in one folder of a heap; its files are gone afterwards.
    fn dealt(&self, table: &TableSpec, heap: &str, key: &str) -> Result<Vec<RecordBatch>, ExecError> {
        let mut rows = Vec::new();
        for file in self.dealt_files(table, heap, key)? {
            rows.extend(self.taken(table, &file)?);
        }
        Ok(rows)
    }

    fn taken(&self, table: &TableSpec, file: &Path) -> Result<Vec<RecordBatch>, ExecError> {
        let bytes = fs::read(file).map_err(|source| disk(self.stage, file, source))?;
        let rows = decode_selected(table, bytes.into(), &self.wanted(table));
        let rows = rows.map_err(|error| broken(self.stage, self.done.pieces, Box::new(error)))?;
        // The file is not read again, and the results may need the disk.
        fs::remove_file(file).map_err(|source| disk(self.stage, file, source))?;
        Ok(rows)
    }

    /// Works on one piece.
    fn one(&mut self, piece: &[Vec<RecordBatch>]) -> Result<(), ExecError> {
        let number = self.done.pieces;
        self.done.pieces += 1;
        if piece.iter().all(Vec::is_empty) {
            return Ok(());
        }
        let written = self.stage.over(piece).map_err(|error| broken(self.stage, number, error))?;
        self.write(written, number)
    }

    fn write(&mut self, written: Written, number: u32) -> Result<(), ExecError> {
        for (table, rows) in written.into_iter().filter(|(_, rows)| rows.num_rows() > 0) {
            self.file(&table, std::slice::from_ref(&rows), &self.folder.result(table.name, number))?;
            *self.done.rows_out.entry(table.name).or_default() += rows.num_rows() as i64;
        }
        Ok(())
    }

    fn file(&self, table: &TableSpec, rows: &[RecordBatch], path: &Path) -> Result<(), ExecError> {
        let number = self.done.pieces;
        let encoded = || -> Result<Vec<u8>, Failure> {
            let mut file = TableFile::new(table.clone(), &[])?;
            for rows in rows {
                file.append(rows)?;
            }
            Ok(file.finish()?.0)
        };
        let bytes = encoded().map_err(|error| broken(self.stage, number, error))?;
        let parent = path.parent().unwrap_or(path);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(path, bytes))
            .map_err(|source| disk(self.stage, path, source))
    }

    /// Puts hosts that may be each other's new names aside, for a look at whole countries; the others come back.
    fn without_changed_names(&self, piece: Piece, number: u32) -> Result<Piece, ExecError> {
        let [statements, hosts] = piece.as_slice() else { return Ok(piece) };
        let apart = deklaro_diff::apart(statements, hosts);
        let apart = apart.map_err(|error| broken(self.stage, number, Box::new(error)))?;
        let mut alone = Piece::new();
        for (table, rows) in [Statement::table(), Host::table()].into_iter().zip(apart) {
            if !rows.together.is_empty() {
                let path = self.folder.heap("names", table.name).join(format!("{number:05}.parquet"));
                self.file(&table, &rows.together, &path)?;
            }
            alone.push(rows.alone);
        }
        Ok(alone)
    }

    /// Works on the hosts that were put aside, country by country. A country with only new hosts, or only
    /// gone ones, has no renamed host; its rows need not be in memory at once.
    fn countries(&mut self) -> Result<(), ExecError> {
        let tables = [Statement::table(), Host::table()];
        for table in &tables {
            let folder = self.folder.heap("names", table.name);
            let aside = if folder.is_dir() { files(self.stage, &folder)? } else { Vec::new() };
            self.deal(table, &aside, Together::Country, self.rows_at_once as usize, "country")?;
            for file in aside {
                fs::remove_file(&file).map_err(|source| disk(self.stage, &file, source))?;
            }
        }
        for country in self.folder.keys("country", &tables.each_ref().map(|table| table.name)) {
            let counted = tables.each_ref().map(|table| self.dealt_files(table, "country", &country));
            let [statements, hosts] = counted;
            match (statements?, hosts?) {
                (statements, hosts) if statements.is_empty() || hosts.is_empty() => {
                    for file in statements {
                        self.one(&[self.taken(&tables[0], &file)?, Vec::new()])?;
                    }
                    for file in hosts {
                        self.one(&[Vec::new(), self.taken(&tables[1], &file)?])?;
                    }
                }
                _ => {
                    let read = tables.each_ref().map(|table| self.dealt(table, "country", &country));
                    self.one(&read.into_iter().collect::<Result<Piece, _>>()?)?;
                }
            }
        }
        Ok(())
    }

    /// A table without a row has a file too, so that whoever reads it finds its columns.
    fn at_least_one_file(&mut self) -> Result<(), ExecError> {
        for table in self.stage.writes() {
            if *self.done.rows_out.entry(table.name).or_default() == 0 {
                self.file(&table, &[], &self.folder.result(table.name, 0))?;
            }
        }
        Ok(())
    }
}
