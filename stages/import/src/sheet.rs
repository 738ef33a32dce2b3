//! From rows to a source: finds the header among the first rows of a sheet, hands the others to the body.

use crate::body::Body;
use crate::error::SeenHeader;
use crate::file::File;
use crate::guess::guess;
use crate::header::Header;
use crate::value::Value;
use crate::{ImportError, Imported, SkipReason, SkippedSheet};
use deklaro_schemas::budget::Cost;

/// Steps that a cell costs besides its text.
const CELL_STEPS: u64 = 16;
/// What a sheet costs by itself, in cells.
const ITEMS_OF_SHEET: u64 = 64;
/// Rows with content among which the header is looked for.
pub(crate) const HEAD_ROWS: usize = 20;

/// The first rows of a sheet, kept until the header is known.
pub(crate) type Head = Vec<(i64, Vec<Value<'static>>)>;

/// Takes the rows of one sheet after another, whatever the format they come from.
pub(crate) struct Sheets<'a> {
    file: &'a File<'a>,
    imported: Imported,
    headerless: Vec<SeenHeader>,
    hidden: Vec<String>,
    /// The file of an archive that is being read.
    part: Option<String>,
}

/// One sheet being read.
pub(crate) struct SheetRows<'a> {
    file: &'a File<'a>,
    name: String,
    head: Head,
    body: Option<Body<'a>>,
    /// What was seen instead of a layout.
    guess: Option<String>,
}

impl<'a> Sheets<'a> {
    pub(crate) fn new(file: &'a File<'a>) -> Self {
        Self { file, imported: Imported::default(), headerless: Vec::new(), hidden: Vec::new(), part: None }
    }

    /// Starts a file of an archive, or ends the last.
    pub(crate) fn set_part(&mut self, part: Option<&str>) {
        self.part = part.map(str::to_owned);
    }

    /// The name of a sheet within the whole file: `lists/a.xlsx: Sheet1` in an archive.
    fn full_name(&self, name: &str) -> String {
        match &self.part {
            Some(part) if name == self.file.name => part.clone(),
            Some(part) => format!("{part}: {name}"),
            None => name.to_owned(),
        }
    }

    /// Notes a sheet that its author hid.
    pub(crate) fn skip_hidden(&mut self, name: &str) {
        let name = self.full_name(name);
        self.hidden.push(name.clone());
        self.skip(name, SkipReason::Hidden);
    }

    /// Notes a file of an archive that is no list.
    pub(crate) fn skip_part(&mut self, name: &str) {
        self.skip(name.to_owned(), SkipReason::NotAList);
    }

    /// Starts a sheet.
    pub(crate) fn sheet(&self, name: &str) -> SheetRows<'a> {
        SheetRows { file: self.file, name: self.full_name(name), head: Vec::new(), body: None, guess: None }
    }

    /// Ends a sheet.
    pub(crate) fn end(&mut self, mut sheet: SheetRows<'a>) -> Result<(), ImportError> {
        self.file.charge(Cost::Items, ITEMS_OF_SHEET)?;
        if sheet.body.is_none() && sheet.guess.is_none() {
            sheet.start_body()?;
        }
        if let Some(body) = sheet.body {
            body.finish(&mut self.imported);
        } else {
            self.headerless.push(seen_header(&sheet.name, &sheet.head, sheet.guess.unwrap_or_default()));
            let why = if sheet.head.is_empty() { SkipReason::Empty } else { SkipReason::NoHostColumn };
            self.skip(sheet.name, why);
        }
        Ok(())
    }

    fn skip(&mut self, sheet: String, why: SkipReason) {
        self.imported.skipped.push(SkippedSheet { sheet, why });
    }

    /// What the file gave, or why it gave nothing.
    pub(crate) fn finish(self) -> Result<Imported, ImportError> {
        let file = self.file.name.to_owned();
        if !self.imported.sources.is_empty() {
            return Ok(self.imported);
        }
        if self.headerless.iter().any(|seen| seen.row > 0) {
            return Err(ImportError::NoHostColumn {
                file,
                sheets: self.headerless,
                looked_for: self.file.maps.looked_for(),
            });
        }
        if self.headerless.is_empty() && !self.hidden.is_empty() {
            return Err(ImportError::AllHidden { file, sheets: self.hidden });
        }
        Err(ImportError::Empty { file })
    }
}

impl SheetRows<'_> {
    /// True when the rows so far leave gaps that links, formulas and merged cells may fill.
    pub(crate) fn has_gaps(&self) -> bool {
        self.body.as_ref().map_or(!self.head.is_empty(), Body::has_gaps)
    }

    /// Takes a row; false when no header was found and the rest need not be read. Rows come in ascending order.
    pub(crate) fn row(&mut self, number: i64, cells: &[Value<'_>]) -> Result<bool, ImportError> {
        let looked_at = cells.iter().map(|cell| CELL_STEPS + cell.size()).sum();
        self.file.charge(Cost::Steps, looked_at)?;
        if let Some(body) = &mut self.body {
            body.row(number, cells)?;
            return Ok(true);
        }
        if cells.iter().all(Value::is_blank) {
            return Ok(true);
        }
        // A text that many cells share is copied here, and once more for each of its uses as a header.
        self.file.charge(Cost::Text, cells.iter().map(Value::size).sum())?;
        let cells = cells.iter().take(crate::cell::MAX_COLUMNS).cloned().map(Value::into_static).collect();
        self.head.push((number, cells));
        if self.head.len() == HEAD_ROWS {
            self.start_body()?;
        }
        Ok(self.guess.is_none())
    }

    /// Finds the header among the rows so far and replays those below it.
    fn start_body(&mut self) -> Result<(), ImportError> {
        let header = match self.header() {
            Ok(header) => header,
            Err(guess) => {
                self.guess = Some(guess);
                return Ok(());
            }
        };
        let header_row = header.row;
        let mut body = Body::new(self.file, &self.name, header);
        for (number, cells) in self.head.drain(..).filter(|(number, _)| *number > header_row) {
            body.row(number, &cells)?;
        }
        self.body = Some(body);
        Ok(())
    }

    /// The layout: the user's, a map's, or the only one the cells allow; else what was seen.
    fn header(&self) -> Result<Header, String> {
        let words = &self.file.maps.words;
        if let Some(columns) = &self.file.maps.given {
            let missing = || format!("the columns of `{}` are not there", columns.as_str());
            return columns.header(&self.head, words).ok_or_else(missing);
        }
        let rows = self.head.iter().map(|(number, cells)| (*number, cells.as_slice()));
        let settled = |header| self.file.maps.settled(header, &self.head, self.file.countries);
        self.file.maps.header(rows).map_or_else(|| guess(&self.head, words), |header| Ok(settled(header)))
    }
}

/// What stands where a header was expected: the fullest of the first rows.
fn seen_header(sheet: &str, head: &Head, guess: String) -> SeenHeader {
    let filled = |cells: &[Value]| cells.iter().filter(|cell| !cell.is_blank()).count();
    // The first of equals: `max_by_key` gives the last.
    let fullest = head.iter().rev().max_by_key(|(_, cells)| filled(cells));
    let texts = fullest.map_or(&[][..], |(_, cells)| cells).iter().filter(|cell| !cell.is_blank());
    SeenHeader {
        sheet: sheet.to_owned(),
        row: fullest.map_or(0, |(number, _)| *number),
        headers: texts.take(12).map(|cell| cell.text().trim().chars().take(40).collect()).collect(),
        guess,
    }
}
