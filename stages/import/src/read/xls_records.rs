//! What calamine does not tell of an old Excel file, read before it: how many cells it would lay out, and links.
//!
//! Records and their fields are those of [MS-XLS]; calamine takes the extents they name at their word.

use super::damaged::damaged;
use super::extras::Extras;
use crate::ImportError;
use crate::file::File;
use calamine::Dimensions;
use deklaro_schemas::budget::Cost;
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Cells that the sheets of a file may stand for; each takes about 100 bytes while calamine builds its ranges.
const MAX_CELLS: u64 = 5_000_000;
/// What a sheet costs by itself, in cells.
const ITEMS_OF_SHEET: u64 = 64;
/// Bytes of the workbook's stream.
const MAX_STREAM: u64 = 512 << 20;
/// How often a stream is gone through, at most, whatever its sheets' offsets say.
const MAX_PASSES: usize = 4;

const BOUND_SHEET: u16 = 0x0085;
const FILE_PASS: u16 = 0x002F;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const DIMENSIONS: u16 = 0x0200;
const LINK: u16 = 0x01B8;
/// Number, label, rich text, truth or error, small number, shared text, formula: row and column come first.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x0006];
/// Several small numbers: the last column stands at the end.
const CELL_ROW: u16 = 0x00BD;
/// The class id of an address ([MS-OSHARED] section 2.3.7.6).
const URL_MONIKER: [u8; 16] =
    [0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11, 0x8C, 0x82, 0x00, 0xAA, 0x00, 0x4B, 0xA9, 0x0B];

/// The records of a stream: number and content.
struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (number, length) = (u16_at(self.stream, self.at)?, u16_at(self.stream, self.at + 2)?);
        let content = self.stream.get(self.at + 4..self.at + 4 + usize::from(length))?;
        self.at += 4 + content.len();
        Some((number, content))
    }
}

/// The links of each sheet, in the order of the sheets; an error where they stand for more cells than are read.
pub(super) fn links(file: &File<'_>, bytes: &[u8]) -> Result<Vec<Extras>, ImportError> {
    let stream = stream(bytes).map_err(|error| damaged(file, None, &error))?;
    let too_large = |what: &'static str, found, limit| ImportError::TooLarge {
        file: file.name.to_owned(),
        what: what.into(),
        found,
        limit,
    };
    if stream.len() as u64 > MAX_STREAM {
        return Err(too_large("bytes", stream.len() as u64, MAX_STREAM));
    }
    let mut sheets = Vec::new();
    let mut known: HashMap<usize, u64> = HashMap::new();
    let (mut passed, mut cells) = (0, 0);
    for at in offsets(&stream) {
        let mut extras = Extras::default();
        let before = cells;
        // Names for one and the same sheet cost calamine a copy each, and us nothing.
        cells += *known.entry(at).or_insert_with(|| {
            let (of_sheet, end) = sheet(&stream, at, &mut extras);
            passed += end - at;
            of_sheet
        });
        if cells > MAX_CELLS || passed > stream.len() * MAX_PASSES {
            return Err(too_large("cells", cells, MAX_CELLS));
        }
        file.charge(Cost::Items, ITEMS_OF_SHEET + cells - before)?;
        sheets.push(extras);
    }
    Ok(sheets)
}

/// The workbook's stream, by the name that its version gave it.
fn stream(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compound = cfb::CompoundFile::open(Cursor::new(bytes))?;
    let name = if compound.exists("Workbook") { "Workbook" } else { "Book" };
    let mut stream = Vec::new();
    compound.open_stream(name)?.take(MAX_STREAM + 1).read_to_end(&mut stream)?;
    Ok(stream)
}

/// The offsets at which the sheets begin; none in a locked file, whose records cannot be read.
fn offsets(stream: &[u8]) -> Vec<usize> {
    let mut offsets = Vec::new();
    for (number, content) in (Records { stream, at: 0 }) {
        match number {
            BOUND_SHEET => {
                let offset = u32_at(content, 0).unwrap_or(u32::MAX);
                offsets.push(stream.len().min(offset as usize));
            }
            FILE_PASS => return Vec::new(),
            END => break,
            _ => {}
        }
    }
    offsets
}

/// The cells that a sheet stands for, and where it ends; its links go to `extras`.
fn sheet(stream: &[u8], at: usize, extras: &mut Extras) -> (u64, usize) {
    let mut records = Records { stream, at };
    let (mut depth, mut declared) = (0, 0);
    let mut extent: Option<[u64; 4]> = None;
    for (number, content) in records.by_ref() {
        match number {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // Charts within a sheet have cells of their own.
            _ if depth > 1 => {}
            DIMENSIONS => declared = declared_cells(content).max(declared),
            LINK => {
                if let Some((area, target)) = link(content) {
                    extras.link(area, target);
                }
            }
            number if number == CELL_ROW || CELLS.contains(&number) => {
                if let Some(cell) = cell(number, content) {
                    let [top, left, bottom, right] = extent.unwrap_or([cell[0], cell[1], cell[0], cell[2]]);
                    extent =
                        Some([top.min(cell[0]), left.min(cell[1]), bottom.max(cell[0]), right.max(cell[2])]);
                }
            }
            _ => {}
        }
    }
    let laid_out = extent.map_or(0, |[top, left, bottom, right]| (bottom - top + 1) * (right - left + 1));
    (laid_out.max(declared), records.at)
}

/// Row, first and last column of a cell record.
fn cell(number: u16, content: &[u8]) -> Option<[u64; 3]> {
    let (row, first) = (u16_at(content, 0)?, u16_at(content, 2)?);
    let last = if number == CELL_ROW { u16_at(content, content.len().checked_sub(2)?)? } else { first };
    Some([row, first, last.max(first)].map(u64::from))
}

/// Rows by columns that a sheet says it has: 16-bit rows in the older versions, 32-bit ones in the last.
fn declared_cells(content: &[u8]) -> u64 {
    let read = |at| u16_at(content, at).map(u64::from);
    let (rows, columns) = if content.len() == 10 {
        ((read(0), read(2)), (read(4), read(6)))
    } else {
        let wide = |at| u32_at(content, at).map(u64::from);
        ((wide(0), wide(4)), (read(8), read(10)))
    };
    let width =
        |(from, to): (Option<u64>, Option<u64>)| from.zip(to).map_or(0, |(from, to)| to.abs_diff(from));
    width(rows).saturating_mul(width(columns))
}

/// The cells and the address of a link to the web; other links lead nowhere we go.
fn link(content: &[u8]) -> Option<(Dimensions, String)> {
    let corner = |at| u16_at(content, at).map(u32::from);
    let area = Dimensions { start: (corner(0)?, corner(4)?), end: (corner(2)?, corner(6)?) };
    let flags = u32_at(content, 28)?;
    let mut at = 32;
    // A text to show and the name of a frame may come before the address.
    for flag in [0x10, 0x80] {
        if flags & flag != 0 {
            at += 4 + 2 * u32_at(content, at)? as usize;
        }
    }
    let is_address = flags & 0x101 == 1 && content.get(at..at + 16)? == URL_MONIKER;
    let length = u32_at(content, at + 16)? as usize;
    let text = content.get(at + 20..at.checked_add(20)?.checked_add(length)?)?;
    let units = text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    is_address.then(|| (area, String::from_utf16_lossy(&units)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([bytes[0], bytes[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}
