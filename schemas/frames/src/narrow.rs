//! A few columns of an Arrow batch become a Polars frame.

use crate::FrameError;
use arrow::array::{ArrayRef, AsArray, DictionaryArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type};
use arrow::error::ArrowError;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType as PolarsType, Int32Chunked, Int64Chunked, IntoColumn,
    PlSmallStr, StringChunked,
};

/// Some columns of a batch as a frame, each copied once. A query over a few columns costs less this way than
/// a crossing of whole tables. Texts, codes, truth values, whole numbers and days can cross alone.
pub fn columns(batch: &RecordBatch, names: &[&str]) -> Result<DataFrame, FrameError> {
    let columns = names.iter().map(|name| column(batch, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(DataFrame::new(batch.num_rows(), columns)?)
}

fn column(batch: &RecordBatch, name: &str) -> Result<Column, FrameError> {
    let array = batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("column `{name}` is missing")))?;
    let label = PlSmallStr::from_str(name);
    Ok(match array.data_type() {
        DataType::Utf8 => StringChunked::from_iter(array.as_string::<i32>()).with_name(label).into_column(),
        DataType::Dictionary(..) => codes(array)?.with_name(label).into_column(),
        DataType::Boolean => BooleanChunked::from_iter(array.as_boolean()).with_name(label).into_column(),
        DataType::Int32 => {
            Int32Chunked::from_iter(array.as_primitive::<Int32Type>()).with_name(label).into_column()
        }
        DataType::Int64 => {
            Int64Chunked::from_iter(array.as_primitive::<Int64Type>()).with_name(label).into_column()
        }
        DataType::Date32 => Int32Chunked::from_iter(array.as_primitive::<Date32Type>())
            .with_name(label)
            .into_column()
            .cast(&PolarsType::Date)?,
        other => {
            let message = format!("column `{name}` of type {other} cannot cross alone");
            return Err(ArrowError::NotYetImplemented(message).into());
        }
    })
}

/// Coded values are looked up, not cast: their dictionaries are short.
fn codes(array: &ArrayRef) -> Result<StringChunked, ArrowError> {
    let coded = array
        .as_dictionary_opt::<Int32Type>()
        .and_then(DictionaryArray::downcast_dict::<StringArray>)
        .ok_or_else(|| ArrowError::SchemaError("a dictionary of something else than text".to_owned()))?;
    Ok(StringChunked::from_iter(coded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::batch;
    use deklaro_schemas::tables::testing;

    #[test]
    fn columns_cross_alone_as_they_cross_together() {
        let rows = [testing::statement("a.example.at"), testing::statement("b.example.at")];
        let batch = batch::from_rows(&rows).unwrap();
        let names = [
            "host_id",
            "detection_status",
            "statement_url",
            "is_read",
            "fetch_count",
            "age_days",
            "reviewed_on",
        ];
        let together = crate::frame(std::slice::from_ref(&batch)).unwrap().select(names).unwrap();
        assert!(columns(&batch, &names).unwrap().equals_missing(&together));
    }

    #[test]
    fn a_list_cannot_and_a_missing_column_is_named() {
        let batch = batch::from_rows(&[testing::statement("a.example.at")]).unwrap();
        let error = |name| columns(&batch, &[name]).unwrap_err();
        assert!(matches!(error("evidence"), FrameError::Arrow(ArrowError::NotYetImplemented(_))));
        assert!(matches!(error("nothing"), FrameError::Arrow(ArrowError::SchemaError(_))));
    }
}
