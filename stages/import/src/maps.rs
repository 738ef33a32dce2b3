//! Which header names stand for which column, by the maps in `data/maps`?

use crate::cell::MAX_COLUMNS;
use crate::field::{FIELDS, Field};
use crate::header::Header;
use crate::value::Value;
use crate::words::Words;
use crate::{Countries, GivenColumns, ImportError};
use deklaro_schemas::{CountryCode, fold};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Column maps, from `data/maps/*.toml`: which header names stand for which field.
#[derive(Debug, Clone)]
pub struct ColumnMaps {
    maps: Vec<ColumnMap>,
    pub(crate) words: Words,
    /// The layout, where the user gives it.
    pub(crate) given: Option<GivenColumns>,
}

#[derive(Debug, Clone)]
struct ColumnMap {
    name: String,
    country: Option<CountryCode>,
    requires: Vec<String>,
    /// Folded names of columns that hold countries in one list and regions in another.
    country_or_region: HashSet<String>,
    /// Folded header name to field and rank; a lower rank is the more usual name.
    aliases: HashMap<String, (Field, usize)>,
    /// Names of the host and URL columns as written, for error messages.
    host_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    name: String,
    #[serde(rename = "description")]
    _description: String,
    #[serde(default)]
    requires: Vec<String>,
    country: Option<CountryCode>,
    #[serde(default)]
    country_or_region: Vec<String>,
    columns: BTreeMap<Field, Vec<String>>,
}

macro_rules! built_in {
    ($($name:literal),+) => {
        [$((
            concat!("data/maps/", $name, ".toml"),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/maps/", $name, ".toml")),
        )),+]
    };
}

const BUILT_IN: [(&str, &str); 8] = built_in!(
    "eu-plus",
    "nl-websiteregister",
    "it-indicepa",
    "uk-gov-domains",
    "fr-domains",
    "domain-agency",
    "us-gsa-target-list",
    "generic"
);

impl ColumnMaps {
    /// The maps the program is built with.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the built-in file")]
    pub fn builtin() -> Self {
        let maps = BUILT_IN
            .map(|(file, text)| ColumnMap::parse(file, text).expect("the built-in maps are read by a test"));
        Self { maps: maps.into(), words: Words::builtin(), given: None }
    }

    /// One map of the user's; see [`ImportError::in_file`] to name its file in errors.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        Ok(Self { maps: vec![ColumnMap::parse("column map", text)?], words: Words::builtin(), given: None })
    }

    /// The built-in maps, with what a user gives before them: `host=B,country=AT`, or the text of a map like those in `data/maps`.
    ///
    /// # Errors
    ///
    /// The columns or the map cannot be understood; the file is called `--map`.
    pub fn of(given: Option<&str>, countries: &Countries) -> Result<Self, ImportError> {
        Ok(match given {
            None => Self::builtin(),
            Some(text) if text.contains("[columns]") => {
                Self::parse(text).map_err(|error| error.in_file("--map"))?.before(Self::builtin())
            }
            Some(text) => Self::builtin().with_columns(GivenColumns::parse(text, countries)?),
        })
    }

    /// These maps and then others; where two fit a header equally well, the earlier wins.
    #[must_use]
    pub fn before(mut self, others: ColumnMaps) -> Self {
        self.maps.extend(others.maps);
        self
    }

    /// These columns and no others, whatever the headers say.
    #[must_use]
    pub fn with_columns(mut self, given: GivenColumns) -> Self {
        self.given = Some(given);
        self
    }

    /// The names of the maps, in the order they are tried.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.maps.iter().map(|map| map.name.as_str())
    }

    /// The most usual names of host and URL columns, for error messages.
    pub(crate) fn looked_for(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.maps.iter().flat_map(|map| map.host_names.iter().take(8)) {
            if names.len() < 24 && !names.iter().any(|known| fold(known) == fold(name)) {
                names.push(format!("`{name}`"));
            }
        }
        names
    }

    /// The header among the first rows of a sheet: the row most of whose names a map knows, the first of equals.
    pub(crate) fn header<'v, 'r>(
        &self,
        rows: impl IntoIterator<Item = (i64, &'r [Value<'v>])>,
    ) -> Option<Header>
    where
        'v: 'r,
    {
        let mut best: Option<Header> = None;
        for (number, cells) in rows {
            let texts: Vec<String> =
                cells.iter().take(MAX_COLUMNS).map(|cell| cell.text().trim().to_owned()).collect();
            let folded: Vec<String> = texts.iter().map(|text| fold_header(text)).collect();
            for map in &self.maps {
                let Some((columns, score)) = map.fit(&folded) else { continue };
                if best.as_ref().is_none_or(|best| score > best.score) {
                    let why = format!("the map `{}` knows {score} of the names", map.name);
                    let (map, country, texts) = (map.name.clone(), map.country, texts.clone());
                    best = Some(Header { row: number, map, country, columns, texts, why, score });
                }
            }
        }
        best
    }
}

