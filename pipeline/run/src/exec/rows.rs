//! The rows of several tables share one Arrow stream.
//!
//! In: a stage over one table takes its columns as they are. A stage over several takes one column per table,
//! a list of its rows. So every row of the stream stands alone, and an engine may cut the stream anywhere.
//!
//! Out: one column per table; each row fills one of them.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use deklaro_schemas::{Selection, TableSpec, batch};
use std::sync::Arc;

/// The rows of a table out of its column of lists. Of the table's columns those are kept that are there.
pub(super) fn nested(table: &TableSpec, from: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let named = |what: &str| ArrowError::SchemaError(format!("column `{}` {what}", table.name));
    let column = from.column_by_name(table.name).ok_or_else(|| named("is missing"))?;
    let item = match column.data_type() {
        DataType::List(item) | DataType::LargeList(item) => item,
        other => return Err(named(&format!("is {other}, expected a list of rows"))),
    };
    let lists = cast(column, &DataType::LargeList(item.clone()))?;
    let lists = lists.as_list::<i64>();
    let ends = lists.value_offsets();
    let (first, last) = (ends[0] as usize, ends[ends.len() - 1] as usize);
    let rows = lists.values().slice(first, last - first);
    let Some(rows) = rows.as_struct_opt() else { return Err(named("is a list of something else than rows")) };
    if rows.null_count() > 0 {
        return Err(named("holds empty rows"));
    }
    let schema = Arc::new(Schema::new(rows.fields().clone()));
    present(table, &RecordBatch::try_new(schema, rows.columns().to_vec())?)
}

/// The columns of the table that are there, in its types.
pub(super) fn present(table: &TableSpec, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let there: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name)
        .filter(|name| rows.column_by_name(name).is_some())
        .collect();
    batch::conform_selected(table, &Selection::columns(&there), rows)
        .map_err(|error| ArrowError::ExternalError(Box::new(error)))
}

/// The schema of a stage's results: a column per table it writes, codes as plain text.
pub(super) fn result_schema(tables: &[TableSpec]) -> SchemaRef {
    let columns = tables.iter().map(|table| Field::new(table.name, DataType::Struct(plain(table)), true));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

/// The columns of a table without dictionaries, which some engines cannot read; all may be empty where the row is another table's.
fn plain(table: &TableSpec) -> Fields {
    let field = |column: &deklaro_schemas::ColumnSpec| -> FieldRef {
        let data_type = match &column.data_type {
            DataType::Dictionary(_, value) => value.as_ref().clone(),
            other => other.clone(),
        };
        Arc::new(Field::new(column.name, data_type, true))
    };
    table.columns.iter().map(field).collect()
}

/// Rows of one table as rows of the stage's results.
pub(super) fn results(
    schema: &SchemaRef,
    table: &TableSpec,
    rows: &RecordBatch,
) -> Result<RecordBatch, ArrowError> {
    let fields = plain(table);
    let mut columns = Vec::with_capacity(fields.len());
    for field in &fields {
        let column = rows
            .column_by_name(field.name())
            .ok_or_else(|| ArrowError::SchemaError(format!("column `{}` is missing", field.name())))?;
        columns.push(cast(column, field.data_type())?);
    }
    let rows_of: ArrayRef =
        Arc::new(StructArray::try_new_with_length(fields, columns, None, rows.num_rows())?);
    let of_column = |field: &FieldRef| {
        if field.name() == table.name {
            rows_of.clone()
        } else {
            new_null_array(field.data_type(), rows.num_rows())
        }
    };
    RecordBatch::try_new(schema.clone(), schema.fields().iter().map(of_column).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::ListArray;
    use arrow::buffer::OffsetBuffer;
    use deklaro_schemas::Row;
    use deklaro_schemas::tables::{Fetch, Reading, testing};

    /// The rows as lists of these lengths.
    fn listed(rows: &RecordBatch, lengths: &[usize]) -> RecordBatch {
        let rows = StructArray::from(rows.clone());
        let item = Arc::new(Field::new("element", rows.data_type().clone(), true));
        let lists =
            ListArray::new(item, OffsetBuffer::from_lengths(lengths.iter().copied()), Arc::new(rows), None);
        let schema = Schema::new(vec![Field::new(Fetch::TABLE, lists.data_type().clone(), true)]);
        RecordBatch::try_new(Arc::new(schema), vec![Arc::new(lists)]).unwrap()
    }

    #[test]
    fn rows_come_out_of_their_lists_whatever_part_of_the_stream_it_is() {
        let all = [testing::fetch("a.example"), testing::fetch("b.example"), testing::fetch("c.example")];
        let lists = listed(&batch::from_rows(&all).unwrap(), &[1, 0, 2]);
        let read = |lists: &RecordBatch| -> Vec<Fetch> {
            batch::to_rows(&nested(&Fetch::table(), lists).unwrap()).unwrap()
        };
        assert_eq!(read(&lists), all);
        assert_eq!(read(&lists.slice(1, 2)), all[1..]);
        assert_eq!(read(&lists.slice(1, 1)), []);
        let error = nested(&Reading::table(), &lists).unwrap_err().to_string();
        assert!(error.contains("column `readings` is missing"), "{error}");
    }

    #[test]
    fn a_result_fills_the_column_of_its_table_and_has_no_dictionary() {
        let tables = [Fetch::table(), Reading::table()];
        let schema = result_schema(&tables);
        let rows = batch::from_rows(&[testing::fetch("a.example")]).unwrap();
        let out = results(&schema, &tables[0], &rows).unwrap();
        assert_eq!((out.column(0).null_count(), out.column(1).null_count()), (0, 1));
        assert!(!format!("{schema:?}").contains("Dictionary"));
        let back = RecordBatch::from(out.column(0).as_struct());
        assert_eq!(batch::to_rows::<Fetch>(&back).unwrap(), [testing::fetch("a.example")]);
    }
}
