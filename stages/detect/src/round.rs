use crate::glossary::Glossary;
use crate::page::{Page, PageInput, inspect};
use deklaro_schemas::codes::{FetchOutcome, Finding, PageKind, ReasonCode};
use deklaro_schemas::tables::{Body, Candidate, Fetch, Reading, Target};
use deklaro_schemas::{HostId, Sha256};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

/// Where bodies are looked up.
pub trait Bodies: Sync {
    /// The body of this hash, when it is at hand.
    fn body(&self, sha256: &Sha256) -> Option<&Body>;
}

impl<S: BuildHasher + Sync> Bodies for HashMap<Sha256, Body, S> {
    fn body(&self, sha256: &Sha256) -> Option<&Body> {
        self.get(sha256)
    }
}

/// A slice is searched from its beginning; it must be sorted by hash, as the table is.
impl Bodies for [Body] {
    fn body(&self, sha256: &Sha256) -> Option<&Body> {
        let index = self.binary_search_by(|body| body.body_sha256.cmp(sha256)).ok()?;
        self.get(index)
    }
}

impl Bodies for Vec<Body> {
    fn body(&self, sha256: &Sha256) -> Option<&Body> {
        self.as_slice().body(sha256)
    }
}

/// What one chunk of a round's fetches brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoundReadings {
    /// One row per page that was read, in the order of the fetches.
    pub readings: Vec<Reading>,
    /// The links considered on them, by page, best first.
    pub candidates: Vec<Candidate>,
}

/// Reads the final, successful fetches that have a body; parallel, with the order of the fetches kept.
///
/// `fetches` may be a part of a round. An address that the part shows as fetched already is not chosen again.
pub fn read_round(
    targets: &[Target],
    fetches: &[Fetch],
    bodies: &dyn Bodies,
    glossary: &Glossary,
) -> RoundReadings {
    let by_host: HashMap<&HostId, &Target> = targets.iter().map(|target| (&target.host_id, target)).collect();
    let visited: HashSet<(&HostId, &str)> = fetches
        .iter()
        .flat_map(|fetch| {
            [Some(&fetch.url), fetch.final_url.as_ref()]
                .into_iter()
                .flatten()
                .map(move |url| (&fetch.host_id, url.as_str()))
        })
        .collect();
    let read: Vec<(Reading, Vec<Candidate>)> = fetches
        .par_iter()
        .filter(|fetch| fetch.is_final && fetch.outcome == FetchOutcome::Ok)
        .filter_map(|fetch| {
            let target = by_host.get(&fetch.host_id)?;
            let body = bodies.body(fetch.body_sha256.as_ref()?)?;
            let page = read_page(target, fetch, body, glossary);
            let candidates = candidates(fetch, &page, &visited, glossary);
            Some((reading(fetch, body, page, glossary), candidates))
        })
        .collect();
    let mut round = RoundReadings::default();
    for (reading, candidates) in read {
        round.readings.push(reading);
        round.candidates.extend(candidates);
    }
    round
}

fn read_page(target: &Target, fetch: &Fetch, body: &Body, glossary: &Glossary) -> Page {
    let input = PageInput {
        url: fetch.final_url.as_ref().unwrap_or(&fetch.url),
        bytes: &body.body.0,
        content_type: fetch.content_type.as_deref().or(body.content_type.as_deref()),
        charset: fetch.charset.as_deref().or(body.charset.as_deref()),
        host: &target.canonical_hostname,
        aliases: &target.host_aliases,
        country: target.country_code,
    };
    inspect(&input, glossary)
}

fn candidates(
    fetch: &Fetch,
    page: &Page,
    visited: &HashSet<(&HostId, &str)>,
    glossary: &Glossary,
) -> Vec<Candidate> {
    let mut rows: Vec<Candidate> = Vec::with_capacity(page.links.len());
    for link in &page.links {
        // A link without a target stands under the page's own address; its best words stay.
        let url = link.url.clone().unwrap_or_else(|| page.url.clone());
        if rows.iter().any(|row| row.url == url) {
            continue;
        }
        let is_visited = link.url.is_some() && visited.contains(&(&fetch.host_id, url.as_str()));
        rows.push(Candidate {
            host_id: fetch.host_id.clone(),
            country_code: fetch.country_code,
            canonical_hostname: fetch.canonical_hostname.clone(),
            round: fetch.round,
            fetch_id: fetch.fetch_id.clone(),
            url,
            anchor_text: link.text.clone(),
            place: link.place,
            terms: link.terms.clone(),
            language: link.language.clone(),
            score: link.score,
            rank: rows.len() as i32,
            is_hub: link.is_hub,
            is_document: link.is_document,
            is_chosen: link.is_chosen && !is_visited,
            why_not: if is_visited && link.is_chosen {
                Some(ReasonCode::AlreadyFetched)
            } else {
                link.why_not
            },
            glossary_version: Some(glossary.version().to_owned()),
        });
    }
    rows
}

fn reading(fetch: &Fetch, body: &Body, page: Page, glossary: &Glossary) -> Reading {
    let is_statement = page.page_kind == PageKind::Statement;
    let obligations = |finding| is_statement.then(|| page.checklist.with(finding));
    Reading {
        covers_this_host: is_statement.then(|| page.covers_this_host()),
        obligations_present: obligations(Finding::Present),
        obligations_absent: obligations(Finding::Absent),
        fetch_id: fetch.fetch_id.clone(),
        host_id: fetch.host_id.clone(),
        country_code: fetch.country_code,
        canonical_hostname: fetch.canonical_hostname.clone(),
        round: fetch.round,
        rank: fetch.rank,
        url: page.url,
        body_sha256: body.body_sha256.clone(),
        page_kind: page.page_kind,
        charset: page.charset,
        language: page.language,
        title: page.title,
        link_count: page.link_count,
        text_count: page.text_count,
        signals: page.signals,
        evidence: page.evidence,
        conformance_status: page.conformance_status,
        prepared_on: page.prepared_on,
        reviewed_on: page.reviewed_on,
        method: page.method,
        feedback: page.feedback,
        enforcement: page.enforcement,
        policy_mentions: page.policy_mentions,
        has_host_named: page.has_host_named,
        reason_codes: page.reason_codes,
        refresh_url: page.refresh_url,
        navigation_urls: page.navigation_urls,
        national_status: page.national_status,
        promised_on: is_statement.then_some(page.promised_on),
        glossary_version: Some(glossary.version().to_owned()),
    }
}
