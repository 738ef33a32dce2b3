//! Which links of a page may lead to the statement, in what order to try them, and why not the others.

mod central;
mod choose;
mod first_look;
mod grade;
mod hosts;
mod link;
mod script;
mod site;
mod target;

pub(crate) use central::is_central_statement;
pub(crate) use hosts::{HostKind, host_kind};
pub use link::{Link, Strength};
pub(crate) use script::address_in_script;
pub(crate) use site::Site;

use crate::html::{Document, RawLink};
use crate::reading::Sheet;
use deklaro_schemas::PageUrl;
use deklaro_schemas::codes::{Place, ReasonCode};
use first_look::FirstLook;
use grade::Graded;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use target::Target;

/// Candidates kept per page.
const MAX_CANDIDATES: usize = 40;

/// The links worth a thought, best first; at most 40.
pub(crate) fn rank(sheet: &Sheet<'_>, site: &Site<'_>) -> Vec<Link> {
    let document = sheet.document;
    let base = site.base(document);
    let mut links = BestLinks::default();
    let first_look = FirstLook::new(sheet);
    for (position, raw) in sheet.links().iter().enumerate() {
        if !first_look.is_worth_grading(position, raw) {
            continue;
        }
        let Some(target) = Target::of(raw, &base, site.page) else { continue };
        if let Some(graded) = grade::grade(raw, &target, sheet, site) {
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
struct BestLinks {
    links: Vec<Link>,
    by_url: HashMap<Option<PageUrl>, usize>,
}

impl BestLinks {
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
fn frames(document: &Document<'_>, base: &PageUrl, site: &Site<'_>, links: &mut BestLinks) {
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
