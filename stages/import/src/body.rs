//! The rows below a header: each becomes a seed or a reject, and is counted.

use crate::cell;
use crate::clean::{self, Repairs};
use crate::guess;
use crate::maps::{Field, Header};
use crate::seen::Seen;
use crate::sheet::File;
use crate::split;
use crate::value::Value;
use crate::{ImportError, Imported, Layout};
use deklaro_schemas::codes::{ReasonCode, RepairCode};
use deklaro_schemas::tables::{RawCell, Seed, SeedReject, Source};
use deklaro_schemas::{CountryCode, HostKey, PageUrl, SeedId, SourceId};
use std::borrow::Cow;

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
    accepted: i64,
    /// True when a cell that matters was empty or no address: links and merged cells may tell more.
    has_gaps: bool,
    seeds: Vec<Seed>,
    rejects: Vec<SeedReject>,
}

/// Why a row is refused, and which cell is at fault.
struct Refusal {
    column: Option<usize>,
    reason: ReasonCode,
}

impl Refusal {
    /// Links, formulas and merged cells may hold what the cell does not show.
    fn may_be_mended(&self) -> bool {
        let missing = [
            ReasonCode::HostMissing,
            ReasonCode::HostMalformed,
            ReasonCode::CountryMissing,
            ReasonCode::NotARecord,
        ];
        missing.contains(&self.reason)
    }

    fn at(column: Option<usize>, reason: ReasonCode) -> Self {
        Self { column, reason }
    }
}

