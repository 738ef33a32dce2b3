//! How often the detector is right: labelled pages and links in, shares and the list of errors out.
//!
//! Pure like the rest of the stage: whoever calls it reads the files and says which country a host belongs to.

mod link_report;
mod links;
mod page_case;
mod page_report;
mod pages;

pub use link_report::{LinkErrors, LinkReport, LinkScore};
pub use links::{Anchor, LinkCase, LinkPrediction, judge_links};
pub use page_case::{ExpectedFacts, ExpectedLink, Label, PageCase};
pub use page_report::{GroupScore, PageError, PageReport};
pub use pages::{PagePrediction, judge_page};

use deklaro_schemas::{CountryCode, HostKey, PageUrl};
use serde::{Serialize, Serializer};

/// Where a host belongs when a line names no country.
pub type CountryOf<'a> = dyn Fn(&HostKey) -> CountryCode + Sync + 'a;

/// Hits among all, written as their share; nothing (`null`) where there was nothing to hit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Right ones.
    pub right: usize,
    /// All.
    pub all: usize,
}

impl Share {
    /// Adds one.
    pub fn count(&mut self, is_right: bool) {
        self.all += 1;
        self.right += usize::from(is_right);
    }

    /// Right among all, 0 to 1.
    pub fn value(self) -> Option<f64> {
        (self.all > 0).then(|| self.right as f64 / self.all as f64)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value() {
            Some(share) => write!(f, "{share:.3} ({} of {})", self.right, self.all),
            None => f.write_str("–"),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(to)
    }
}

/// The harmonic mean of precision and recall.
fn f1(precision: Share, recall: Share) -> Option<f64> {
    let (precision, recall) = (precision.value()?, recall.value()?);
    (precision + recall > 0.0).then(|| 2.0 * precision * recall / (precision + recall))
}

/// The country a line names, else the one its host belongs to.
fn country(named: Option<&str>, url: &PageUrl, country_of: &CountryOf<'_>) -> CountryCode {
    named.and_then(|code| CountryCode::parse(code).ok()).unwrap_or_else(|| country_of(&url.host()))
}

#[cfg(test)]
mod tests;
