//! The country list says which country a text in a sheet names.

use crate::ImportError;
use deklaro_schemas::{CountryCode, LanguageTag, fold};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The countries Deklaro knows, from `data/countries.toml`.
#[derive(Debug, Clone)]
pub struct Countries {
    countries: BTreeMap<CountryCode, Country>,
    by_spelling: HashMap<String, CountryCode>,
}

/// One country.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: CountryCode,
    /// English short name.
    pub name: String,
    /// Other ways lists write it.
    pub spellings: Vec<String>,
    /// Top-level domains its public bodies use.
    pub cctlds: Vec<String>,
    /// Languages its public bodies publish in, most common first.
    pub languages: Vec<LanguageTag>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountriesFile {
    country: Vec<Country>,
}

impl Countries {
    /// The list the program is built with.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the built-in file")]
    pub fn builtin() -> Self {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/countries.toml"));
        Self::parse(text).expect("the built-in list is read by a test")
    }

    /// Reads a list in the format of `data/countries.toml`.
    pub fn parse(text: &str) -> Result<Self, ImportError> {
        const FILE: &str = "countries.toml";
        let parsed: CountriesFile =
            toml::from_str(text).map_err(|error| ImportError::toml(FILE, text, &error))?;
        let mut by_spelling = HashMap::new();
        for country in &parsed.country {
            let own = [country.code.as_str(), &country.name];
            for spelling in own.into_iter().chain(country.spellings.iter().map(String::as_str)) {
                if let Some(other) = by_spelling.insert(fold(spelling), country.code)
                    && other != country.code
                {
                    let message =
                        format!("`{spelling}` is a spelling of both `{other}` and `{}`", country.code);
                    return Err(ImportError::BadData { file: FILE.to_owned(), line: 1, message });
                }
            }
        }
        let countries = parsed.country.into_iter().map(|country| (country.code, country)).collect();
        Ok(Self { countries, by_spelling })
    }

    /// The country a text names: a code, an English or native name, `republic-of-cyprus`, `United Kingdom (UK)`.
    pub fn find(&self, text: &str) -> Option<CountryCode> {
        let known = |text: &str| self.by_spelling.get(&fold(text)).copied();
        let shorter = || text.split(['(', ',']).next().filter(|start| start.len() < text.len());
        let code = || CountryCode::parse(text).ok().filter(|code| self.countries.contains_key(code));
        known(text).or_else(|| known(shorter()?)).or_else(code)
    }

    /// A country's English name.
    pub fn name(&self, code: CountryCode) -> Option<&str> {
        self.countries.get(&code).map(|country| country.name.as_str())
    }

    /// Every country's English name, by code.
    pub fn names(&self) -> BTreeMap<String, String> {
        self.iter().map(|country| (country.code.to_string(), country.name.clone())).collect()
    }

    /// The languages its public bodies publish in, most common first; none for a country not in the list.
    pub fn languages(&self, code: CountryCode) -> &[LanguageTag] {
        self.countries.get(&code).map_or(&[], |country| &country.languages)
    }

    /// The country's entry.
    pub fn get(&self, code: CountryCode) -> Option<&Country> {
        self.countries.get(&code)
    }

    /// Every country, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Country> {
        self.countries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_people_use() {
        let countries = Countries::builtin();
        let cases = [
            ("Czech Republic", "CZ"),
            ("czechia", "CZ"),
            ("United Kingdom (UK)", "GB"),
            ("uk", "GB"),
            ("EL", "GR"),
            ("republic-of-cyprus", "CY"),
            (" Österreich ", "AT"),
            ("ÖSTERREICH", "AT"),
            ("Belgium, Kingdom of", "BE"),
            ("Ελλάδα", "GR"),
            ("the netherlands", "NL"),
            ("DEU", "DE"),
        ];
        for (text, code) in cases {
            assert_eq!(countries.find(text).map(|code| code.to_string()).as_deref(), Some(code), "{text}");
        }
        for text in ["", "()", "Atlantis", "XX", "US", "-"] {
            assert_eq!(countries.find(text), None, "{text}");
        }
    }

    #[test]
    fn every_member_state_and_neighbour_is_there() {
        let countries = Countries::builtin();
        assert_eq!(countries.iter().count(), 33);
        for country in countries.iter() {
            assert!(!country.languages.is_empty() && !country.cctlds.is_empty(), "{}", country.code);
            assert_eq!(countries.find(&country.name), Some(country.code));
        }
        let belgium = CountryCode::parse("BE").unwrap();
        assert_eq!(countries.name(belgium), Some("Belgium"));
        assert_eq!(countries.languages(belgium).len(), 3);
    }

    #[test]
    fn a_broken_list_names_the_line() {
        let text = "[[country]]\ncode = \"AT\"\nnames = \"Austria\"\n";
        let error = Countries::parse(text).unwrap_err().to_string();
        assert!(error.starts_with("`countries.toml` line 3: unknown field `names`"), "{error}");
    }
}
