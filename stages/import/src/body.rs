//! The rows below a header: each becomes a seed or a reject, and is counted.

use crate::field::Field;
use crate::file::File;
use crate::header::Header;
use crate::place::{Place, Places};
use crate::refusal::Refusal;
use crate::seeds::{Accepted, Countries, SeedColumns};
use crate::seen::Seen;
use crate::value::Value;
use crate::{ImportError, Imported, Layout, cell};
use deklaro_schemas::budget::Cost;
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::tables::{SeedReject, Source};
use deklaro_schemas::{CountryCode, PageUrl, SourceId};

/// Rows with content that are read of a sheet.
const MAX_ROWS: i64 = 2_000_000;
/// Characters of a cell; a spreadsheet holds no more either.
const MAX_CELL_CHARS: usize = 32_767;
/// Characters kept of a refused cell.
const MAX_RAW_CHARS: usize = 2_000;
/// Rejects of a sheet from which on less is kept of each.
const MANY_REJECTS: usize = 10_000;
/// Characters kept of a refused cell then.
const MAX_RAW_CHARS_OF_MANY: usize = 200;
/// Bytes of a reject besides its texts.
const REJECT_BYTES: usize = 200;

/// The rows of one sheet below its header.
pub(crate) struct Body<'a> {
    file: &'a File<'a>,
    sheet: String,
    source_id: SourceId,
    header: Header,
    default_country: Option<CountryCode>,
    last_country: Option<(String, CountryCode)>,
    places: Places<'a>,
    /// The places of the row at hand; kept for its memory.
    of_row: Vec<Place>,
    seen: Seen,
    last_row: i64,
    total: i64,
    accepted: i64,
    /// True when a cell that matters was empty or no address: links and merged cells may tell more.
    has_gaps: bool,
    seeds: SeedColumns,
    rejects: Vec<SeedReject>,
}

impl<'a> Body<'a> {
    pub(crate) fn new(file: &'a File<'a>, sheet: &str, header: Header) -> Self {
        let source_id = SourceId::of(&file.sha256, sheet);
        Self {
            file,
            sheet: sheet.to_owned(),
            default_country: default_country(file, sheet, &header),
            last_country: None,
            places: Places::new(&file.maps.words, &header),
            of_row: Vec::new(),
            seen: Seen::default(),
            last_row: header.row,
            total: 0,
            accepted: 0,
            has_gaps: false,
            seeds: SeedColumns::new(&file.sha256, &source_id, sheet, &header),
            rejects: Vec::new(),
            source_id,
            header,
        }
    }

