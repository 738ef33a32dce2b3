//! What calamine does not tell of an ods file, read before it: how many cells its repeats stand for, links, merged cells.

use super::damaged::damaged;
use super::extras::Extras;
use super::metered::Packed;
use crate::ImportError;
use crate::file::File;
use calamine::Dimensions;
use deklaro_schemas::budget::Cost;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::HashMap;
use std::io::BufReader;
use zip::ZipArchive;

/// Cells of a sheet that are unrolled; each takes about 110 bytes while calamine builds its ranges.
const MAX_CELLS: u64 = 5_000_000;
/// What a sheet costs by itself, in cells.
const ITEMS_OF_SHEET: u64 = 64;
/// Rows and columns that a spreadsheet has at most.
const MAX_ROWS: u64 = 1 << 20;
const MAX_COLUMNS: u64 = 1 << 14;

/// A sheet up to the cell that is being read: the rows up to the last that holds something, and the widest of them.
#[derive(Debug, Default)]
struct Extent {
    rows: u64,
    rows_filled: u64,
    width: u64,
    /// How often the row being read is repeated.
    repeats: u64,
    columns: u64,
    columns_filled: u64,
    /// Column of the cell being read.
    column: u64,
}

impl Extent {
    fn start_row(&mut self, row: &BytesStart<'_>) {
        (self.repeats, self.columns, self.columns_filled) =
            (number(row, "table:number-rows-repeated", MAX_ROWS), 0, 0);
    }

    fn cell(&mut self, cell: &BytesStart<'_>, has_content: bool) {
        self.column = self.columns;
        self.columns =
            MAX_COLUMNS.min(self.columns + number(cell, "table:number-columns-repeated", MAX_COLUMNS));
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

    /// The cell being read, with as many below it as it spans.
    fn area(&self, rows: u64) -> Dimensions {
        let (row, column) = (self.rows as u32, self.column as u32);
        Dimensions { start: (row, column), end: (row + rows.max(1) as u32 - 1, column) }
    }
}

/// The content of a file as it is read.
#[derive(Default)]
struct Content {
    extent: Extent,
    sheet: String,
    extras: HashMap<String, Extras>,
    /// Cells and sheets that are not paid for yet.
    items: u64,
}

/// Links and merged cells by sheet; an error where one of the sheets stands for more cells than are read.
pub(super) fn extras(file: &File<'_>, packed: Packed<'_>) -> Result<HashMap<String, Extras>, ImportError> {
    let mut archive = ZipArchive::new(packed.reader()).map_err(|error| damaged(file, None, &error))?;
    let content = archive.by_name("content.xml").map_err(|error| damaged(file, None, &error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let (mut buffer, mut content) = (Vec::new(), Content::default());
    loop {
        match reader.read_event_into(&mut buffer).map_err(|error| damaged(file, None, &error))? {
            Event::Eof => return Ok(content.extras),
            Event::Start(tag) => content.open(&tag, true),
            Event::Empty(tag) => {
                content.open(&tag, false);
                content.close(tag.name().as_ref());
            }
            Event::End(tag) => content.close(tag.name().as_ref()),
            _ => {}
        }
        let (found, limit) = (content.extent.cells(), MAX_CELLS);
        if found > limit {
            return Err(ImportError::TooLarge {
                file: file.name.to_owned(),
                what: "cells".into(),
                found,
                limit,
            });
        }
        // Calamine holds all sheets at once.
        file.charge(Cost::Items, std::mem::take(&mut content.items))?;
        buffer.clear();
    }
}

impl Content {
    fn open(&mut self, tag: &BytesStart<'_>, has_content: bool) {
        match tag.name().as_ref() {
            "table:table" => {
                self.items += ITEMS_OF_SHEET;
                self.extent = Extent::default();
                self.sheet = text(tag, "table:name").unwrap_or_default();
            }
            "table:table-row" => self.extent.start_row(tag),
            "table:table-cell" => {
                self.extent.cell(tag, has_content);
                let rows = number(tag, "table:number-rows-spanned", MAX_ROWS);
                if rows > 1 {
                    let area = self.extent.area(rows);
                    self.extras().merge([area]);
                }
            }
            "table:covered-table-cell" => self.extent.cell(tag, has_content),
            "text:a" => {
                let target = text(tag, "xlink:href").filter(|target| !target.starts_with('#'));
                if let Some(target) = target {
                    let area = self.extent.area(1);
                    self.extras().link(area, target);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "table:table-row" {
            let before = self.extent.cells();
            self.extent.end_row();
            self.items += self.extent.cells() - before;
        }
    }

    fn extras(&mut self) -> &mut Extras {
        self.extras.entry(self.sheet.clone()).or_default()
    }
}

/// A number of repeats or rows; 1 where there is none, and where calamine will refuse it.
fn number(tag: &BytesStart<'_>, name: &str, limit: u64) -> u64 {
    let number = text(tag, name).and_then(|text| text.trim().parse().ok());
    limit.min(number.unwrap_or(1))
}

fn text(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// A cell with a value of its own, whether or not it shows a text.
fn is_typed(cell: &BytesStart<'_>) -> bool {
    let holds = ["office:value-type", "table:formula"];
    cell.attributes().flatten().any(|attribute| holds.contains(&attribute.key.as_ref()))
}
