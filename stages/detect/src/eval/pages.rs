//! The evaluation of pages reads one labelled page as a crawl would have.

use super::page_case::{Label, PageCase};
use super::{CountryOf, country};
use crate::glossary::Glossary;
use crate::inspect::inspect;
use crate::links::{Link, Strength};
use crate::page::{Page, PageInput};
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::{Confidence, Conformance, PageKind, ReasonCode};
use serde::Serialize;

/// The address of a page whose own is unknown; no statement names it.
const NOWHERE: &str = "https://www.site.example/page";

/// What the detector said about one page.
#[derive(Debug, Clone, Serialize)]
pub struct PagePrediction {
    /// The line.
    pub id: String,
    /// The label it has.
    pub label: String,
    /// statement, about_accessibility or unrelated.
    pub predicted: &'static str,
    /// True for a statement.
    pub is_statement: bool,
    /// How sure.
    pub confidence: Confidence,
    /// What the page turned out to be.
    pub page_kind: PageKind,
    /// Its language.
    pub language: Option<String>,
    /// Declared conformance.
    pub conformance_status: Option<&'static str>,
    /// Date of preparation.
    pub prepared_on: Option<String>,
    /// Date of the last review.
    pub reviewed_on: Option<String>,
    /// `self` or `third_party`.
    pub method: Option<String>,
    /// Mail address for feedback.
    pub contact_email: Option<String>,
    /// The statement link that would be fetched first.
    pub statement_link: Option<String>,
    /// The claim behind it: none, candidate, or statement (by name, address or national host).
    pub link_claim: &'static str,
    /// Why.
    pub reason_codes: Vec<ReasonCode>,
    /// True when that link is the labelled one; empty where no link is labelled.
    #[serde(skip)]
    pub(super) is_link_right: Option<bool>,
}

/// Reads one labelled page as a crawl would have.
pub fn judge_page(
    case: &PageCase,
    bytes: &[u8],
    glossary: &Glossary,
    country_of: &CountryOf<'_>,
) -> PagePrediction {
    let url = address(case);
    let host = url.host();
    let input = PageInput {
        url: &url,
        bytes,
        content_type: None,
        charset: None,
        host: &host,
        aliases: &[],
        country: country(case.country.as_deref(), &url, country_of),
    };
    prediction(case, &inspect(&input, glossary))
}

/// The page's own address, else the site of the link it is known to have.
fn address(case: &PageCase) -> PageUrl {
    let own = case.url.as_deref().and_then(|url| PageUrl::parse(url).ok());
    let linked = || {
        let resolved = case.expected.statement_link.given()?.resolved.as_deref()?;
        PageUrl::parse(resolved).ok()?.join("/").ok()
    };
    own.or_else(linked).unwrap_or_else(|| PageUrl::parse(NOWHERE).expect("a constant address"))
}

fn prediction(case: &PageCase, page: &Page) -> PagePrediction {
    let first = page.links.iter().find(|link| link.is_chosen && !link.is_hub);
    let text = |date: Option<deklaro_schemas::Date>| date.map(|date| date.to_string());
    PagePrediction {
        id: case.id.clone(),
        label: case.label.clone(),
        predicted: class(page.page_kind),
        is_statement: page.page_kind == PageKind::Statement,
        confidence: page.confidence(),
        page_kind: page.page_kind,
        language: page.language.as_ref().map(ToString::to_string),
        conformance_status: page.conformance_status.map(Conformance::as_str),
        prepared_on: text(page.prepared_on),
        reviewed_on: text(page.reviewed_on),
        method: page.method.map(|method| method.as_str().replace("_assessment", "")),
        contact_email: page.feedback.clone().filter(|contact| contact.contains('@')),
        statement_link: first.and_then(|link| link.url.as_ref()).map(ToString::to_string),
        link_claim: match first {
            None => "none",
            Some(link) if link.strength > Strength::Bare => "statement",
            Some(_) => "candidate",
        },
        reason_codes: page.reason_codes.clone(),
        is_link_right: is_link_right(case, first),
    }
}

fn class(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Statement => "statement",
        PageKind::Template | PageKind::AboutAccessibility => "about_accessibility",
        _ => "unrelated",
    }
}

/// Home pages whose link is labelled as one, and pages that lead nowhere: nothing may be claimed there.
fn is_link_right(case: &PageCase, first: Option<&Link>) -> Option<bool> {
    let url = first.and_then(|link| link.url.as_ref());
    match (case.label.as_str(), &case.expected.statement_link) {
        ("links_statement", Label::Given(expected)) => {
            let resolved = expected.resolved.as_deref().and_then(|url| PageUrl::parse(url).ok());
            let end = expected.href.trim_start_matches(['.', '/']);
            Some(match (&resolved, url) {
                (Some(resolved), Some(url)) => resolved == url,
                (None, Some(url)) => url.as_str().ends_with(end),
                (_, None) => false,
            })
        }
        ("no_link" | "mention_without_target", _) => {
            Some(first.is_none_or(|link| link.strength <= Strength::Bare))
        }
        _ => None,
    }
}
