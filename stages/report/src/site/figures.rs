//! SQL gives the figures that the pages show for each country and for all together.

use crate::cohort::JudgedCohort;
use crate::summary::sql;
use crate::{Database, ReportError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) const AGES: (&str, &str) = sql!("site/ages");
pub(crate) const CHANGE_TYPES: (&str, &str) = sql!("site/change_types");
pub(crate) const CHECKLIST: (&str, &str) = sql!("site/checklist");
pub(crate) const CONFORMANCE: (&str, &str) = sql!("site/conformance");
pub(crate) const LANGUAGES: (&str, &str) = sql!("site/languages");
pub(crate) const LEVELS: (&str, &str) = sql!("site/levels");
pub(crate) const UNCHECKED: (&str, &str) = sql!("site/unchecked");
pub(crate) const VERSIONS: (&str, &str) = sql!("site/versions");

/// How often something occurs in a country; without one, in all together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Counted {
    country_code: Option<String>,
    pub(crate) name: String,
    pub(crate) count: u64,
}

/// Websites of a level of government.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Level {
    country_code: Option<String>,
    pub(crate) name: String,
    pub(crate) known: u64,
    pub(crate) read: u64,
    pub(crate) judged: u64,
    pub(crate) found: u64,
}

/// One item of the model statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    country_code: Option<String>,
    pub(crate) name: String,
    pub(crate) present: u64,
    pub(crate) absent: u64,
    pub(crate) statements: u64,
}

/// A setting or version of the run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    name: String,
    value: String,
}

/// A row that is about a country or about all together.
pub(crate) trait OfCountry {
    /// The country.
    fn country(&self) -> Option<&str>;
}

macro_rules! of_country {
    ($($row:ty),+) => {
        $(impl OfCountry for $row {
            fn country(&self) -> Option<&str> {
                self.country_code.as_deref()
            }
        })+
    };
}

of_country!(Counted, Level, Item, JudgedCohort);

/// Rows by country; the empty key is all together.
#[derive(Debug)]
pub(crate) struct ByCountry<T>(BTreeMap<String, Vec<T>>);

impl<T: OfCountry> ByCountry<T> {
    fn of(rows: Vec<T>) -> Self {
        let mut grouped: BTreeMap<String, Vec<T>> = BTreeMap::new();
        for row in rows {
            grouped.entry(row.country().unwrap_or_default().to_owned()).or_default().push(row);
        }
        Self(grouped)
    }

    /// The country's rows; of all together for an empty code.
    pub(crate) fn get(&self, country: &str) -> &[T] {
        self.0.get(country).map_or(&[], Vec::as_slice)
    }
}

/// Every figure that is shown for all and for each country.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) ages: ByCountry<Counted>,
    pub(crate) change_types: ByCountry<Counted>,
    pub(crate) checklist: ByCountry<Item>,
    pub(crate) cohort: ByCountry<JudgedCohort>,
    pub(crate) conformance: ByCountry<Counted>,
    pub(crate) languages: ByCountry<Counted>,
    pub(crate) levels: ByCountry<Level>,
    pub(crate) unchecked: ByCountry<Counted>,
    pub(crate) versions: Vec<Version>,
}

impl Database {
    pub(crate) fn figures(&self) -> Result<Figures, ReportError> {
        let counted = |(name, sql): (&str, &str)| self.rows::<Counted>(name, sql, &[]).map(ByCountry::of);
        Ok(Figures {
            ages: counted(AGES)?,
            change_types: counted(CHANGE_TYPES)?,
            checklist: ByCountry::of(self.rows(CHECKLIST.0, CHECKLIST.1, &[])?),
            cohort: ByCountry::of(self.cohorts()?),
            conformance: counted(CONFORMANCE)?,
            languages: counted(LANGUAGES)?,
            levels: ByCountry::of(self.rows(LEVELS.0, LEVELS.1, &[])?),
            unchecked: counted(UNCHECKED)?,
            versions: self.rows(VERSIONS.0, VERSIONS.1, &[])?,
        })
    }
}
