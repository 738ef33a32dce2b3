//! The only code that writes or reads Parquet.
//!
//! zstd 3, row groups of 122,880 rows (DuckDB's own size), declared sort order, bloom filters on ids and hashes, key-value
//! metadata. The same batch and metadata give the same bytes.

use crate::batch::{self, BatchError};
use crate::{Selection, TableSpec};
use arrow::array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::ColumnPath;

/// DuckDB's row group size: one row group is one unit of its parallel scans.
const ROW_GROUP_ROWS: usize = 122_880;
/// Distinct values a bloom filter is sized for: about 24 KiB a column and row group at 5 % false positives.
const BLOOM_VALUES: u64 = 30_000;

/// The key in the footer that names the table.
const TABLE_KEY: &str = "deklaro.table";
/// The key in the footer with the version of its declaration.
const VERSION_KEY: &str = "deklaro.table_version";

/// Why a Parquet file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ParquetFileError {
    /// The rows do not fit the table.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// It is a Parquet file of something else.
    #[error("table `{table}`: the file is of table `{found}`")]
    Foreign {
        /// The table.
        table: &'static str,
        /// What its footer says.
        found: String,
    },
    /// It was written by a later version: a column is gone, or means something else.
    #[error("table `{table}`: the file is of version {found}, this program reads up to {expected}")]
    Newer {
        /// The table.
        table: &'static str,
        /// What its footer says.
        found: u32,
        /// What this program reads.
        expected: u32,
    },
    /// The bytes are not the Parquet file they should be.
    #[error("table `{table}`: not a readable Parquet file")]
    Parquet {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        source: ParquetError,
    },
}

/// One file of a table: the batch in the declared schema, with `meta` in the footer beside table and version.
pub fn encode(
    table: &TableSpec,
    batch: &RecordBatch,
    meta: &[(String, String)],
) -> Result<Vec<u8>, ParquetFileError> {
    let mut file = TableFile::new(table.clone(), meta)?;
    file.append(batch)?;
    Ok(file.finish()?.0)
}

/// A Parquet file in the making, for tables that are written piece by piece; only the compressed bytes are held.
pub struct TableFile {
    table: TableSpec,
    writer: ArrowWriter<Vec<u8>>,
    rows: i64,
}

impl TableFile {
    /// An empty file of this table.
    pub fn new(table: TableSpec, meta: &[(String, String)]) -> Result<Self, ParquetFileError> {
        let writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties(&table, meta)));
        let writer = writer.map_err(|source| ParquetFileError::Parquet { table: table.name, source })?;
        Ok(Self { table, writer, rows: 0 })
    }

    /// Adds rows; they must come in the table's order.
    pub fn append(&mut self, batch: &RecordBatch) -> Result<(), ParquetFileError> {
        let batch = batch::conform(&self.table, batch)?;
        self.rows += batch.num_rows() as i64;
        self.writer
            .write(&batch)
            .map_err(|source| ParquetFileError::Parquet { table: self.table.name, source })
    }

    /// The bytes and the number of rows.
    pub fn finish(self) -> Result<(Vec<u8>, i64), ParquetFileError> {
        let bytes = self.writer.into_inner();
        let bytes = bytes.map_err(|source| ParquetFileError::Parquet { table: self.table.name, source })?;
        Ok((bytes, self.rows))
    }
}

/// A file with these columns of the table alone, made to be read once: light compression, no filters.
pub fn encode_selected(
    table: &TableSpec,
    wanted: &Selection,
    batch: &RecordBatch,
) -> Result<Vec<u8>, ParquetFileError> {
    let error = |source| ParquetFileError::Parquet { table: table.name, source };
    let batch = batch::conform_selected(table, wanted, batch)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(key_values(table).collect()))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(error)?;
    writer.write(&batch).map_err(error)?;
    writer.into_inner().map_err(error)
}

/// The rows of a file in the declared schema, in batches of at most 8,192.
pub fn decode(table: &TableSpec, bytes: Bytes) -> Result<Vec<RecordBatch>, ParquetFileError> {
    decode_selected(table, bytes, &Selection::all())
}

/// The key-value metadata of a file.
pub fn footer(table: &TableSpec, bytes: Bytes) -> Result<Vec<(String, String)>, ParquetFileError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .map_err(|source| ParquetFileError::Parquet { table: table.name, source })?;
    let pairs = reader.metadata().file_metadata().key_value_metadata().into_iter().flatten();
    Ok(pairs.filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?))).collect())
}

/// How many rows a file of this table has, as its footer says; bytes or an open file.
pub fn row_count(table: &TableSpec, input: impl ChunkReader + 'static) -> Result<i64, ParquetFileError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(input)
        .map_err(|source| ParquetFileError::Parquet { table: table.name, source })?;
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    check_footer(table, pairs.map(Vec::as_slice).unwrap_or_default())?;
    Ok(reader.metadata().file_metadata().num_rows())
}

/// What a file's footer says of its table: name and version of the declaration.
fn key_values(table: &TableSpec) -> impl Iterator<Item = KeyValue> + use<> {
    [(TABLE_KEY, table.name.to_owned()), (VERSION_KEY, table.version.to_string())]
        .into_iter()
        .map(|(key, value)| KeyValue::new(key.to_owned(), value))
}

