//! Row structs to Arrow record batches and back, always in the declared schema.

use crate::{Row, TableSpec};
use arrow::array::{Array, RecordBatch, UInt32Array, new_null_array};
use arrow::compute::{SortColumn, SortOptions, cast, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::error::ArrowError;

/// Why rows and a batch do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// A row has a value its column cannot hold, or the other way round.
    #[error("table `{table}`: rows and columns do not fit")]
    Convert {
        /// The table.
        table: &'static str,
        /// What serde_arrow says.
        #[source]
        source: Box<serde_arrow::Error>,
    },
    /// A declared column is not there.
    #[error("table `{table}`: column `{column}` is missing")]
    MissingColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
    },
    /// Arrow refuses.
    #[error("table `{table}`")]
    Arrow {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        source: ArrowError,
    },
}

/// These rows as one batch in the table's schema.
pub fn from_rows<R: Row>(rows: &[R]) -> Result<RecordBatch, BatchError> {
    let table = R::table();
    let fields: Vec<FieldRef> = table.schema().fields().iter().cloned().collect();
    let arrays = serde_arrow::to_arrow(&fields, rows)
        .map_err(|source| BatchError::Convert { table: R::TABLE, source: Box::new(source) })?;
    RecordBatch::try_new(table.schema(), arrays)
        .map_err(|source| BatchError::Arrow { table: R::TABLE, source })
}

/// The rows of a batch; columns are found by name, so order and extra columns do not matter.
pub fn to_rows<R: Row>(batch: &RecordBatch) -> Result<Vec<R>, BatchError> {
    let batch = conform(&R::table(), batch)?;
    serde_arrow::from_record_batch(&batch)
        .map_err(|source| BatchError::Convert { table: R::TABLE, source: Box::new(source) })
}

/// The rows of several batches.
pub fn all_rows<R: Row>(batches: &[RecordBatch]) -> Result<Vec<R>, BatchError> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        rows.extend(to_rows::<R>(batch)?);
    }
    Ok(rows)
}

/// The batch with exactly the declared columns, cast to the declared types; a column that may be empty and is not there is empty.
pub fn conform(table: &TableSpec, batch: &RecordBatch) -> Result<RecordBatch, BatchError> {
    conform_to(table, table.schema(), batch)
}

/// The same for some of the table's columns.
pub fn conform_selected(
    table: &TableSpec,
    wanted: &crate::Selection,
    batch: &RecordBatch,
) -> Result<RecordBatch, BatchError> {
    conform_to(table, table.schema_of(wanted), batch)
}

pub(crate) fn conform_to(
    table: &TableSpec,
    schema: SchemaRef,
    batch: &RecordBatch,
) -> Result<RecordBatch, BatchError> {
    if batch.schema_ref() == &schema {
        return Ok(batch.clone());
    }
    let arrow = |source| BatchError::Arrow { table: table.name, source };
    let mut arrays = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let Some(column) = batch.column_by_name(field.name()) else {
            // Files written before the column was added.
            if field.is_nullable() {
                arrays.push(new_null_array(field.data_type(), batch.num_rows()));
                continue;
            }
            return Err(BatchError::MissingColumn { table: table.name, column: field.name().clone() });
        };
        arrays.push(if column.data_type() == field.data_type() {
            column.clone()
        } else {
            cast(column, field.data_type()).map_err(arrow)?
        });
    }
    RecordBatch::try_new(schema, arrays).map_err(arrow)
}

/// All batches as one, sorted by the declared columns; ties keep their order.
pub fn sorted(table: &TableSpec, batches: &[RecordBatch]) -> Result<RecordBatch, BatchError> {
    let arrow = |source| BatchError::Arrow { table: table.name, source };
    let conformed = batches.iter().map(|batch| conform(table, batch)).collect::<Result<Vec<_>, _>>()?;
    let whole = concat_batches(&table.schema(), &conformed).map_err(arrow)?;
    if whole.num_rows() < 2 {
        return Ok(whole);
    }
    let mut columns = sort_columns(table, &whole)?;
    // The row's place is the last key: that makes the sort stable.
    let place = UInt32Array::from_iter_values(0..whole.num_rows() as u32);
    columns.push(SortColumn { values: std::sync::Arc::new(place), options: None });
    let order = lexsort_to_indices(&columns, None).map_err(arrow)?;
    take_record_batch(&whole, &order).map_err(arrow)
}

fn sort_columns(table: &TableSpec, batch: &RecordBatch) -> Result<Vec<SortColumn>, BatchError> {
    let options = Some(SortOptions { descending: false, nulls_first: false });
    let mut columns = Vec::new();
    for name in table.sort {
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| BatchError::MissingColumn { table: table.name, column: (*name).to_owned() })?;
        // Dictionaries sort by value only as plain text.
        let values = match column.data_type() {
            arrow::datatypes::DataType::Dictionary(_, value) => {
                cast(column, value).map_err(|source| BatchError::Arrow { table: table.name, source })?
            }
            _ => column.clone(),
        };
        columns.push(SortColumn { values, options });
    }
    Ok(columns)
}

/// An empty batch of the table.
pub fn empty(table: &TableSpec) -> RecordBatch {
    RecordBatch::new_empty(table.schema())
}

/// The schema of a row's table.
pub fn schema_of<R: Row>() -> SchemaRef {
    R::table().schema()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Fetch, testing};

    #[test]
    fn rows_survive_the_round_trip() {
        let rows = vec![testing::fetch("b.example.at"), testing::fetch("a.example.at")];
        let batch = from_rows(&rows).unwrap();
        assert_eq!(to_rows::<Fetch>(&batch).unwrap(), rows);
    }

    #[test]
    fn sorting_follows_the_declaration_and_is_repeatable() {
        let rows = vec![testing::fetch("b.example.at"), testing::fetch("a.example.at")];
        let batch = from_rows(&rows).unwrap();
        let once = sorted(&Fetch::table(), std::slice::from_ref(&batch)).unwrap();
        let hosts: Vec<String> = to_rows::<Fetch>(&once)
            .unwrap()
            .iter()
            .map(|fetch| fetch.canonical_hostname.to_string())
            .collect();
        assert_eq!(hosts, ["a.example.at", "b.example.at"]);
        assert_eq!(sorted(&Fetch::table(), std::slice::from_ref(&once)).unwrap(), once);
    }

    #[test]
    fn a_missing_column_is_named() {
        let batch = from_rows(&[testing::fetch("a.example.at")]).unwrap();
        let shorter = batch.project(&[0, 1, 2]).unwrap();
        let error = conform(&Fetch::table(), &shorter).unwrap_err().to_string();
        assert!(error.starts_with("table `fetches`: column `"), "{error}");
    }
}
