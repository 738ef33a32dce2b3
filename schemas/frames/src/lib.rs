//! How do Arrow batches become Polars frames and back?
//!
#![doc = include_str!("../README.md")]

mod narrow;

pub use narrow::columns;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use deklaro_schemas::batch::{self, BatchError};
use deklaro_schemas::{Row, TableSpec};
use polars::prelude::{
    CompatLevel, DataFrame, IntoLazy, IpcStreamReader, IpcStreamWriter, LazyFrame, PolarsError, SerReader,
    SerWriter,
};
use std::io::Cursor;
use std::sync::Arc;

/// Why a table did not cross.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Arrow refuses.
    #[error("Arrow and Polars could not exchange the table")]
    Arrow(#[from] ArrowError),
    /// Polars refuses, here or in a query over the frame.
    #[error("Polars could not answer the query")]
    Polars(#[from] PolarsError),
    /// The frame is not the table it should become.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

/// The rows of these batches as a lazy frame; an empty list gives an empty frame with the table's columns.
pub fn lazy<R: Row>(batches: &[RecordBatch]) -> Result<LazyFrame, FrameError> {
    let table = R::table();
    if batches.is_empty() {
        return Ok(frame(&[batch::empty(&table)])?.lazy());
    }
    Ok(frame(batches)?.lazy())
}

/// The rows of these batches as a frame; all must have one schema, and there must be at least one.
pub fn frame(batches: &[RecordBatch]) -> Result<DataFrame, FrameError> {
    let plain = batches.iter().map(without_dictionaries).collect::<Result<Vec<_>, _>>()?;
    let first = plain.first().ok_or_else(|| ArrowError::SchemaError("no batch given".to_owned()))?;
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, first.schema_ref())?;
    for batch in &plain {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(IpcStreamReader::new(Cursor::new(bytes)).finish()?)
}

/// The frame as one batch in the table's schema; columns are found by name, extra ones are dropped.
pub fn table(spec: &TableSpec, frame: &mut DataFrame) -> Result<RecordBatch, FrameError> {
    Ok(batch::conform(spec, &plain(frame)?)?)
}

/// The frame as one batch with the types Polars gives it.
pub fn plain(frame: &mut DataFrame) -> Result<RecordBatch, FrameError> {
    let mut bytes = Vec::new();
    IpcStreamWriter::new(&mut bytes).with_compat_level(CompatLevel::oldest()).finish(frame)?;
    let reader = StreamReader::try_new(Cursor::new(bytes), None)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(&schema, &batches)?)
}

fn without_dictionaries(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        let (data_type, column) = match column.data_type() {
            DataType::Dictionary(_, value) => (value.as_ref().clone(), cast(column, value)?),
            other => (other.clone(), column.clone()),
        };
        fields.push(Field::new(field.name(), data_type, true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::{Fetch, testing};

    #[test]
    fn a_table_with_enums_lists_and_times_crosses_and_comes_back() {
        let batch =
            batch::from_rows(&[testing::fetch("a.example.at"), testing::fetch("b.example.at")]).unwrap();
        let mut frame = frame(std::slice::from_ref(&batch)).unwrap();
        assert_eq!(frame.height(), 2);
        assert_eq!(table(&Fetch::table(), &mut frame).unwrap(), batch);
    }

    #[test]
    fn an_empty_table_has_its_columns() {
        let frame = lazy::<Fetch>(&[]).unwrap().collect().unwrap();
        assert_eq!((frame.height(), frame.width()), (0, Fetch::table().columns.len()));
    }
}
