//! The site while it is made: pages are rendered and handed on one by one.

use super::figures::Figures;
use super::input::{Sink, SiteInput, SitePage};
use super::render::Renderer;
use crate::ReportError;

/// The site while it is made.
pub(crate) struct Pages<'a, 's> {
    pub(crate) input: &'a SiteInput<'a>,
    pub(crate) figures: Figures,
    pub(crate) renderer: Renderer,
    /// What the snapshot lacks, in sentences.
    pub(crate) gaps: &'a [String],
    pub(super) sink: &'a mut Sink<'s>,
}

impl Pages<'_, '_> {
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
        (self.sink)(SitePage { name: name.to_owned(), text })
            .map_err(|source| ReportError::Sink { page: name.to_owned(), source })
    }
}
