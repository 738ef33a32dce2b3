//! The evaluation of links ranks the labelled links of a site as the detector would fetch them.

use super::{CountryOf, country};
use crate::glossary::Glossary;
use crate::inspect::inspect;
use crate::links::{HostKind, Link, Strength, host_kind};
use crate::page::PageInput;
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::ReasonCode;
use serde::{Deserialize, Serialize};

/// The labelled links of one site.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LinkCase {
    /// Its name in the list: an address or a code.
    pub site: String,
    /// Country of the body.
    pub country: Option<String>,
    /// Language of the links.
    pub language: Option<String>,
    /// The links, in page order.
    pub anchors: Vec<Anchor>,
}

/// One link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Anchor {
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// footer, header, nav or body.
    pub r#where: Option<String>,
    /// True when it leads to the statement.
    pub official: bool,
}

/// What the detector chose among the links of a site.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row of answers, each a column of its own")]
pub struct LinkPrediction {
    /// The site.
    pub site: String,
    /// Its language, as labelled.
    pub language: Option<String>,
    /// True when one of its links is official.
    pub has_official: bool,
    /// True when it has other links too.
    pub has_choice: bool,
    /// Index of the anchor chosen first.
    pub choice: Option<usize>,
    /// Its text.
    pub text: Option<String>,
    /// Its address.
    pub href: Option<String>,
    /// Its score, 0 to 1.
    pub score: Option<f64>,
    /// What the score rests on.
    pub strength: Option<Strength>,
    /// What raised and lowered it.
    pub reasons: Vec<&'static str>,
    /// True when the choice is an official one.
    pub is_right: bool,
    /// True when a link is taken for the statement by its exact legal name or by the national host.
    pub is_claimed: bool,
}

/// Ranks the links of a site as the detector would fetch them; with `text_only` it does not see where they lead.
pub fn judge_links(
    case: &LinkCase,
    text_only: bool,
    glossary: &Glossary,
    country_of: &CountryOf<'_>,
) -> LinkPrediction {
    let url = site(case);
    let host = url.host();
    let html = markup(case, text_only);
    let input = PageInput {
        url: &url,
        bytes: html.as_bytes(),
        content_type: Some("text/html"),
        charset: Some("utf-8"),
        host: &host,
        aliases: &[],
        country: country(case.country.as_deref(), &url, country_of),
    };
    prediction(case, &inspect(&input, glossary).links)
}

/// The site's own address: as named, else the host that most of its links lead to; national hosts, vendors and shared
/// platforms are nobody's own.
fn site(case: &LinkCase) -> PageUrl {
    let is_own = |url: &PageUrl| matches!(host_kind(url.host().as_str()), None | Some(HostKind::Guide));
    if let Some(url) = PageUrl::parse(&case.site).ok().filter(is_own) {
        return url;
    }
    let roots = case.anchors.iter().filter_map(|anchor| PageUrl::parse(anchor.href.as_deref()?.trim()).ok());
    let roots: Vec<PageUrl> = roots.filter(is_own).filter_map(|url| url.join("/").ok()).collect();
    let count = |url: &PageUrl| roots.iter().filter(|other| other == &url).count();
    let most = roots.iter().reduce(|best, next| if count(next) > count(best) { next } else { best });
    most.cloned().unwrap_or_else(|| PageUrl::parse("https://www.site.example/").expect("a constant address"))
}

/// A page with these links and nothing else.
fn markup(case: &LinkCase, text_only: bool) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let each = case.anchors.iter().enumerate().map(|(index, anchor)| {
        let element = match anchor.r#where.as_deref() {
            Some("footer") => "footer",
            Some("header") => "header",
            Some("nav") => "nav",
            _ => "p",
        };
        // Addresses from data are taken as written; a hidden one says nothing but its number.
        let href = if text_only { format!("/{index}") } else { escape(anchor.href.as_deref().unwrap_or("")) };
        format!("<{element}><a href=\"{href}\">{}</a></{element}>\n", escape(&anchor.text))
    });
    each.collect()
}

fn prediction(case: &LinkCase, links: &[Link]) -> LinkPrediction {
    let choice = choice(links);
    let anchor = choice.and_then(|link| case.anchors.get(link.position));
    // The same address twice is one target.
    let is_right = anchor.is_some_and(|chosen| {
        case.anchors.iter().any(|other| {
            other.official
                && (std::ptr::eq(other, chosen) || other.href.is_some() && other.href == chosen.href)
        })
    });
    LinkPrediction {
        site: case.site.clone(),
        language: case.language.clone(),
        has_official: case.anchors.iter().any(|anchor| anchor.official),
        has_choice: case.anchors.iter().any(|anchor| !anchor.official),
        choice: choice.map(|link| link.position),
        text: anchor.map(|anchor| anchor.text.clone()),
        href: anchor.and_then(|anchor| anchor.href.clone()),
        score: choice.map(|link| link.score),
        strength: choice.map(|link| link.strength),
        reasons: choice.map(|link| link.reasons.clone()).unwrap_or_default(),
        is_right,
        is_claimed: links.iter().any(|link| link.is_chosen && link.strength >= Strength::Exact),
    }
}

/// The link fetched first; where none can be, the best one that names a statement but has no target to fetch.
fn choice(links: &[Link]) -> Option<&Link> {
    let dead =
        |link: &&Link| link.why_not == Some(ReasonCode::NoTarget) && link.url.is_none() && !link.is_hub;
    links.iter().find(|link| link.is_chosen && !link.is_hub).or_else(|| links.iter().find(dead))
}
