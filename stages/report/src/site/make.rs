//! The whole site, page by page.

use super::find::Finder;
use super::input::{Sink, SiteInput};
use super::pages::Pages;
use super::render::Renderer;
use crate::{Database, ReportError};

impl Database {
    /// Writes the whole site, page by page. Everything that comes from outside is escaped.
    pub fn site(&self, input: &SiteInput<'_>, sink: &mut Sink<'_>) -> Result<(), ReportError> {
        let mut site =
            Pages { input, figures: self.figures()?, renderer: Renderer::new()?, gaps: self.gaps(), sink };
        site.fixed()?;
        let mut finder = Finder::default();
        for funnel in &input.summary.countries {
            let Some(country) = funnel.country_code else { continue };
            site.country(self, country.as_str(), &mut finder)?;
        }
        site.found_by_name(&finder)
    }
}
