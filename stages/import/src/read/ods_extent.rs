//! How many cells the repeats of an ods file stand for, counted before calamine unrolls them.

use super::workbook::damaged;
use crate::ImportError;
use crate::sheet::File;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor};
use zip::ZipArchive;

/// Cells of a sheet that are unrolled; each takes about 110 bytes while calamine builds its ranges.
const MAX_CELLS: u64 = 5_000_000;
/// Rows and columns that a spreadsheet has at most.
const MAX_ROWS: u64 = 1 << 20;
const MAX_COLUMNS: u64 = 1 << 14;

/// The extent of one sheet: the rows up to the last that holds something, and the widest of them.
#[derive(Debug, Default)]
struct Extent {
    rows: u64,
    rows_filled: u64,
    width: u64,
    /// How often the row being read is repeated.
    repeats: u64,
    columns: u64,
    columns_filled: u64,
}

impl Extent {
    fn start_row(&mut self, row: &BytesStart<'_>) {
        (self.repeats, self.columns, self.columns_filled) =
            (repeats(row, "table:number-rows-repeated", MAX_ROWS), 0, 0);
    }

    fn cell(&mut self, cell: &BytesStart<'_>, has_content: bool) {
        self.columns =
            MAX_COLUMNS.min(self.columns + repeats(cell, "table:number-columns-repeated", MAX_COLUMNS));
        if has_content || is_typed(cell) {
            self.columns_filled = self.columns;
        }
    }

    fn end_row(&mut self) {
        self.rows = MAX_ROWS.min(self.rows + self.repeats);
        if self.columns_filled > 0 {
            (self.rows_filled, self.width) = (self.rows, self.width.max(self.columns_filled));
        }
    }

    fn cells(&self) -> u64 {
        self.rows_filled * self.width
    }
}

/// Refuses a file one of whose sheets stands for more cells than are read.
pub(super) fn check(file: &File<'_>, bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(file, None, &error))?;
    let content = archive.by_name("content.xml").map_err(|error| damaged(file, None, &error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let (mut buffer, mut extent) = (Vec::new(), Extent::default());
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|error| damaged(file, None, &error))?;
        match &event {
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) => {
                let is_empty = matches!(event, Event::Empty(_));
                match tag.name().as_ref() {
                    "table:table" => extent = Extent::default(),
                    "table:table-row" => {
                        extent.start_row(tag);
                        if is_empty {
                            extent.end_row();
                        }
                    }
                    "table:table-cell" | "table:covered-table-cell" => extent.cell(tag, !is_empty),
                    _ => {}
                }
            }
            Event::End(tag) if tag.name().as_ref() == "table:table-row" => extent.end_row(),
            _ => {}
        }
        if extent.cells() > MAX_CELLS {
            let (found, limit) = (extent.cells(), MAX_CELLS);
            return Err(ImportError::TooLarge { file: file.name.to_owned(), what: "cells", found, limit });
        }
        buffer.clear();
    }
}

/// A number of repeats; 1 where there is none, and where calamine will refuse it.
fn repeats(tag: &BytesStart<'_>, name: &str, limit: u64) -> u64 {
    let value = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
    let number = value.and_then(|value| value.value.trim().parse().ok());
    limit.min(number.unwrap_or(1))
}

/// A cell with a value of its own, whether or not it shows a text.
fn is_typed(cell: &BytesStart<'_>) -> bool {
    let holds = ["office:value-type", "table:formula"];
    cell.attributes().flatten().any(|attribute| holds.contains(&attribute.key.as_ref()))
}
