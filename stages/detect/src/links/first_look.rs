//! A first look passes over links whose words and references say nothing, before any address is resolved.

use super::central::names_central_host;
use super::grade::words_before;
use super::is_central_statement;
use crate::html::RawLink;
use crate::reading::Sheet;
use crate::text::fold;
use crate::text::fold::{fold_bytes_onto, fold_url_bytes_onto, into_text};

/// A first look that resolves no address: most links of a page say nothing in their words or their reference.
pub(super) struct FirstLook<'a> {
    sheet: &'a Sheet<'a>,
    /// For each link whether its reference or a label names something, a central host included.
    says: Vec<bool>,
}

impl<'a> FirstLook<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>) -> Self {
        let (folded, starts) = references(sheet.links());
        let mut says = vec![false; sheet.document.links.len()];
        let hits = sheet.glossary.hits(&folded);
        sheet.take_steps(folded.len());
        let named = hits.iter().filter(|hit| sheet.term(hit).role.is_on_links());
        let named = named.map(|hit| (hit.start as usize, hit.end as usize));
        for (start, end) in named.chain(names_central_host(&folded)) {
            // What runs over from one link into the next may hide a term of that one: both are looked at.
            let first = starts.partition_point(|begin| *begin <= start).saturating_sub(1);
            let count = starts[first..].iter().take_while(|begin| **begin < end).count();
            says[first..first + count].fill(true);
        }
        Self { sheet, says }
    }

    pub(super) fn is_worth_grading(&self, position: usize, raw: &RawLink<'_>) -> bool {
        self.says[position] || self.text_says(raw) || {
            let text = self.sheet.document.link_text(raw);
            text.contains('.') && is_central_statement(text)
        }
    }

    /// The link's own text, and the words before a short one; nothing is folded again where the block says nothing.
    fn text_says(&self, raw: &RawLink<'_>) -> bool {
        if !self.sheet.may_name_link(raw.text_start, raw.text_end) {
            return false;
        }
        let document = self.sheet.document;
        let text = document.link_text(raw);
        self.has_term(text) || text.len() <= 24 && self.has_term(words_before(raw, document))
    }

    fn has_term(&self, text: &str) -> bool {
        self.sheet.take_steps(text.len());
        let hits = self.sheet.glossary.hits(&fold(text));
        hits.iter().any(|hit| self.sheet.term(hit).role.is_on_links())
    }
}

/// The folded references and labels of all links in one text, and where each link's begin.
fn references(links: &[RawLink<'_>]) -> (String, Vec<usize>) {
    let mut folded = Vec::with_capacity(links.len() * 64);
    let mut starts = Vec::with_capacity(links.len());
    for raw in links {
        starts.push(folded.len());
        folded.push(b' ');
        fold_url_bytes_onto(raw.href.as_deref().unwrap_or(""), &mut folded);
        for label in raw.labels.lines() {
            folded.push(b' ');
            fold_bytes_onto(label, &mut folded);
        }
    }
    folded.push(b' ');
    (into_text(folded), starts)
}
