//! The rows a country's artifact is made from.

use deklaro_publish::{ArtifactInput, CountryArtifact, PublishError, country_artifact};
use deklaro_schemas::codes::Purpose;
use deklaro_schemas::tables::{Fetch, Host, Scan, Source, Statement, Target};
use deklaro_schemas::{CountryCode, Selection};

/// The rows a country's artifact is made from, wherever they were read.
pub struct ArtifactRows<'a> {
    /// The scan.
    pub scan: &'a Scan,
    /// Its hosts.
    pub hosts: Vec<Host>,
    /// Their verdicts.
    pub statements: Vec<Statement>,
    /// What was to be visited.
    pub targets: Vec<Target>,
    /// An artifact tells of the fetches of entry pages.
    pub entry_fetches: Vec<Fetch>,
    /// The lists they stand on.
    pub sources: &'a [Source],
}

impl ArtifactRows<'_> {
    /// What is wanted of the country's tables, and of its fetches.
    pub fn wanted(country: CountryCode) -> (Selection, Selection) {
        let of_country = Selection::all().only("country_code", country.as_str());
        let entries = of_country.clone().only("purpose", Purpose::Entry.as_str());
        (of_country, entries)
    }

    /// The artifact: the same rows give the same one.
    pub fn artifact(&self) -> Result<CountryArtifact, PublishError> {
        country_artifact(&ArtifactInput {
            month: self.scan.run_month,
            country: self.scan.country_code,
            scan: self.scan,
            generated_at: self.scan.finished_at.unwrap_or(self.scan.started_at),
            hosts: &self.hosts,
            statements: &self.statements,
            targets: &self.targets,
            fetches: &self.entry_fetches,
            sources: self.sources,
        })
    }
}
