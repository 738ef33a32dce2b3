//! Which column of a sheet holds what, and who says so?

use crate::cell::{self, MAX_COLUMNS};
use crate::field::{FIELDS, Field};
use crate::value::Value;
use deklaro_schemas::CountryCode;

/// A header row under the map that fits it best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Row, counted from 1.
    pub row: i64,
    /// Name of the map.
    pub map: String,
    /// The country all lists of this layout belong to.
    pub country: Option<CountryCode>,
    /// Column of each field, counted from 0.
    pub columns: [Option<usize>; FIELDS],
    /// Header texts, trimmed; letters where a list has no header.
    pub texts: Vec<String>,
    /// Why these columns, for people.
    pub why: String,
    /// Names that the map knows.
    pub score: usize,
}

impl Header {
    /// A layout of given columns; columns the header row does not name go by their letters.
    pub(crate) fn of_columns(
        map: &str,
        row: i64,
        cells: &[Value<'_>],
        fields: &[(Field, usize)],
        why: &str,
    ) -> Self {
        let width = fields.iter().map(|(_, column)| column + 1).max().unwrap_or(0).max(cells.len());
        let text = |column: usize| match cells.get(column) {
            Some(cell) if !cell.is_blank() => cell.text().trim().to_owned(),
            _ => cell::letters(column),
        };
        let mut columns = [None; FIELDS];
        for (field, column) in fields {
            columns[*field as usize] = Some(*column);
        }
        let texts = (0..width.min(MAX_COLUMNS)).map(text).collect();
        Self { row, map: map.to_owned(), country: None, columns, texts, why: why.to_owned(), score: 0 }
    }

    /// The column of a field, counted from 0.
    pub(crate) fn column(&self, field: Field) -> Option<usize> {
        self.columns[field as usize]
    }

    /// How many names the map knows; tells good readings of a text file from bad ones.
    pub(crate) fn score(&self) -> usize {
        self.score
    }
}
