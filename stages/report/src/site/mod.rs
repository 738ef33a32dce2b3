//! The report as static pages: an overview, a page per country with its lists of websites, and what stands around them.

mod advice;
mod chart;
mod context;
mod figures;
mod find;
mod listing;
mod publication;
mod render;

pub use publication::{Detector, Measured, Publication};

use crate::{Database, ReportError};
use deklaro_judge::{Health, Scorecard, Summary};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{SnapshotId, Timestamp};
use figures::Figures;
use find::Finder;
use render::Renderer;
use std::collections::BTreeMap;

/// What the pages are made from, beside the tables.
#[derive(Debug, Clone, Copy)]
pub struct SiteInput<'a> {
    /// The snapshot.
    pub snapshot: &'a SnapshotId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Version of the program.
    pub version: &'a str,
    /// Its figures.
    pub summary: &'a Summary,
    /// Figures of the months before, oldest first.
    pub history: &'a [Summary],
    /// Its checks.
    pub checks: &'a [MetaCheck],
    /// The platform's health, where it was judged.
    pub health: Option<&'a Health>,
    /// Whether the month may be released, where it was judged.
    pub scorecard: Option<&'a Scorecard>,
    /// English names by country code; a code without a name stands for itself.
    pub country_names: &'a BTreeMap<String, String>,
    /// How often the detector was right.
    pub detector: &'a Detector,
    /// Who publishes the pages.
    pub publication: &'a Publication,
    /// Where the snapshot's own files are, seen from the pages: `../`.
    pub files: &'a str,
    /// Rules of the gate that are waived now: objects with rule, until, approver and reason.
    pub waivers: &'a [serde_json::Value],
    /// What is on record about its release, as `deklaro release show --json` prints it; gets a page of its own.
    pub release: Option<&'a serde_json::Value>,
}

/// A file of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Name, without folders: all of them lie side by side.
    pub name: String,
    /// Content.
    pub text: String,
}

/// Takes each page as soon as it is made.
pub type Sink<'a> = dyn FnMut(Page) -> std::io::Result<()> + 'a;

/// Most bytes of rows on a page: with what stands around them a page stays far below 1 MB.
pub(crate) const PAGE_BYTES: usize = 500_000;
/// Most websites on a page of a list: more are hard to find one's way in.
pub(crate) const PAGE_ROWS: usize = 400;

impl Database {
    /// Writes the whole site, page by page. Everything that comes from outside is escaped.
    pub fn site(&self, input: &SiteInput<'_>, sink: &mut Sink<'_>) -> Result<(), ReportError> {
        let mut site =
            Site { input, figures: self.figures()?, renderer: Renderer::new()?, gaps: self.gaps(), sink };
        site.fixed()?;
        let mut finder = Finder::default();
        for funnel in &input.summary.countries {
            let Some(country) = funnel.country_code else { continue };
            site.country(self, country.as_str(), &mut finder)?;
        }
        site.found_by_name(&finder)
    }
}

/// The site while it is made.
pub(crate) struct Site<'a, 's> {
    pub(crate) input: &'a SiteInput<'a>,
    pub(crate) figures: Figures,
    pub(crate) renderer: Renderer,
    /// What the snapshot lacks, in sentences.
    pub(crate) gaps: &'a [String],
    sink: &'a mut Sink<'s>,
}

impl Site<'_, '_> {
    /// Renders a page and hands it on.
    pub(crate) fn page(
        &mut self,
        name: &str,
        template: &'static str,
        mut context: serde_json::Value,
    ) -> Result<(), ReportError> {
        context["page"] = name.into();
        let text = self.renderer.page(template, self.base(context))?;
        self.write(name, text)
    }

    /// Hands a finished file on.
    pub(crate) fn write(&mut self, name: &str, text: String) -> Result<(), ReportError> {
        (self.sink)(Page { name: name.to_owned(), text })
            .map_err(|source| ReportError::Sink { page: name.to_owned(), source })
    }
}

#[cfg(test)]
mod tests;
