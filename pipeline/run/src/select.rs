//! Rows of batches by the text in a column.

use arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use deklaro_schemas::{Row, batch};

/// The rows whose text column passes the test; a missing value passes as `None`.
pub fn filter_text(
    rows: &RecordBatch,
    column: &str,
    mut keep: impl FnMut(Option<&str>) -> bool,
) -> anyhow::Result<RecordBatch> {
    let Some(values) = rows.column_by_name(column) else { anyhow::bail!("column `{column}` is missing") };
    let values = cast(values, &DataType::Utf8)?;
    let mask: BooleanArray = values.as_string::<i32>().iter().map(|value| Some(keep(value))).collect();
    Ok(filter_record_batch(rows, &mask)?)
}

/// The values of a text column, missing ones left out.
pub(super) fn texts(rows: &[RecordBatch], column: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for rows in rows {
        let Some(values) = rows.column_by_name(column) else { anyhow::bail!("column `{column}` is missing") };
        let values = cast(values, &DataType::Utf8)?;
        found.extend(values.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    Ok(found)
}

/// The values of a text column, row by row.
pub(super) fn all_texts(rows: &RecordBatch, column: &str) -> anyhow::Result<StringArray> {
    let Some(values) = rows.column_by_name(column) else { anyhow::bail!("column `{column}` is missing") };
    Ok(cast(values, &DataType::Utf8)?.as_string::<i32>().clone())
}

/// The rows of a table as one vector.
pub fn rows<R: Row>(batches: &[RecordBatch]) -> anyhow::Result<Vec<R>> {
    Ok(batch::all_rows(batches)?)
}