/// The wanted rows and columns of a file, in the declared types; batches without a row are left out.
pub fn decode_selected(
    table: &TableSpec,
    bytes: Bytes,
    wanted: &Selection,
) -> Result<Vec<RecordBatch>, ParquetFileError> {
    each_batch(table, bytes, wanted)?.collect()
}

/// The same, one batch after the other: no more than a row group is in memory. Takes bytes or an open file.
pub fn each_batch<'a, T: ChunkReader + 'static>(
    table: &'a TableSpec,
    input: T,
    wanted: &Selection,
) -> Result<impl Iterator<Item = Result<RecordBatch, ParquetFileError>> + use<'a, T>, ParquetFileError> {
    let error = |source| ParquetFileError::Parquet { table: table.name, source };
    let reader = ParquetRecordBatchReaderBuilder::try_new(input).map_err(error)?;
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    check_footer(table, pairs.map(Vec::as_slice).unwrap_or_default())?;
    let (projection, filter) =
        (wanted.projection(reader.parquet_schema()), wanted.row_filter(reader.parquet_schema()));
    let reader = reader.with_batch_size(8_192).with_projection(projection).with_row_filter(filter);
    let schema = table.schema_of(wanted);
    let batches = reader.build().map_err(error)?.map(move |read| {
        let read = read.map_err(|source| error(source.into()))?;
        Ok(batch::conform_to(table, schema.clone(), &read)?)
    });
    Ok(batches.filter(|read| read.as_ref().map_or(true, |batch| batch.num_rows() > 0)))
}

/// Refuses a file of another table, and one of a later version of this one.
fn check_footer(table: &TableSpec, pairs: &[KeyValue]) -> Result<(), ParquetFileError> {
    let value = |key: &str| pairs.iter().find(|pair| pair.key == key)?.value.as_deref();
    let found = value(TABLE_KEY);
    if found != Some(table.name) {
        let found = found.unwrap_or("none").to_owned();
        return Err(ParquetFileError::Foreign { table: table.name, found });
    }
    match value(VERSION_KEY).and_then(|version| version.parse().ok()) {
        Some(found) if found > table.version => {
            Err(ParquetFileError::Newer { table: table.name, found, expected: table.version })
        }
        _ => Ok(()),
    }
}

fn properties(table: &TableSpec, meta: &[(String, String)]) -> WriterProperties {
    let given = meta.iter().map(|(key, value)| KeyValue::new(format!("deklaro.{key}"), value.clone()));
    let mut properties = WriterProperties::builder()
        .set_created_by("deklaro".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).expect("3 is a zstd level")))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata(Some(key_values(table).chain(given).collect()))
        .set_sorting_columns(sorting_columns(table));
    for column in table.columns.iter().filter(|column| has_bloom_filter(column.name)) {
        let path = ColumnPath::from(column.name);
        properties = properties
            .set_column_bloom_filter_enabled(path.clone(), true)
            .set_column_bloom_filter_max_ndv(path, BLOOM_VALUES);
    }
    properties.build()
}

fn has_bloom_filter(column: &str) -> bool {
    column.ends_with("_id") || column.ends_with("_sha256")
}

/// The declared order by leaf number; `None` when a nested column stands before a sort column, as leaves then count otherwise.
fn sorting_columns(table: &TableSpec) -> Option<Vec<SortingColumn>> {
    let leaf = |name: &&str| {
        let index = table.columns.iter().position(|column| column.name == *name)?;
        let flat = table.columns[..=index].iter().all(|column| !column.data_type.is_nested());
        flat.then_some(SortingColumn { column_idx: index as i32, descending: false, nulls_first: false })
    };
    table.sort.iter().map(leaf).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;
    use crate::tables::{Fetch, testing};

    #[test]
    fn the_same_rows_give_the_same_bytes_and_read_back() {
        let rows = [testing::fetch("a.example.at"), testing::fetch("b.example.at")];
        let batch = batch::from_rows(&rows).unwrap();
        let meta = [("snapshot".to_owned(), "2026-11.0".to_owned())];
        let once = encode(&Fetch::table(), &batch, &meta).unwrap();
        assert_eq!(once, encode(&Fetch::table(), &batch, &meta).unwrap());
        let read = decode(&Fetch::table(), once.into()).unwrap();
        assert_eq!(batch::all_rows::<Fetch>(&read).unwrap(), rows);
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_and_one_of_an_earlier_is_read() {
        let batch = batch::from_rows(&[testing::fetch("a.example.at")]).unwrap();
        let ours = Fetch::table();
        let of_version =
            |version| encode(&TableSpec { version, ..Fetch::table() }, &batch, &[]).unwrap().into();
        assert_eq!(decode(&ours, of_version(ours.version - 1)).unwrap().len(), 1);
        assert_eq!(
            decode(&ours, of_version(ours.version + 1)).unwrap_err().to_string(),
            "table `fetches`: the file is of version 3, this program reads up to 2"
        );
    }

    #[test]
    fn rubbish_is_an_error_with_the_table_in_it() {
        let error = decode(&Fetch::table(), Bytes::from_static(b"PAR1 not really PAR1")).unwrap_err();
        assert_eq!(error.to_string(), "table `fetches`: not a readable Parquet file");
    }
}