    /// Takes a row: blank, accepted or rejected.
    pub(crate) fn row(&mut self, number: i64, cells: &[Value<'_>]) -> Result<(), ImportError> {
        if cells.iter().all(Value::is_blank) {
            return Ok(());
        }
        (self.last_row, self.total) = (number, self.total + 1);
        if self.total > MAX_ROWS {
            let (found, limit) = (self.total as u64, MAX_ROWS as u64);
            return Err(ImportError::TooLarge {
                file: self.file.name.to_owned(),
                what: "rows".into(),
                found,
                limit,
            });
        }
        let accepted = match self.accept(cells) {
            Ok(country) => self.push(number, country, cells)?,
            Err(refusal) => Err(refusal),
        };
        match accepted {
            Ok(()) => self.accepted += 1,
            Err(refusal) => {
                self.has_gaps |= refusal.may_be_mended();
                let reject = self.reject(number, cells, &refusal)?;
                self.rejects.push(reject);
            }
        }
        Ok(())
    }

    /// True when links or merged cells may fill what was missing.
    pub(crate) fn has_gaps(&self) -> bool {
        self.has_gaps
    }

    /// Adds the sheet's source, layout and rows.
    pub(crate) fn finish(mut self, imported: &mut Imported) {
        imported.layouts.push(Layout::of(&self.sheet, &self.header));
        imported.sources.push(Source {
            source_id: self.source_id,
            country_code: match self.seeds.countries {
                Countries::None => self.default_country,
                Countries::One(country) => Some(country),
                Countries::Several => None,
            },
            file_name: self.file.name.to_owned(),
            file_sha256: self.file.sha256.clone(),
            sheet: self.sheet,
            publisher: self.file.origin.publisher.clone(),
            source_type: self.file.origin.source_type,
            source_reference_url: self.file.reference.to_owned(),
            column_map: self.header.map,
            header_row: self.header.row,
            rows_total: self.total,
            rows_accepted: self.accepted,
            rows_rejected: self.rejects.len() as i64,
            rows_blank: self.last_row - self.header.row - self.total,
        });
        imported.seeds.append(self.seeds.finish());
        imported.rejects.append(&mut self.rejects);
    }

    /// Finds the places of the row; gives its country.
    fn accept(&mut self, cells: &[Value<'_>]) -> Result<CountryCode, Refusal> {
        if self.file.reference.is_empty() {
            return Err(Refusal::at(None, ReasonCode::ReferenceMissing));
        }
        self.check_lengths(cells)?;
        self.check_header(cells)?;
        self.of_row.clear();
        let words = &self.file.maps.words;
        self.places.find(cells, &mut self.of_row).map_err(|refusal| refusal.explained(words, cells))?;
        let country_code = self.country(cells)?;
        self.note_gaps(cells);
        Ok(country_code)
    }

    /// Adds the places of the row whose host and URL stand in no earlier row; a row without one is refused.
    fn push(
        &mut self,
        row_number: i64,
        country_code: CountryCode,
        cells: &[Value<'_>],
    ) -> Result<Result<(), Refusal>, ImportError> {
        let written = cell::text(cells, self.header.column(Field::PageUrl));
        let mut is_new = false;
        for (part, place) in self.of_row.iter().enumerate() {
            let Place { host, page_url, repairs } = place;
            // A cell that gave no URL is compared as it stands.
            let url = page_url.as_ref().map_or(written.as_ref(), PageUrl::as_str);
            if self.seen.insert(&(host.as_str(), url)) {
                let row = Accepted {
                    row_number,
                    part,
                    country_code,
                    host,
                    page_url: page_url.as_ref(),
                    repairs: *repairs,
                };
                self.file.charge(Cost::Text, self.seeds.size(&row, cells))?;
                self.seeds.push(&row, &self.header, &self.file.maps.words, cells);
                is_new = true;
            }
        }
        let at = self.header.column(Field::PageUrl).or(self.header.column(Field::Host));
        Ok(if is_new { Ok(()) } else { Err(Refusal::at(at, ReasonCode::DuplicateRow)) })
    }

    /// An empty name of a body may be the rest of merged cells.
    fn note_gaps(&mut self, cells: &[Value<'_>]) {
        let is_empty = |field| {
            self.header.column(field).is_some_and(|column| cells.get(column).is_none_or(Value::is_blank))
        };
        self.has_gaps |= is_empty(Field::Organisation) || is_empty(Field::Country);
    }

    fn check_lengths(&self, cells: &[Value<'_>]) -> Result<(), Refusal> {
        let is_long = |cell: &Value| match cell {
            Value::Text(text) => text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS,
            _ => false,
        };
        match self.seeds.mapped().find(|column| cells.get(*column).is_some_and(is_long)) {
            Some(column) => Err(Refusal::at(Some(column), ReasonCode::CellTooLong)),
            None => Ok(()),
        }
    }

    /// Lists pasted together repeat their header.
    fn check_header(&self, cells: &[Value<'_>]) -> Result<(), Refusal> {
        let column = self.header.column(Field::Host).or(self.header.column(Field::PageUrl));
        let repeats = |column: usize| cell::text(cells, Some(column)).trim() == self.header.texts[column];
        if column.is_some_and(repeats) {
            return Err(Refusal::at(column, ReasonCode::RepeatedHeader));
        }
        Ok(())
    }

    /// The row's own country, else the default of its layout, its sheet or its file.
    fn country(&mut self, cells: &[Value<'_>]) -> Result<CountryCode, Refusal> {
        let column = self.header.column(Field::Country);
        let text = cell::text(cells, column);
        if let Some((last, country)) = &self.last_country
            && *last == text
        {
            return Ok(*country);
        }
        if self.file.maps.words.is_missing(&text) {
            return self.default_country.ok_or(Refusal::at(column, ReasonCode::CountryMissing));
        }
        let found = self.file.countries.find(&text);
        let country = found.ok_or(Refusal::at(column, ReasonCode::CountryUnknown))?;
        self.last_country = Some((text.into_owned(), country));
        Ok(country)
    }

    fn reject(&self, number: i64, cells: &[Value<'_>], refusal: &Refusal) -> Result<SeedReject, ImportError> {
        let country = cell::text(cells, self.header.column(Field::Country));
        let at = refusal.column.or(self.header.column(Field::Host)).or(self.header.column(Field::PageUrl));
        let limit = if self.rejects.len() < MANY_REJECTS { MAX_RAW_CHARS } else { MAX_RAW_CHARS_OF_MANY };
        let reject = SeedReject {
            source_id: self.source_id.clone(),
            country_code: self.file.countries.find(&country).or(self.default_country),
            sheet: self.sheet.clone(),
            row_number: number,
            column: refusal.column.map(|column| self.column_name(column)),
            reason_code: refusal.reason,
            raw_text: cell::text(cells, at).chars().take(limit).collect(),
        };
        let column = reject.column.as_ref().map_or(0, String::len);
        let bytes = reject.raw_text.len() + reject.sheet.len() + column + REJECT_BYTES;
        self.file.charge(Cost::Text, bytes as u64)?;
        Ok(reject)
    }

    fn column_name(&self, column: usize) -> String {
        match self.header.texts.get(column).map(String::as_str) {
            Some("") | None => cell::letters(column),
            Some(text) => text.to_owned(),
        }
    }
}

/// The country of rows that name none: the layout's, the sheet's, the source's, the file's.
fn default_country(file: &File<'_>, sheet: &str, header: &Header) -> Option<CountryCode> {
    // Two letters are as likely a word (`It`, `No`) as a country.
    let named = |name: &str| (name.len() > 2).then(|| file.countries.find(name)).flatten();
    // A sheet with a column for it leaves the country open where the cell is empty.
    let has_country = header.column(Field::Country).is_some();
    let stem = file.name.split('.').next().unwrap_or("").replace(['-', '_'], " ");
    let of_file = if has_country { None } else { named(&stem) };
    header.country.or(named(sheet)).or(file.origin.country).or(of_file)
}
