//! A side is one month's table, with only the columns that the comparison needs.

use crate::DiffError;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Field, Schema};
use deklaro_frames::FrameError;
use deklaro_schemas::{Row, TableSpec};
use polars::prelude::DataFrame;
use std::sync::Arc;

/// One month's table, as few columns of it as the comparison needs.
pub(crate) struct Side {
    pub(crate) rows: RecordBatch,
}

impl Side {
    /// These columns of a table; those a file of an older version lacks are empty.
    pub(crate) fn of<R: Row>(batches: &[RecordBatch], names: &[&str]) -> Result<Self, DiffError> {
        let table = R::table();
        let wanted = TableSpec {
            columns: table.columns.into_iter().filter(|column| names.contains(&column.name)).collect(),
            ..table
        };
        let narrow = batches
            .iter()
            .map(|batch| deklaro_schemas::batch::conform(&wanted, batch))
            .collect::<Result<Vec<_>, _>>()?;
        let rows = concat_batches(&wanted.schema(), &narrow).map_err(FrameError::from)?;
        Ok(Self { rows })
    }

    /// A text or coded column as text.
    pub(crate) fn texts(&self, name: &str) -> Result<StringArray, DiffError> {
        let plain = cast(self.column(name)?, &DataType::Utf8).map_err(FrameError::from)?;
        Ok(plain.as_string::<i32>().clone())
    }

    pub(crate) fn column(&self, name: &str) -> Result<&ArrayRef, DiffError> {
        Ok(self.rows.column_by_name(name).ok_or_else(|| {
            deklaro_schemas::batch::BatchError::MissingColumn { table: "hosts", column: name.to_owned() }
        })?)
    }

    /// The columns as a frame, lists of codes as one text.
    pub(crate) fn frame(&self, names: &[&str]) -> Result<DataFrame, DiffError> {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for name in names {
            let array = self.column(name)?;
            let array = match array.as_list_opt::<i32>() {
                Some(lists) => Arc::new(joined(lists)?) as ArrayRef,
                None => array.clone(),
            };
            fields.push(Field::new(*name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let narrow = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(FrameError::from)?;
        Ok(deklaro_frames::columns(&narrow, names)?)
    }
}

/// Each list as one text, its items apart by a space: that is how lists are compared and shown.
fn joined(lists: &ListArray) -> Result<StringArray, DiffError> {
    let items = cast(lists.values(), &DataType::Utf8).map_err(FrameError::from)?;
    let items = items.as_string::<i32>();
    let offsets = lists.value_offsets();
    let mut text = String::new();
    let mut texts = arrow::array::StringBuilder::with_capacity(lists.len(), 16 * lists.len());
    for row in 0..lists.len() {
        if lists.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        for item in offsets[row] as usize..offsets[row + 1] as usize {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(items.value(item));
        }
        texts.append_value(&text);
    }
    Ok(texts.finish())
}
