//! Which links of a page may lead to the statement, in what order to try them, and why not the others.

mod central;
mod choose;
mod first_look;
mod grade;
mod hosts;
mod script;
mod site;

pub(crate) use central::is_central_statement;
pub(crate) use hosts::{HostKind, host_kind};
pub(crate) use script::address_in_script;
pub(crate) use site::Site;

use crate::html::{Document, RawLink};
use crate::reading::Sheet;
use deklaro_schemas::codes::{Place, ReasonCode};
use deklaro_schemas::{LanguageTag, PageUrl};
use first_look::FirstLook;
use grade::Graded;
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// How strong the words and the address of a link are, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A page that may hold the link.
    Hub,
    /// The bare word for accessibility, or an address with it.
    Bare,
    /// An address with the name of the statement.
    Slug,
    /// A name that bodies use, or the legal name among other words.
    Variant,
    /// The legal name, or the mandated label.
    Exact,
    /// The statement's own address on a national central host.
    National,
}

/// A link that was considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Where it leads; empty when it has no usable target.
    pub url: Option<PageUrl>,
    /// Its text, or what stands for it: label, title, alternative text; cut to 300 characters.
    pub text: String,
    /// Where on the page.
    pub place: Place,
    /// The glossary terms that matched.
    pub terms: Vec<String>,
    /// Language of the terms.
    pub language: Option<LanguageTag>,
    /// 0 to 1.
    pub score: f64,
    /// What the score rests on.
    pub strength: Strength,
    /// What raised and lowered the score, in order.
    pub reasons: Vec<&'static str>,
    /// True for a page that may hold the link to the statement.
    pub is_hub: bool,
    /// True for a document (PDF, DOCX, ODT).
    pub is_document: bool,
    /// True when it should be fetched.
    pub is_chosen: bool,
    /// Why it should not.
    pub why_not: Option<ReasonCode>,
    /// Which of the page's links it is, from 0, in page order.
    pub position: usize,
}

/// Candidates kept per page.
const MAX_CANDIDATES: usize = 40;

/// The links worth a thought, best first; at most 40.
pub(crate) fn rank(sheet: &Sheet<'_>, site: &Site<'_>) -> Vec<Link> {
    let (document, glossary) = (sheet.document, sheet.glossary);
    let base = site.base(document);
    let mut links = Kept::default();
    let first_look = FirstLook::new(sheet);
    for (position, raw) in document.links.iter().enumerate() {
        if !first_look.is_worth_grading(position, raw) {
            continue;
        }
        let Some(target) = Target::of(raw, &base, site.page) else { continue };
        if let Some(graded) = grade::grade(raw, &target, document, site, glossary) {
            links.keep_best(Link { position, ..link(raw, target, graded) });
        }
    }
    frames(document, &base, site, &mut links);
    let mut links = links.links;
    // Stable: equal scores stay in page order.
    links.sort_by(|a, b| b.score.total_cmp(&a.score));
    links.truncate(MAX_CANDIDATES);
    choose::choose(&mut links);
    links
}

/// Where a link leads.
pub(crate) enum Target {
    /// Another page.
    Page(PageUrl),
    /// Nowhere, or to a script nobody can read.
    Nowhere,
    /// To this very page.
    Here,
}

impl Target {
    /// `None` for what is no link to a page at all: mail, telephone.
    fn of(raw: &RawLink<'_>, base: &PageUrl, page: &PageUrl) -> Option<Self> {
        let href = raw.href.as_deref().unwrap_or("").trim();
        let scheme = href.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        if matches!(scheme.as_str(), "mailto" | "tel" | "sms" | "fax" | "whatsapp" | "data") {
            return None;
        }
        if href.is_empty() || scheme == "javascript" {
            return Some(Self::Nowhere);
        }
        if href.starts_with('#') {
            return Some(if href.len() > 1 { Self::Here } else { Self::Nowhere });
        }
        Some(match base.join(href) {
            Ok(url) if url == *page => Self::Here,
            Ok(url) => Self::Page(url),
            Err(_) => Self::Nowhere,
        })
    }
}

fn link(raw: &RawLink<'_>, target: Target, graded: Graded) -> Link {
    let own =
        if graded.text.trim().is_empty() { raw.labels.lines().next().unwrap_or("") } else { &graded.text };
    let (url, why_not) = match target {
        Target::Page(url) => (Some(url), graded.why_not),
        Target::Nowhere => (None, Some(ReasonCode::NoTarget)),
        Target::Here => (None, Some(ReasonCode::AlreadyFetched)),
    };
    Link {
        is_document: url.as_ref().is_some_and(site::is_document),
        url,
        text: own.trim().chars().take(300).collect(),
        place: raw.place.unwrap_or(Place::Body),
        terms: graded.terms,
        language: graded.language,
        score: graded.score,
        strength: graded.strength,
        reasons: graded.reasons,
        is_hub: graded.strength == Strength::Hub,
        is_chosen: false,
        why_not,
        position: 0,
    }
}

/// The links worth a thought, one per address.
#[derive(Default)]
struct Kept {
    links: Vec<Link>,
    by_url: HashMap<Option<PageUrl>, usize>,
}

impl Kept {
    /// The better link of an address stays, the first of equals.
    fn keep_best(&mut self, link: Link) {
        match self.by_url.entry(link.url.clone()) {
            Entry::Occupied(kept) => {
                let kept = &mut self.links[*kept.get()];
                if kept.score < link.score {
                    *kept = link;
                }
            }
            Entry::Vacant(place) => {
                place.insert(self.links.len());
                self.links.push(link);
            }
        }
    }
}

/// A page that is little more than frames: its frames are looked into.
fn frames(document: &Document<'_>, base: &PageUrl, site: &Site<'_>, links: &mut Kept) {
    if document.text.len() > 600 || document.links.len() > 5 {
        return;
    }
    let targets = document.frames.iter().filter_map(|source| base.join(source).ok());
    for url in targets.filter(|url| site.is_own(url) && url != site.page) {
        let frame = Link {
            url: Some(url),
            text: String::new(),
            place: Place::Body,
            terms: Vec::new(),
            language: None,
            score: 0.3,
            strength: Strength::Hub,
            reasons: vec!["frame"],
            is_hub: true,
            is_document: false,
            is_chosen: false,
            why_not: None,
            position: 0,
        };
        links.keep_best(frame);
    }
}

#[cfg(test)]
mod tests;
