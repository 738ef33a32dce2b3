//! A layout explains how a sheet's columns were understood.

use crate::cell;
use crate::field::Field;
use crate::header::Header;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How a sheet was understood, for people who want to know why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The sheet.
    pub sheet: String,
    /// Name of the map: one of `data/maps`, `given` or `guessed`.
    pub column_map: String,
    /// Row of the header, counted from 1; 0 for lists without one.
    pub header_row: i64,
    /// Why these columns.
    pub why: String,
    /// The columns that are used.
    pub columns: Vec<LayoutColumn>,
    /// Header texts of the columns that are not.
    pub unused: Vec<String>,
}

/// A column and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutColumn {
    /// What it holds: host, `page_url`, country …
    #[serde(deserialize_with = "field_name")]
    pub field: Cow<'static, str>,
    /// Letters as a spreadsheet shows them.
    pub column: String,
    /// Its header text; the letters again where it has none.
    pub header: String,
}

impl Layout {
    pub(crate) fn of(sheet: &str, header: &Header) -> Self {
        let column = |field: Field| {
            let index = header.column(field)?;
            Some(LayoutColumn {
                field: field.as_str().into(),
                column: cell::letters(index),
                header: header.texts[index].clone(),
            })
        };
        let is_used = |index: usize| header.columns.contains(&Some(index));
        let unused =
            header.texts.iter().enumerate().filter(|(index, text)| !is_used(*index) && !text.is_empty());
        Self {
            sheet: sheet.to_owned(),
            column_map: header.map.clone(),
            header_row: header.row,
            why: header.why.clone(),
            columns: Field::ALL.into_iter().filter_map(column).collect(),
            unused: unused.map(|(_, text)| text.clone()).collect(),
        }
    }
}

/// The name of a field, as the fields have it.
fn field_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
    Ok(Field::deserialize(deserializer)?.as_str().into())
}