/// Where a row points; several where a cell holds several addresses.
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
        let named = |name: &str| (name.len() > 2).then(|| file.countries.find(name)).flatten();
        let of_sheet = named(sheet);
        // A sheet with a column for it leaves the country open where the cell is empty.
        let has_country = header.column(Field::Country).is_some();
        let stem = file.name.split('.').next().unwrap_or("").replace(['-', '_'], " ");
        let of_file = if has_country { None } else { named(&stem) };
        Self {
            file,
            sheet: sheet.to_owned(),
            source_id: SourceId::of(&file.sha256, sheet),
            default_country: header.country.or(of_sheet).or(file.origin.country).or(of_file),
            last_row: header.row,
            header,
            mapped,
            seen: Seen::default(),
            last_host: None,
            last_country: None,
            total: 0,
            accepted: 0,
            has_gaps: false,
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
            Ok(()) => self.accepted += 1,
            Err(refusal) => {
                self.has_gaps |= refusal.may_be_mended();
                let reject = self.reject(number, cells, &refusal);
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
            rows_accepted: self.accepted,
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

    fn accept(&mut self, number: i64, cells: &[Value<'_>]) -> Result<(), Refusal> {
        if self.file.reference.is_empty() {
            return Err(Refusal::at(None, ReasonCode::ReferenceMissing));
        }
        self.check_lengths(cells)?;
        self.check_header(cells)?;
        let places = self.places(cells).map_err(|refusal| self.explain(refusal, cells))?;
        let country_code = self.country(cells)?;
        self.note_gaps(cells);
        let before = self.seeds.len();
        let mut duplicate = None;
        for (index, place) in places.into_iter().enumerate() {
            match self.check_first(&place, cells) {
                Ok(()) => {
                    let seed = self.seed(number, index, country_code, place, cells);
                    self.seeds.push(seed);
                }
                Err(refusal) => duplicate = Some(refusal),
            }
        }
        match duplicate {
            Some(refusal) if self.seeds.len() == before => Err(refusal),
            _ => Ok(()),
        }
    }

    fn seed(
        &self,
        number: i64,
        index: usize,
        country_code: CountryCode,
        place: Place,
        cells: &[Value<'_>],
    ) -> Seed {
        let at = |field| self.header.column(field);
        Seed {
            seed_id: SeedId::of(&self.file.sha256, &self.sheet, number, index),
            source_id: self.source_id.clone(),
            country_code,
            canonical_hostname: place.host,
            sheet: self.sheet.clone(),
            row_number: number,
            raw: self.raw(cells),
            subnational: cell::trimmed(cells, at(Field::Subnational)),
            organisation: cell::trimmed(cells, at(Field::Organisation)),
            organisation_type: cell::trimmed(cells, at(Field::OrganisationType)),
            page_url: place.page_url,
            is_root_page: cell::truth(cells, at(Field::IsRootPage), &self.file.maps.words),
            performance_score: cell::score(cells, at(Field::PerformanceScore)),
            accessibility_score: cell::score(cells, at(Field::AccessibilityScore)),
            best_practices_score: cell::score(cells, at(Field::BestPracticesScore)),
            seo_score: cell::score(cells, at(Field::SeoScore)),
            repairs: place.repairs.codes(),
        }
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

    /// Hosts and pages of a row: one, unless a cell holds several addresses.
    fn places(&mut self, cells: &[Value<'_>]) -> Result<Vec<Place>, Refusal> {
        let file = self.file;
        let words = &file.maps.words;
        let (host_at, url_at) = (self.header.column(Field::Host), self.header.column(Field::PageUrl));
        let (host_text, host_link) = self.address(cells, host_at);
        let (url_text, url_link) = self.address(cells, url_at);
        let mut taken = Repairs::default();
        taken.add_if(host_link || url_link, RepairCode::HyperlinkTaken);
        if split::is_one(&host_text) && split::is_one(&url_text) {
            let mut place = self.place(&host_text, &url_text)?;
            place.repairs.merge(taken);
            return Ok(vec![place]);
        }
        let hosts = split::addresses(&host_text, words);
        let urls = split::addresses(&url_text, words);
        taken.add_if(hosts.len() > 1 || urls.len() > 1, RepairCode::CellSplit);
        let mut places = Vec::with_capacity(hosts.len().max(urls.len()));
        if hosts.len() > 1 {
            for host in &hosts {
                // Each host with its own page among the URLs, if it has one there.
                let own = urls.iter().find(|url| clean::same_site(host, url, words)).copied();
                places.push(self.place(host, own.unwrap_or(""))?);
            }
        } else {
            for url in &urls {
                places.push(self.place(hosts[0], url)?);
            }
        }
        for place in &mut places {
            place.repairs.merge(taken);
        }
        Ok(places)
    }

    /// The text of an address cell; where it is no address and the cell is a link, the link's target.
    fn address<'c>(&self, cells: &'c [Value<'_>], column: Option<usize>) -> (Cow<'c, str>, bool) {
        let text = cell::text(cells, column);
        let target = column.and_then(|column| cells.get(column)?.target());
        let words = &self.file.maps.words;
        match target {
            Some(target) if words.is_missing(&text) || clean::host(&text, words).is_err() => {
                (Cow::Borrowed(target), true)
            }
            _ => (text, false),
        }
    }

    /// Host and page of one address. The host column wins; a page of another site is left out, as its row names it by mistake.
    fn place(&mut self, host_text: &str, url_text: &str) -> Result<Place, Refusal> {
        let words = &self.file.maps.words;
        let (host_at, url_at) = (self.header.column(Field::Host), self.header.column(Field::PageUrl));
        let (has_host, has_url) = (!words.is_missing(host_text), !words.is_missing(url_text));
        let (host, mut repairs) = match (has_host, has_url) {
            (true, _) => self.host(host_text).map_err(|reason| Refusal::at(host_at, reason))?,
            (false, true) => {
                clean::host_of_url(url_text, words).map_err(|reason| Refusal::at(url_at, reason))?
            }
            (false, false) => return Err(Refusal::at(host_at.or(url_at), ReasonCode::HostMissing)),
        };
        let mut page_url = None;
        if has_url || has_host && host_text.contains("//") {
            let text = if has_url { url_text } else { host_text };
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
        if self.file.maps.words.is_total(&text) || is_lone && (is_prose || guess::is_comment(cells)) {
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
        if self.seen.insert(&(host, url)) {
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
