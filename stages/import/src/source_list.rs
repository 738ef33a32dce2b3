//! A list of sources says which workbooks to import and where each comes from.

use crate::countries::Countries;
use crate::error::line_of;
use crate::{ImportError, Origin};
use deklaro_schemas::codes::SourceType;
use deklaro_schemas::{CountryCode, PageUrl};
use serde::Deserialize;
use toml::Spanned;

/// Which lists to import and where each comes from: a `sources.toml` or `sources.csv`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceList {
    /// The entries, in the order they stand.
    pub entries: Vec<SourceEntry>,
}

/// One workbook of a list, checked; both forms of the file are read into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEntry {
    /// Path of the workbook, relative to the list of sources.
    pub file: String,
    /// Where it comes from; its reference is always there.
    pub origin: Origin,
    /// The columns, as [`crate::GivenColumns`] reads them, where no map fits.
    pub map: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlList {
    #[serde(default)]
    source: Vec<TomlRow>,
}

/// An entry as `sources.toml` spells it: unlike a [`CsvRow`], it needs a type, and its texts know their line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlRow {
    file: Spanned<String>,
    country: Option<Spanned<String>>,
    publisher: Option<String>,
    source_type: Spanned<String>,
    source_reference_url: Spanned<String>,
    map: Option<String>,
}

/// An entry as `sources.csv` spells it: unlike a [`TomlRow`], it has columns nobody uses, and empty cells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvRow {
    file: String,
    country: String,
    /// Counts and ids of the collection's own; the import counts for itself.
    #[serde(default, rename = "rows")]
    _rows: Option<String>,
    #[serde(default, rename = "hosts")]
    _hosts: Option<String>,
    #[serde(default, rename = "gid")]
    _gid: Option<String>,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    source_type: Option<String>,
    source_reference_url: String,
    #[serde(default)]
    map: Option<String>,
}

impl SourceList {
    /// Reads a `sources.toml`: `[[source]]` with `file`, `source_type`, `source_reference_url`, and
    /// optionally `country`, `publisher` and `map`.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        const FILE: &str = "sources.toml";
        let parsed: TomlList = toml::from_str(text).map_err(|error| ImportError::toml(FILE, text, &error))?;
        let countries = Countries::builtin();
        let mut list = Self::default();
        for entry in &parsed.source {
            let bad = |at: &Spanned<String>, message| ImportError::BadData {
                file: FILE.to_owned(),
                line: line_of(text, at.span().start),
                message,
            };
            let country = entry
                .country
                .as_ref()
                .map(|at| country(&countries, at.get_ref()).map_err(|message| bad(at, message)));
            let at = &entry.source_type;
            let source_type = SourceType::parse(at.get_ref()).map_err(|error| bad(at, error.to_string()))?;
            let at = &entry.source_reference_url;
            let reference = reference(at.get_ref()).map_err(|message| bad(at, message))?;
            let entry_read = SourceEntry {
                file: entry.file.get_ref().trim().to_owned(),
                origin: Origin {
                    publisher: entry.publisher.clone(),
                    source_type,
                    source_reference_url: Some(reference),
                    country: country.transpose()?,
                },
                map: entry.map.clone(),
            };
            list.add(entry_read).map_err(|message| bad(&entry.file, message))?;
        }
        Ok(list)
    }

    /// Reads a `sources.csv` with the columns file, country and `source_reference_url`. Publisher, map and
    /// `source_type` are optional; a missing type is curated. The columns rows, hosts and gid may be there
    /// and are not used.
    pub fn parse_csv(text: &str) -> Result<Self, ImportError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let countries = Countries::builtin();
        let mut list = Self::default();
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|error| bad_csv(1, error.to_string()))?.clone();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| bad_csv(csv_line(&error), error.to_string()))? {
            let line = record.position().map_or(1, |position| position.line() as usize);
            let bad = |message| bad_csv(line, message);
            let entry: CsvRow = record.deserialize(Some(&headers)).map_err(|error| bad(error.to_string()))?;
            let text = |text: Option<String>| text.filter(|text| !text.is_empty());
            let source_type = text(entry.source_type).map(|text| SourceType::parse(&text)).transpose();
            let country = text(Some(entry.country)).map(|text| country(&countries, &text)).transpose();
            list.add(SourceEntry {
                file: entry.file,
                origin: Origin {
                    country: country.map_err(bad)?,
                    publisher: text(entry.publisher),
                    source_type: source_type
                        .map_err(|error| bad(error.to_string()))?
                        .unwrap_or(SourceType::Curated),
                    source_reference_url: Some(reference(&entry.source_reference_url).map_err(bad)?),
                },
                map: text(entry.map),
            })
            .map_err(bad)?;
        }
        Ok(list)
    }

    /// The entry of a workbook, by its path as written or else by its file name.
    pub fn find(&self, file: &str) -> Option<&SourceEntry> {
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or("").to_owned();
        let by_path = self.entries.iter().find(|entry| entry.file == file);
        by_path.or_else(|| self.entries.iter().find(|entry| name(&entry.file) == name(file)))
    }

    fn add(&mut self, entry: SourceEntry) -> Result<(), String> {
        if entry.file.is_empty() {
            return Err("`file` is empty, expected a path".to_owned());
        }
        if self.entries.iter().any(|known| known.file == entry.file) {
            return Err(format!("`{}` is listed twice", entry.file));
        }
        self.entries.push(entry);
        Ok(())
    }
}

