//! Text tables: any encoding, parted by comma, semicolon, tab or bar.

use crate::ImportError;
use crate::cell::MAX_COLUMNS;
use crate::file::File;
use crate::sheet::{HEAD_ROWS, Sheets};
use crate::value::Value;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Feeds the one sheet of a text file; it is named like the file.
pub(crate) fn read<'a>(file: &'a File<'a>, bytes: &[u8], sheets: &mut Sheets<'a>) -> Result<(), ImportError> {
    let text = decode(bytes);
    let delimiter = delimiter(file, &text);
    let mut sheet = sheets.sheet(file.name);
    each_row(&text, delimiter, |number, cells| sheet.row(number, cells)).map_err(
        |problem| match problem {
            Problem::Import(error) => error,
            Problem::Csv(error) => {
                ImportError::Damaged { file: file.name.to_owned(), sheet: None, message: error.to_string() }
            }
        },
    )?;
    sheets.end(sheet)
}

/// The text, by byte order mark, as UTF-8 where it is valid, else by the most likely encoding of its bytes.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if let Some(encoding) = wide_encoding(&bytes[..bytes.len().min(4_096)]) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    debug_assert_ne!(guess, UTF_8, "ruled out above");
    guess.decode_without_bom_handling(bytes).0
}

/// UTF-16 without a byte order mark: every other byte of Latin text is zero.
pub(crate) fn wide_encoding(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    if pairs < 4 {
        None
    } else if odd * 10 >= pairs * 7 && even * 10 < pairs {
        Some(UTF_16LE)
    } else {
        (even * 10 >= pairs * 7 && odd * 10 < pairs).then_some(UTF_16BE)
    }
}

/// The delimiter under which the best header appears; failing that, the one that makes the widest rows.
fn delimiter(file: &File<'_>, text: &str) -> u8 {
    let rating = |delimiter: u8| {
        let mut head = Vec::new();
        let read = each_row(text, delimiter, |number, cells| {
            if !cells.iter().all(Value::is_blank) {
                head.push((number, cells.iter().cloned().map(Value::into_static).collect::<Vec<_>>()));
            }
            Ok(head.len() < HEAD_ROWS)
        });
        let header = file.maps.header(head.iter().map(|(number, cells)| (*number, cells.as_slice())));
        let width = head.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        (read.is_ok(), header.map_or(0, |header| header.score()), width.min(MAX_COLUMNS))
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| rating(*delimiter));
    best.unwrap_or(b',')
}

enum Problem {
    Csv(csv::Error),
    Import(ImportError),
}

/// Calls `take` with each record and its row as a spreadsheet counts: blank lines are rows too. `take` may stop it.
fn each_row(
    text: &str,
    delimiter: u8,
    mut take: impl FnMut(i64, &[Value<'_>]) -> Result<bool, ImportError>,
) -> Result<(), Problem> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut number, mut end) = (0, 0);
    let mut spare = Vec::new();
    while reader.read_record(&mut record).map_err(Problem::Csv)? {
        number += 1 + blank_lines(text, end);
        end = reader.position().byte() as usize;
        let mut cells = emptied(spare);
        cells.extend(record.iter().take(MAX_COLUMNS).map(Value::from));
        if !take(number, &cells).map_err(Problem::Import)? {
            break;
        }
        spare = emptied(cells);
    }
    Ok(())
}

/// The memory of a row for the cells of another: collecting into the same type takes no new memory.
fn emptied<'a>(mut cells: Vec<Value<'_>>) -> Vec<Value<'a>> {
    cells.clear();
    cells.into_iter().map(|_| Value::Empty).collect()
}

/// Line ends at `from`, which the CSV reader passes over in silence.
fn blank_lines(text: &str, from: usize) -> i64 {
    let bytes = text.as_bytes();
    let mut rest = bytes.get(from..).unwrap_or_default();
    // The reader stops between the two halves of a `\r\n`.
    if from > 0 && bytes[from - 1] == b'\r' && rest.first() == Some(&b'\n') {
        rest = &rest[1..];
    }
    let mut lines = 0;
    while let [b'\r' | b'\n', ..] = rest {
        rest = rest.strip_prefix(b"\r\n").unwrap_or(&rest[1..]);
        lines += 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(i64, String)> {
        let mut rows = Vec::new();
        let read = each_row(text, b',', |number, cells| {
            rows.push((number, cells[0].text().into_owned()));
            Ok(true)
        });
        assert!(read.is_ok());
        rows
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let expected = [(1, "a"), (2, "b"), (4, "c\nd"), (5, "e")].map(|(row, text)| (row, text.to_owned()));
        assert_eq!(numbers("a\nb\n\n\"c\nd\"\ne\n"), expected);
        let expected = [(2, "a"), (3, "b"), (6, "c")].map(|(row, text)| (row, text.to_owned()));
        assert_eq!(numbers("\r\na\r\nb\r\n\r\n\r\nc"), expected);
    }

    #[test]
    fn encodings_are_told_by_content() {
        assert_eq!(decode("\u{feff}Gemeinde;ä".as_bytes()), "Gemeinde;ä");
        assert_eq!(decode(b"\xff\xfea\0\xe4\0"), "aä");
        assert_eq!(decode(b"\0h\0o\0s\0t\0,\0u\0r\0l"), "host,url");
        assert_eq!(decode("Gemeinde Köln".as_bytes()), "Gemeinde Köln");
        assert_eq!(
            decode(b"Gemeinde K\xf6ln und Umgebung, M\xfcnchen, Stra\xdfe"),
            "Gemeinde Köln und Umgebung, München, Straße"
        );
    }
}
