//! The rows below a header: each becomes a seed or a reject, and is counted.

use crate::cell;
use crate::clean::{self, Repairs};
use crate::maps::{Field, Header};
use crate::seen::Seen;
use crate::sheet::File;
use crate::value::Value;
use crate::{ImportError, Imported};
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use deklaro_schemas::tables::{RawCell, Seed, SeedReject, Source};
use deklaro_schemas::{CountryCode, HostKey, PageUrl, SeedId, SourceId};

/// Rows with content that are read of a sheet.
const MAX_ROWS: i64 = 2_000_000;
/// Characters of a cell; a spreadsheet holds no more either.
const MAX_CELL_CHARS: usize = 32_767;
/// Characters kept of a refused cell.
const MAX_RAW_CHARS: usize = 2_000;

/// The rows of one sheet below its header.
pub(crate) struct Body<'a> {
    file: &'a File<'a>,
    sheet: String,
    source_id: SourceId,
    header: Header,
    /// Columns the map knows, left to right, with their header texts.
    mapped: Vec<(usize, String)>,
    default_country: Option<CountryCode>,
    seen: Seen,
    last_host: Option<(String, HostKey, Repairs)>,
    last_country: Option<(String, CountryCode)>,
    last_row: i64,
    total: i64,
    seeds: Vec<Seed>,
    rejects: Vec<SeedReject>,
}

/// Why a row is refused, and which cell is at fault.
struct Refusal {
    column: Option<usize>,
    reason: ReasonCode,
}

impl Refusal {
    fn at(column: Option<usize>, reason: ReasonCode) -> Self {
        Self { column, reason }
    }
}

/// Where a row points.
struct Place {
    host: HostKey,
    page_url: Option<PageUrl>,
    repairs: Repairs,
}