impl ColumnMaps {
    /// The layout with a column like `Land` or `Kraj` taken for what its first cells hold: countries, else regions.
    pub(crate) fn settled(
        &self,
        mut header: Header,
        rows: &[(i64, Vec<Value<'static>>)],
        countries: &Countries,
    ) -> Header {
        let (country, region) = (Field::Country as usize, Field::Subnational as usize);
        let map = self.maps.iter().find(|map| map.name == header.map);
        let is_open = |column: &usize| {
            map.is_some_and(|map| map.country_or_region.contains(&fold_header(&header.texts[*column])))
        };
        let Some(column) = header.columns[country].or(header.columns[region]).filter(is_open) else {
            return header;
        };
        let below = rows.iter().filter(|(number, _)| *number > header.row);
        let mut filled =
            below.filter_map(|(_, cells)| cells.get(column)).filter(|cell| !cell.is_blank()).peekable();
        if filled.peek().is_none() {
            return header;
        }
        let holds_countries = filled.any(|cell| countries.find(&cell.text()).is_some());
        let (takes, gives) = if holds_countries { (country, region) } else { (region, country) };
        if header.columns[gives] == Some(column) {
            header.columns[gives] = None;
            header.columns[takes] = header.columns[takes].or(Some(column));
            header.why.push_str(&format!(
                "; `{}` holds {}",
                header.texts[column],
                if holds_countries { "countries" } else { "regions" }
            ));
        }
        header
    }
}

/// Long texts are no header names; not folding them keeps a hostile first row cheap.
fn fold_header(text: &str) -> String {
    if text.len() > 200 { String::new() } else { fold(text) }
}

impl ColumnMap {
    fn parse(file: &str, text: &str) -> Result<Self, ImportError> {
        let parsed: MapFile = toml::from_str(text).map_err(|error| ImportError::toml(file, text, &error))?;
        let bad = |message: String| ImportError::BadData { file: file.to_owned(), line: 1, message };
        let mut aliases = HashMap::new();
        for (field, names) in &parsed.columns {
            for (rank, name) in names.iter().enumerate() {
                // Spellings of one name fold alike; the first gives the rank.
                let (known, _) = *aliases.entry(fold(name)).or_insert((*field, rank));
                if known != *field {
                    return Err(bad(format!("`{name}` stands among the columns of two fields")));
                }
            }
        }
        let named = |field| parsed.columns.get(&field).into_iter().flatten().cloned();
        let host_names: Vec<String> = named(Field::Host).chain(named(Field::PageUrl)).collect();
        if host_names.is_empty() {
            return Err(bad("neither `host` nor `page_url` has a column name".to_owned()));
        }
        let requires = parsed.requires.iter().map(|name| fold(name)).collect();
        let country_or_region = parsed.country_or_region.iter().map(|name| fold(name)).collect();
        let MapFile { name, country, .. } = parsed;
        Ok(Self { name, country, requires, country_or_region, aliases, host_names })
    }

    /// The column of each field and how many names fit; nothing without a host or URL column.
    fn fit(&self, folded: &[String]) -> Option<([Option<usize>; FIELDS], usize)> {
        if !self.requires.iter().all(|name| folded.contains(name)) {
            return None;
        }
        let mut best: [Option<(usize, usize)>; FIELDS] = [None; FIELDS];
        for (column, name) in folded.iter().enumerate() {
            let Some(&(field, rank)) = self.aliases.get(name) else { continue };
            let slot = &mut best[field as usize];
            if slot.is_none_or(|(known, _)| rank < known) {
                *slot = Some((rank, column));
            }
        }
        let columns = best.map(|slot| slot.map(|(_, column)| column));
        let found = columns.iter().flatten().count();
        let has_host = columns[Field::Host as usize].or(columns[Field::PageUrl as usize]).is_some();
        has_host.then_some((columns, found + self.requires.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(rows: &[&[&'static str]]) -> Option<Header> {
        let rows: Vec<Vec<Value>> =
            rows.iter().map(|row| row.iter().map(|text| Value::from(*text)).collect()).collect();
        ColumnMaps::builtin().header((1..).zip(rows.iter().map(Vec::as_slice)))
    }

    #[test]
    fn the_built_in_maps_are_sound() {
        assert_eq!(ColumnMaps::builtin().names().count(), BUILT_IN.len());
        assert!(ColumnMaps::builtin().looked_for().contains(&"`gov_domain`".to_owned()));
    }

    #[test]
    fn the_row_with_most_names_is_the_header() {
        let found = header(&[
            &["1791", "", "Websitetest Internet.nl"],
            &["URL", "Organisatietype", "Organisatie", "Totaal", "Totaal"],
            &["http://www.a.nl", "Agentschap", "A"],
        ])
        .unwrap();
        assert_eq!((found.row, found.map.as_str()), (2, "nl-websiteregister"));
        assert_eq!(found.column(Field::Organisation), Some(2));
        assert_eq!(found.country.map(|code| code.to_string()).as_deref(), Some("NL"));
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let found =
            header(&[&["Website"], &["Land", "Gemeinde", "", "Domain", "Webseite", "Domain"]]).unwrap();
        assert_eq!((found.row, found.map.as_str()), (2, "generic"));
        assert_eq!(found.column(Field::Host), Some(3));
        assert_eq!(found.column(Field::PageUrl), Some(4));
        assert_eq!(found.column(Field::Country), Some(0));
        assert_eq!(header(&[&["Name", "Phone"], &[]]), None);
    }

    #[test]
    fn a_map_of_the_users_wins_over_the_built_in_ones() {
        let text = "name = \"mine\"\ndescription = \"x\"\n[columns]\nhost = [\"Domain\"]\n";
        let maps = ColumnMaps::parse(text).unwrap().before(ColumnMaps::builtin());
        let row = [Value::from("domain")];
        assert_eq!(maps.header([(1, &row[..])]).unwrap().map, "mine");
    }

    #[test]
    fn a_broken_map_names_the_line() {
        let parse = |text: &str| ColumnMaps::parse(text).unwrap_err().in_file("m.toml").to_string();
        let start = "name = \"m\"\ndescription = \"x\"\n[columns]\n";
        assert!(
            parse(&format!("{start}hosts = [\"x\"]")).starts_with("`m.toml` line 4: unknown variant `hosts`")
        );
        assert!(parse(&format!("{start}seo_score = [\"x\"]")).contains("neither `host` nor `page_url`"));
        let twice = format!("{start}host = [\"x\"]\npage_url = [\"X \"]");
        assert!(parse(&twice).contains("columns of two fields"));
    }
}
