//! Which columns and rows of a Parquet file are decoded.

use arrow::array::{BooleanArray, RecordBatch, StringArray};
use arrow::compute::{cast, kernels::cmp};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicate, ArrowPredicateFn, RowFilter};
use parquet::schema::types::SchemaDescriptor;

/// Which columns and rows of a table are wanted; all of them until narrowed.
///
/// Rows are filtered while the file is decoded: of a row that is not wanted only the tested column is ever in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    columns: Option<Vec<String>>,
    equal: Vec<(String, String)>,
}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these columns, in the table's order whatever order they are given in.
    pub fn columns(names: &[&str]) -> Self {
        Self { columns: Some(names.iter().map(|name| (*name).to_owned()).collect()), equal: Vec::new() }
    }

    /// Only rows where this text column has this value.
    #[must_use]
    pub fn only(mut self, column: &str, value: &str) -> Self {
        self.equal.push((column.to_owned(), value.to_owned()));
        self
    }

    /// True when the column is among the wanted ones.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|names| names.iter().any(|name| name == column))
    }

    pub(crate) fn projection(&self, file: &SchemaDescriptor) -> ProjectionMask {
        match &self.columns {
            None => ProjectionMask::all(),
            Some(names) => ProjectionMask::columns(file, names.iter().map(String::as_str)),
        }
    }

    pub(crate) fn row_filter(&self, file: &SchemaDescriptor) -> RowFilter {
        let tests = self.equal.iter().map(|(column, value)| {
            let mask = ProjectionMask::columns(file, [column.as_str()]);
            let value = value.clone();
            let test = move |batch: RecordBatch| is_equal(&batch, &value);
            Box::new(ArrowPredicateFn::new(mask, test)) as Box<dyn ArrowPredicate>
        });
        RowFilter::new(tests.collect())
    }
}

/// A file that lacks the column has no row with the value.
fn is_equal(batch: &RecordBatch, value: &str) -> Result<BooleanArray, ArrowError> {
    match batch.columns().first() {
        None => Ok(BooleanArray::from(vec![false; batch.num_rows()])),
        Some(column) => cmp::eq(&cast(column, &DataType::Utf8)?, &StringArray::new_scalar(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parquet_file::{decode, decode_selected, encode};
    use crate::tables::{Fetch, testing};
    use crate::{Row, batch};

    #[test]
    fn rows_and_columns_are_chosen_while_decoding() {
        let rows = [testing::fetch("a.example.at"), testing::fetch("b.example.at")];
        let table = Fetch::table();
        let bytes = encode(&table, &batch::from_rows(&rows).unwrap(), &[]).unwrap();
        let one = Selection::all().only("canonical_hostname", "b.example.at");
        let read = decode_selected(&table, bytes.clone().into(), &one).unwrap();
        assert_eq!(batch::all_rows::<Fetch>(&read).unwrap(), rows[1..]);

        let narrow = Selection::columns(&["url", "host_id"]).only("canonical_hostname", "a.example.at");
        let read = decode_selected(&table, bytes.clone().into(), &narrow).unwrap();
        let names: Vec<String> =
            read[0].schema_ref().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!((names, read[0].num_rows()), (vec!["host_id".to_owned(), "url".to_owned()], 1));

        let none = Selection::all().only("canonical_hostname", "c.example.at");
        assert!(decode_selected(&table, bytes.clone().into(), &none).unwrap().is_empty());
        let all = decode_selected(&table, bytes.clone().into(), &Selection::all()).unwrap();
        assert_eq!(all, decode(&table, bytes.into()).unwrap());
    }
}