impl<'a> Body<'a> {
    pub(crate) fn new(file: &'a File<'a>, sheet: &str, header: Header) -> Self {
        let mut columns: Vec<usize> = header.columns.iter().flatten().copied().collect();
        columns.sort_unstable();
        let mapped = columns.into_iter().map(|column| (column, header.texts[column].clone())).collect();
        // Two letters are as likely a word (`It`, `No`) as a country.
        let of_sheet = (sheet.len() > 2).then(|| file.countries.find(sheet)).flatten();
        Self {
            file,
            sheet: sheet.to_owned(),
            source_id: SourceId::of(&file.sha256, sheet),
            default_country: header.country.or(of_sheet).or(file.origin.country),
            last_row: header.row,
            header,
            mapped,
            seen: Seen::default(),
            last_host: None,
            last_country: None,
            total: 0,
            seeds: Vec::new(),
            rejects: Vec::new(),
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
                what: "rows",
                found,
                limit,
            });
        }
        match self.accept(number, cells) {
            Ok(seed) => self.seeds.push(seed),
            Err(refusal) => {
                let reject = self.reject(number, cells, &refusal);
                self.rejects.push(reject);
            }
        }
        Ok(())
    }

    /// Adds the sheet's source and rows.
    pub(crate) fn finish(mut self, imported: &mut Imported) {
        let accepted = self.seeds.len() as i64;
        let mut of_rows = self.seeds.iter().map(|seed| seed.country_code);
        let first = of_rows.next();
        let shared = first.filter(|first| of_rows.all(|country| country == *first));
        imported.sources.push(Source {
            source_id: self.source_id,
            country_code: if first.is_some() { shared } else { self.default_country },
            file_name: self.file.name.to_owned(),
            file_sha256: self.file.sha256.clone(),
            sheet: self.sheet,
            publisher: self.file.origin.publisher.clone(),
            source_type: self.file.origin.source_type,
            source_reference_url: self.file.reference.to_owned(),
            column_map: self.header.map,
            header_row: self.header.row,
            rows_total: self.total,
            rows_accepted: accepted,
            rows_rejected: self.rejects.len() as i64,
            rows_blank: self.last_row - self.header.row - self.total,
        });
        if imported.seeds.is_empty() {
            imported.seeds = self.seeds;
        } else {
            imported.seeds.append(&mut self.seeds);
        }
        imported.rejects.append(&mut self.rejects);
    }

    fn accept(&mut self, number: i64, cells: &[Value<'_>]) -> Result<Seed, Refusal> {
        if self.file.reference.is_empty() {
            return Err(Refusal::at(None, ReasonCode::ReferenceMissing));
        }
        self.check_lengths(cells)?;
        self.check_header(cells)?;
        let place = self.place(cells).map_err(|refusal| self.explain(refusal, cells))?;
        let country_code = self.country(cells)?;
        self.check_first(&place, cells)?;
        let at = |field| self.header.column(field);
        Ok(Seed {
            seed_id: SeedId::of(&self.file.sha256, &self.sheet, number, 0),
            source_id: self.source_id.clone(),
            country_code,
            canonical_hostname: place.host,
            sheet: self.sheet.clone(),
            row_number: number,
            raw: self.raw(cells),
            subnational: cell::trimmed(cells, at(Field::Subnational)),
            organisation: cell::trimmed(cells, at(Field::Organisation)),
            page_url: place.page_url,
            is_root_page: cell::truth(cells, at(Field::IsRootPage), &self.file.maps.words),
            performance_score: cell::score(cells, at(Field::PerformanceScore)),
            accessibility_score: cell::score(cells, at(Field::AccessibilityScore)),
            best_practices_score: cell::score(cells, at(Field::BestPracticesScore)),
            seo_score: cell::score(cells, at(Field::SeoScore)),
            repairs: place.repairs.codes(),
        })
    }

    fn check_lengths(&self, cells: &[Value<'_>]) -> Result<(), Refusal> {
        let is_long = |cell: &Value| match cell {
            Value::Text(text) => text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS,
            _ => false,
        };
        match self.mapped.iter().find(|(column, _)| cells.get(*column).is_some_and(is_long)) {
            Some((column, _)) => Err(Refusal::at(Some(*column), ReasonCode::CellTooLong)),
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

    /// Host and page of a row. The host column wins; a page of another site is left out, as its row names it by mistake.
    fn place(&mut self, cells: &[Value<'_>]) -> Result<Place, Refusal> {
        let words = &self.file.maps.words;
        let (host_at, url_at) = (self.header.column(Field::Host), self.header.column(Field::PageUrl));
        let (host_text, url_text) = (cell::text(cells, host_at), cell::text(cells, url_at));
        let (has_host, has_url) = (!words.is_missing(&host_text), !words.is_missing(&url_text));
        let (host, mut repairs) = match (has_host, has_url) {
            (true, _) => self.host(&host_text).map_err(|reason| Refusal::at(host_at, reason))?,
            (false, true) => {
                clean::host_of_url(&url_text, words).map_err(|reason| Refusal::at(url_at, reason))?
            }
            (false, false) => return Err(Refusal::at(host_at.or(url_at), ReasonCode::HostMissing)),
        };
        let mut page_url = None;
        if has_url || has_host && host_text.contains("//") {
            let text = if has_url { &url_text } else { &host_text };
            if let Some((url, mended)) = clean::page_of(&host, text, words) {
                repairs.merge(mended);
                page_url = Some(url);
            }
        } else if url_at.is_some() {
            repairs.add(RepairCode::UrlFromHost);
            page_url = Some(PageUrl::home(&host));
        }
        Ok(Place { host, page_url, repairs })
    }

    /// A host cell's host; lists name a host in two or three rows running.
    fn host(&mut self, text: &str) -> Result<(HostKey, Repairs), ReasonCode> {
        if let Some((last, host, repairs)) = &self.last_host
            && last == text
        {
            return Ok((host.clone(), *repairs));
        }
        let (host, repairs) = clean::host(text, &self.file.maps.words)?;
        self.last_host = Some((text.to_owned(), host.clone(), repairs));
        Ok((host, repairs))
    }

    /// A row without a usable host may be no record at all: a total, a note, a group title.
    fn explain(&self, refusal: Refusal, cells: &[Value<'_>]) -> Refusal {
        if !matches!(refusal.reason, ReasonCode::HostMissing | ReasonCode::HostMalformed) {
            return refusal;
        }
        let mut filled = (0..).zip(cells).filter(|(_, cell)| !cell.is_blank());
        let Some((column, first)) = filled.next() else { return refusal };
        let text = first.text();
        let is_lone = filled.next().is_none();
        let is_prose = text.split_whitespace().nth(2).is_some() || refusal.reason == ReasonCode::HostMissing;
        if self.file.maps.words.is_total(&text) || is_lone && is_prose {
            return Refusal::at(Some(column), ReasonCode::NotARecord);
        }
        refusal
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

    /// Refuses a row whose host and URL stand in an earlier accepted row.
    fn check_first(&mut self, place: &Place, cells: &[Value<'_>]) -> Result<(), Refusal> {
        let url_at = self.header.column(Field::PageUrl);
        let host = place.host.as_str();
        // Where no URL could be made of the cell, the cell itself is compared.
        let written = cell::text(cells, url_at);
        let url = place.page_url.as_ref().map_or(written.as_ref(), PageUrl::as_str);
        let name = url_at.map_or("", |column| self.header.texts[column].as_str());
        let is_same = |index: u32| {
            let seed = &self.seeds[index as usize];
            seed.canonical_hostname.as_str() == host && url_of(seed, name) == url
        };
        if self.seen.insert_unless(&(host, url), self.seeds.len() as u32, is_same) {
            return Ok(());
        }
        Err(Refusal::at(url_at.or(self.header.column(Field::Host)), ReasonCode::DuplicateRow))
    }

    fn reject(&self, number: i64, cells: &[Value<'_>], refusal: &Refusal) -> SeedReject {
        let country = cell::text(cells, self.header.column(Field::Country));
        let at = refusal.column.or(self.header.column(Field::Host)).or(self.header.column(Field::PageUrl));
        SeedReject {
            source_id: self.source_id.clone(),
            country_code: self.file.countries.find(&country).or(self.default_country),
            sheet: self.sheet.clone(),
            row_number: number,
            column: refusal.column.map(|column| self.column_name(column)),
            reason_code: refusal.reason,
            raw_text: cell::text(cells, at).chars().take(MAX_RAW_CHARS).collect(),
        }
    }

    fn column_name(&self, column: usize) -> String {
        match self.header.texts.get(column).map(String::as_str) {
            Some("") | None => cell::letters(column),
            Some(text) => text.to_owned(),
        }
    }

    /// The mapped cells that hold something, as they stood.
    fn raw(&self, cells: &[Value<'_>]) -> Vec<RawCell> {
        let mut raw = Vec::with_capacity(self.mapped.len());
        for (column, name) in &self.mapped {
            match cells.get(*column) {
                None | Some(Value::Empty) => {}
                Some(cell) => raw.push(RawCell { column: name.clone(), text: cell.text().into_owned() }),
            }
        }
        raw
    }
}

/// The page of a seed, or the text that stood for it.
fn url_of<'s>(seed: &'s Seed, column: &str) -> &'s str {
    let written = || seed.raw.iter().find(|cell| cell.column == column).map_or("", |cell| &cell.text);
    seed.page_url.as_ref().map_or_else(written, PageUrl::as_str)
}
