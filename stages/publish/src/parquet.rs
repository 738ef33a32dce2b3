//! A country's artifact becomes a Parquet file with typed columns.

use crate::artifact::CountryArtifact;
use crate::spreadsheet::{HEADER, Kind, cells, kind};
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use deklaro_schemas::{Carry, ColumnSpec, TableSpec, parquet_file};
use std::sync::Arc;

/// Why a country could not be written as Parquet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    /// The columns are not a table.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// The table cannot be written.
    #[error(transparent)]
    File(#[from] parquet_file::ParquetFileError),
}

/// The artifact as Parquet, a row per host, with the columns of the CSV and types.
pub(crate) fn artifact_parquet(artifact: &CountryArtifact) -> Result<Vec<u8>, ExportError> {
    let rows: Vec<[String; HEADER.len()]> =
        artifact.domains.iter().map(|domain| cells(artifact, domain)).collect();
    let table = table();
    let columns = (0..HEADER.len()).map(|index| column(&rows, index)).collect();
    let batch = RecordBatch::try_new(table.schema(), columns)?;
    let meta = [
        ("country_code".to_owned(), artifact.country_code.to_string()),
        ("scan_id".to_owned(), artifact.scan_id.to_string()),
    ];
    Ok(parquet_file::encode(&table, &batch, &meta)?)
}

fn column(rows: &[[String; HEADER.len()]], index: usize) -> ArrayRef {
    let texts = rows.iter().map(|row| row[index].as_str());
    match kind(HEADER[index]) {
        Kind::Flag => Arc::new(texts.map(|text| Some(text == "true")).collect::<BooleanArray>()),
        Kind::Number => Arc::new(texts.map(|text| text.parse::<i64>().ok()).collect::<Int64Array>()),
        Kind::Text => Arc::new(texts.map(|text| (!text.is_empty()).then_some(text)).collect::<StringArray>()),
    }
}

/// The export as a table; it is no table of the snapshot, and no other program writes it.
fn table() -> TableSpec {
    let columns = HEADER.map(|name| ColumnSpec {
        name,
        data_type: match kind(name) {
            Kind::Flag => DataType::Boolean,
            Kind::Number => DataType::Int64,
            Kind::Text => DataType::Utf8,
        },
        is_nullable: true,
        description: "See artifact.schema.json.",
        allowed: None,
    });
    TableSpec {
        name: "country_export",
        description: "One row per host of a country.",
        version: 1,
        key: &["canonicalHostname"],
        sort: &["canonicalHostname"],
        carry: Carry::No,
        columns: columns.into(),
    }
}