fn country(countries: &Countries, text: &str) -> Result<CountryCode, String> {
    countries.find(text).ok_or_else(|| format!("`{text}` is not a country, expected a code such as `AT`"))
}

/// The reference as written; its fragment may name the sheet.
fn reference(text: &str) -> Result<String, String> {
    let text = text.trim();
    match PageUrl::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("source_reference_url: {error}")),
    }
}

fn bad_csv(line: usize, message: String) -> ImportError {
    ImportError::BadData { file: "sources.csv".to_owned(), line, message }
}

fn csv_line(error: &csv::Error) -> usize {
    error.position().map_or(1, |position| position.line() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[source]]
file = "austria.xlsx"
country = "AT"
publisher = "Example office"
source_type = "curated"
source_reference_url = "https://lists.example/austria#sheet"

[[source]]
file = "lists/all.ods"
source_type = "official"
source_reference_url = "https://lists.example/all"
"#;

    #[test]
    fn a_list_is_read_and_searched() {
        let list = SourceList::parse(GOOD).unwrap();
        let origin = &list.find("austria.xlsx").unwrap().origin;
        assert_eq!(origin.country, CountryCode::parse("AT").ok());
        assert_eq!(origin.source_reference_url.as_deref(), Some("https://lists.example/austria#sheet"));
        assert_eq!(list.find("/data/all.ods").unwrap().origin.source_type, SourceType::Official);
        assert_eq!(list.find("other.ods"), None);
    }

    #[test]
    fn mistakes_name_their_line() {
        let broken =
            |from: &str, to: &str| SourceList::parse(&GOOD.replace(from, to)).unwrap_err().to_string();
        assert!(
            broken("publisher =", "publishers =")
                .starts_with("`sources.toml` line 5: unknown field `publishers`")
        );
        assert!(
            broken("\"AT\"", "\"Atlantis\"")
                .starts_with("`sources.toml` line 4: `Atlantis` is not a country")
        );
        assert!(
            broken("\"official\"", "\"offical\"").starts_with("`sources.toml` line 11: `offical` is not")
        );
        assert!(
            broken("https://lists.example/all", "lists/all")
                .starts_with("`sources.toml` line 12: source_ref")
        );
        assert!(
            broken("lists/all.ods", "austria.xlsx")
                .starts_with("`sources.toml` line 10: `austria.xlsx` is listed")
        );
        assert!(broken("source_type = \"curated\"\n", "").contains("missing field `source_type`"));
    }

    #[test]
    fn the_csv_form_takes_country_names() {
        let text = "file,country,rows,hosts,gid,source_reference_url\n\
                    a.xlsx,United Kingdom (UK),2,1,7,https://lists.example/a#gid=7\n\
                    b.csv,,2,1,7,https://lists.example/b\n";
        let list = SourceList::parse_csv(text).unwrap();
        assert_eq!(list.entries[0].origin.country, CountryCode::parse("GB").ok());
        assert_eq!(list.entries[0].origin.source_type, SourceType::Curated);
        assert_eq!(list.entries[1].origin.country, None);
        let error = SourceList::parse_csv(&text.replace("https://lists.example/b", "")).unwrap_err();
        assert!(error.to_string().starts_with("`sources.csv` line 3: source_reference_url"), "{error}");
    }
}
