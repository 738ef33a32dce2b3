//! From rows to a source: finds the header among the first rows of a sheet, hands the others to the body.

use crate::body::Body;
use crate::error::SeenHeader;
use crate::value::Value;
use crate::{ColumnMaps, Countries, ImportError, Imported, Origin, SkipReason, SkippedSheet};
use deklaro_schemas::Sha256;

/// Rows with content among which the header is looked for.
pub(crate) const HEAD_ROWS: usize = 20;

/// What all sheets of a file share.
pub(crate) struct File<'a> {
    pub name: &'a str,
    pub sha256: Sha256,
    pub origin: &'a Origin,
    /// Empty where none is known.
    pub reference: &'a str,
    pub maps: &'a ColumnMaps,
    pub countries: &'a Countries,
}

/// The first rows of a sheet, kept until the header is known.
pub(crate) type Head = Vec<(i64, Vec<Value<'static>>)>;

/// Takes the rows of one sheet after another, whatever the format they come from.
pub(crate) struct Sheets<'a> {
    file: &'a File<'a>,
    imported: Imported,
    headerless: Vec<SeenHeader>,
    hidden: Vec<String>,
}

/// One sheet being read.
pub(crate) struct SheetRows<'a> {
    file: &'a File<'a>,
    name: String,
    head: Head,
    body: Option<Body<'a>>,
    has_no_header: bool,
}

impl<'a> Sheets<'a> {
    pub(crate) fn new(file: &'a File<'a>) -> Self {
        Self { file, imported: Imported::default(), headerless: Vec::new(), hidden: Vec::new() }
    }

    /// Notes a sheet that its author hid.
    pub(crate) fn skip_hidden(&mut self, name: &str) {
        self.hidden.push(name.to_owned());
        self.skip(name.to_owned(), SkipReason::Hidden);
    }

    /// Starts a sheet.
    pub(crate) fn sheet(&self, name: &str) -> SheetRows<'a> {
        SheetRows {
            file: self.file,
            name: name.to_owned(),
            head: Vec::new(),
            body: None,
            has_no_header: false,
        }
    }

    /// Ends a sheet.
    pub(crate) fn end(&mut self, mut sheet: SheetRows<'a>) -> Result<(), ImportError> {
        if sheet.body.is_none() && !sheet.has_no_header {
            sheet.start_body()?;
        }
        if let Some(body) = sheet.body {
            body.finish(&mut self.imported);
        } else {
            self.headerless.push(seen_header(&sheet.name, &sheet.head));
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
    /// Takes a row; false when no header was found and the rest need not be read. Rows come in ascending order.
    pub(crate) fn row(&mut self, number: i64, cells: &[Value<'_>]) -> Result<bool, ImportError> {
        if let Some(body) = &mut self.body {
            body.row(number, cells)?;
            return Ok(true);
        }
        if cells.iter().all(Value::is_blank) {
            return Ok(true);
        }
        let cells = cells.iter().take(crate::maps::MAX_COLUMNS).cloned().map(Value::into_static).collect();
        self.head.push((number, cells));
        if self.head.len() == HEAD_ROWS {
            self.start_body()?;
        }
        Ok(!self.has_no_header)
    }

    /// Finds the header among the rows so far and replays those below it.
    fn start_body(&mut self) -> Result<(), ImportError> {
        let rows = self.head.iter().map(|(number, cells)| (*number, cells.as_slice()));
        let Some(header) = self.file.maps.header(rows) else {
            self.has_no_header = true;
            return Ok(());
        };
        let header_row = header.row;
        let mut body = Body::new(self.file, &self.name, header);
        for (number, cells) in self.head.drain(..).filter(|(number, _)| *number > header_row) {
            body.row(number, &cells)?;
        }
        self.body = Some(body);
        Ok(())
    }
}

/// What stands where a header was expected: the fullest of the first rows.
fn seen_header(sheet: &str, head: &Head) -> SeenHeader {
    let filled = |cells: &[Value]| cells.iter().filter(|cell| !cell.is_blank()).count();
    // The first of equals: `max_by_key` gives the last.
    let fullest = head.iter().rev().max_by_key(|(_, cells)| filled(cells));
    let texts = fullest.map_or(&[][..], |(_, cells)| cells).iter().filter(|cell| !cell.is_blank());
    SeenHeader {
        sheet: sheet.to_owned(),
        row: fullest.map_or(0, |(number, _)| *number),
        headers: texts.take(12).map(|cell| cell.text().trim().chars().take(40).collect()).collect(),
    }
}
