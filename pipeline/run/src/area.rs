//! Work in progress, by table, chunk, round and number.

use super::select::texts;
use arrow::array::RecordBatch;
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::steps::Step;
use deklaro_schemas::{Row, Selection, TableSpec, batch};
use deklaro_store::{Store, StoreError};

/// A run's work in progress: `<home>/work/<table>/chunk=00003/round=1-00000.parquet`.
///
/// A file is written whole or not at all, and never again, so what is there after a crash can be used as it is.
#[derive(Debug, Clone)]
pub struct WorkArea {
    store: Store,
    folder: String,
}

/// Which file of a table in a work area: of which chunk, of which round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkFile {
    /// Number of the chunk.
    pub chunk: u32,
    /// Number of the round; 0 for what belongs to none.
    pub round: i32,
    /// Number of the file.
    pub number: u32,
}

impl WorkArea {
    /// The work below this folder of the store.
    pub fn new(store: &Store, folder: String) -> Self {
        Self { store: store.clone(), folder }
    }

    /// The files of a table, of all chunks, by path.
    pub async fn files(&self, table: &TableSpec) -> Result<Vec<String>, StoreError> {
        let found = self.store.list(&format!("{}/{}", self.folder, table.name)).await?;
        Ok(found.into_iter().map(|(path, _)| path).filter(|path| path.ends_with(".parquet")).collect())
    }

    fn chunk_folder(&self, table: &TableSpec, chunk: u32) -> String {
        format!("{}/{}/chunk={chunk:05}", self.folder, table.name)
    }

    /// Where a file of the table lies.
    pub fn path(&self, table: &TableSpec, file: WorkFile) -> String {
        format!("{}/round={}-{:05}.parquet", self.chunk_folder(table, file.chunk), file.round, file.number)
    }

    /// Writes rows of a table.
    pub async fn write_rows<R: Row>(&self, file: WorkFile, rows: &[R]) -> anyhow::Result<()> {
        self.write(&R::table(), file, &batch::from_rows(rows)?).await
    }

    /// Writes a batch of a table.
    pub async fn write(&self, table: &TableSpec, file: WorkFile, rows: &RecordBatch) -> anyhow::Result<()> {
        self.write_batches(table, file, std::slice::from_ref(rows)).await
    }

    /// Writes batches of a table as one file.
    pub async fn write_batches(
        &self,
        table: &TableSpec,
        file: WorkFile,
        batches: &[RecordBatch],
    ) -> anyhow::Result<()> {
        let mut parquet = TableFile::new(table.clone(), &[])?;
        for batch in batches {
            parquet.append(batch)?;
        }
        Ok(self.store.replace(&self.path(table, file), parquet.finish()?.0.into()).await?)
    }

    /// True when this file is there.
    pub async fn has(&self, table: &TableSpec, file: WorkFile) -> Result<bool, StoreError> {
        self.store.exists(&self.path(table, file)).await
    }

    /// The files of a table and chunk, in order of round and number.
    pub async fn chunk_files(&self, table: &TableSpec, chunk: u32) -> Result<Vec<WorkFile>, StoreError> {
        let found = self.store.list(&self.chunk_folder(table, chunk)).await?;
        let mut files: Vec<WorkFile> = found.iter().filter_map(|(path, _)| file_of(path, chunk)).collect();
        files.sort();
        Ok(files)
    }

    /// The rows of one file.
    pub async fn read(&self, table: &TableSpec, file: WorkFile) -> Result<Vec<RecordBatch>, StoreError> {
        self.store.read_parquet_file(table, &self.path(table, file), &Selection::all()).await
    }

    /// All rows of a table in a chunk, rounds in order.
    pub async fn read_chunk(&self, table: &TableSpec, chunk: u32) -> Result<Vec<RecordBatch>, StoreError> {
        self.select(table, chunk, &Selection::all()).await
    }

    /// What is wanted of a table's rows in a chunk, rounds in order.
    pub async fn select(
        &self,
        table: &TableSpec,
        chunk: u32,
        wanted: &Selection,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        self.store.read_parquet(table, &self.chunk_folder(table, chunk), wanted).await
    }

    /// The values of a text column of one file.
    pub async fn texts(
        &self,
        table: &TableSpec,
        file: WorkFile,
        column: &str,
    ) -> anyhow::Result<Vec<String>> {
        let wanted = Selection::columns(&[column]);
        texts(&self.store.read_parquet_file(table, &self.path(table, file), &wanted).await?, column)
    }

    /// All rows of a table in a chunk, as row structs.
    pub async fn rows<R: Row>(&self, chunk: u32) -> anyhow::Result<Vec<R>> {
        Ok(batch::all_rows(&self.read_chunk(&R::table(), chunk).await?)?)
    }

    /// The rows of one file, as row structs; none when it is not there.
    pub async fn rows_of<R: Row>(&self, file: WorkFile) -> anyhow::Result<Vec<R>> {
        match self.read(&R::table(), file).await {
            Ok(batches) => Ok(batch::all_rows(&batches)?),
            Err(StoreError::Missing { .. }) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes that a step, or a round of it, is over.
    pub async fn mark(&self, step: &Step, round: Option<i32>) -> Result<(), StoreError> {
        self.store.replace(&self.mark_path(step, round), "done\n".into()).await
    }

    /// True when the step, or the round of it, was noted as over.
    pub async fn is_marked(&self, step: &Step, round: Option<i32>) -> Result<bool, StoreError> {
        self.store.exists(&self.mark_path(step, round)).await
    }

    fn mark_path(&self, step: &Step, round: Option<i32>) -> String {
        let round = round.map(|round| format!("-{round}")).unwrap_or_default();
        format!("{}/done/{}{round}", self.folder, step.name)
    }
}

/// `…/round=1-00000.parquet`
fn file_of(path: &str, chunk: u32) -> Option<WorkFile> {
    let name = path.rsplit('/').next()?.strip_prefix("round=")?.strip_suffix(".parquet")?;
    let (round, number) = name.split_once('-')?;
    Some(WorkFile { chunk, round: round.parse().ok()?, number: number.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_read_and_others_passed_over() {
        let file = WorkFile { chunk: 3, round: 2, number: 14 };
        assert_eq!(file_of("staging/r/work/fetches/chunk=00003/round=2-00014.parquet", 3), Some(file));
        assert_eq!(file_of("staging/r/work/fetches/chunk=00003/.tmp", 3), None);
    }
}
