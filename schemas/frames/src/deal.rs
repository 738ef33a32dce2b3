//! Polars deals the rows of Parquet files out to folders, so that rows that belong together lie together.

use crate::FrameError;
use deklaro_schemas::{TableSpec, parquet_file};
use polars::prelude::{
    CompatLevel, DataType, Engine, Expr, FileWriteFormat, KeyValueMetadata, LazyFrame, ParquetCompression,
    ParquetWriteOptions, PartitionStrategy, PlRefPath, ScanArgsParquet, SinkDestination, UnifiedSinkArgs,
    col, lit,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What keeps rows together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// The rows of a host, by its id, dealt to so many folders.
    Host(u32),
    /// The rows of a country's hosts of one name, with and without `www.`, dealt to so many folders.
    Site(u32),
    /// The rows of a country.
    Country,
}

impl Together {
    /// The folder a row goes to.
    fn folder(self) -> Expr {
        let dealt = |key: Expr, folders: u32| {
            (key.hash(0, 1, 2, 3) % lit(u64::from(folders.max(1)))).cast(DataType::UInt32)
        };
        match self {
            Self::Host(folders) => dealt(col("host_id"), folders),
            Self::Site(folders) => {
                let site = col("canonical_hostname").cast(DataType::String).str().strip_prefix(lit("www."));
                dealt(col("country_code").cast(DataType::String) + lit(" ") + site, folders)
            }
            Self::Country => col("country_code").cast(DataType::String),
        }
        .alias(FOLDER)
    }

    /// Rows of a group in a file. Each folder's rows wait in memory until there is a group of them, so the more folders, the smaller.
    fn rows_a_group(self) -> usize {
        let folders = match self {
            Self::Host(folders) | Self::Site(folders) => folders,
            Self::Country => COUNTRIES,
        };
        (ROWS_WAITING / folders.max(1)).clamp(1_024, 65_536) as usize
    }
}

/// Rows that wait to be written, of all folders together: some hundred bytes to a kilobyte each.
const ROWS_WAITING: u32 = 500_000;
/// More countries than lists have been seen for.
const COUNTRIES: u32 = 64;

/// The column that names a row's folder; it is not written.
const FOLDER: &str = "dealt";

/// Deals the rows of a table's Parquet files out to `dealt=…` folders below `out`, in files of at most so
/// many rows. Polars' streaming engine reads and writes one row group after the other. So memory depends on
/// the number of folders, not on the number of rows. Named columns alone are kept; those of the key must be
/// among them.
///
/// # Errors
/// A file that cannot be read or has other columns than the first, a disk that is full.
pub fn deal(
    table: &TableSpec,
    columns: Option<&[&str]>,
    files: &[PathBuf],
    together: Together,
    rows_a_file: u32,
    out: &Path,
) -> Result<(), FrameError> {
    let paths = files.iter().map(|file| PlRefPath::try_from_path(file)).collect::<Result<Vec<_>, _>>()?;
    let scan = ScanArgsParquet { glob: false, low_memory: true, ..ScanArgsParquet::default() };
    let mut rows = LazyFrame::scan_parquet_files(paths.into_iter().collect(), scan)?;
    if let Some(names) = columns {
        rows = rows.select(names.iter().map(|name| col(*name)).collect::<Vec<_>>());
    }
    let sink = SinkDestination::Partitioned {
        base_path: PlRefPath::try_from_path(out)?,
        file_path_provider: None,
        partition_strategy: PartitionStrategy::Keyed {
            keys: vec![col(FOLDER)],
            include_keys: false,
            keys_pre_grouped: false,
        },
        max_rows_per_file: rows_a_file,
        approximate_bytes_per_file: u64::MAX,
    };
    let arguments = UnifiedSinkArgs { mkdir: true, ..UnifiedSinkArgs::default() };
    rows.with_column(together.folder())
        .sink(sink, FileWriteFormat::Parquet(Arc::new(options(table, together))), arguments)?
        .collect_with_engine(Engine::Streaming)?;
    Ok(())
}

/// Files that are read once: light compression, and what says which table they are of.
fn options(table: &TableSpec, together: Together) -> ParquetWriteOptions {
    let named = parquet_file::marks(table);
    ParquetWriteOptions {
        compression: ParquetCompression::Zstd(None),
        key_value_metadata: Some(KeyValueMetadata::from_static(named.to_vec())),
        row_group_size: Some(together.rows_a_group()),
        compat_level: Some(CompatLevel::oldest()),
        ..ParquetWriteOptions::default()
    }
}
