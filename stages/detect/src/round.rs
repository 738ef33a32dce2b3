//! Detection reads the pages of a round in parallel, and gives readings and candidates.

use crate::glossary::Glossary;
use crate::page::{Page, PageInput};
use crate::reader::Reader;
use deklaro_schemas::codes::{FetchOutcome, Finding, PageKind, ReasonCode};
use deklaro_schemas::tables::{Body, Candidate, Fetch, Page as PageRow, Reading, Target};
use deklaro_schemas::{CountryCode, FetchId, HostId, HostKey, PageUrl, Sha256};
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
/// Nothing, when the reader was stopped on the way.
pub fn read_round(
    targets: &[Target],
    fetches: &[Fetch],
    bodies: &dyn Bodies,
    reader: &Reader<'_>,
) -> Option<RoundReadings> {
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
    let read = fetches
        .par_iter()
        .filter(|fetch| fetch.is_final && fetch.outcome == FetchOutcome::Ok)
        .filter_map(|fetch| {
            let target = by_host.get(&fetch.host_id)?;
            let body = bodies.body(fetch.body_sha256.as_ref()?)?;
            let is_visited = |url: &str| visited.contains(&(&fetch.host_id, url));
            Some(Fetched::of(target, fetch, body).read(is_visited, reader))
        });
    read.collect::<Option<_>>().map(RoundReadings::of)
}

/// Reads pages that carry all they need, each by itself; parallel, with their order kept. The rows may be any part of any rounds.
/// Nothing, when the reader was stopped on the way.
pub fn read_pages(pages: &[PageRow], reader: &Reader<'_>) -> Option<RoundReadings> {
    let read = pages.par_iter().map(|page| {
        let is_visited = |url: &str| page.asked_urls.iter().any(|asked| asked == url);
        Fetched::of_row(page).read(is_visited, reader)
    });
    read.collect::<Option<_>>().map(RoundReadings::of)
}

impl RoundReadings {
    fn of(read: Vec<(Reading, Vec<Candidate>)>) -> Self {
        let mut round = Self::default();
        for (reading, candidates) in read {
            round.readings.push(reading);
            round.candidates.extend(candidates);
        }
        round
    }
}

/// A page to read, wherever its parts lie.
struct Fetched<'a> {
    fetch_id: &'a FetchId,
    host_id: &'a HostId,
    country_code: CountryCode,
    canonical_hostname: &'a HostKey,
    host_aliases: &'a [HostKey],
    round: i32,
    rank: i32,
    url: &'a PageUrl,
    content_type: Option<&'a str>,
    charset: Option<&'a str>,
    body_sha256: &'a Sha256,
    body: &'a [u8],
}

impl<'a> Fetched<'a> {
    fn of(target: &'a Target, fetch: &'a Fetch, body: &'a Body) -> Self {
        Self {
            fetch_id: &fetch.fetch_id,
            host_id: &fetch.host_id,
            country_code: fetch.country_code,
            canonical_hostname: &fetch.canonical_hostname,
            host_aliases: &target.host_aliases,
            round: fetch.round,
            rank: fetch.rank,
            url: fetch.final_url.as_ref().unwrap_or(&fetch.url),
            content_type: fetch.content_type.as_deref().or(body.content_type.as_deref()),
            charset: fetch.charset.as_deref().or(body.charset.as_deref()),
            body_sha256: &body.body_sha256,
            body: &body.body.0,
        }
    }

    fn of_row(page: &'a PageRow) -> Self {
        Self {
            fetch_id: &page.fetch_id,
            host_id: &page.host_id,
            country_code: page.country_code,
            canonical_hostname: &page.canonical_hostname,
            host_aliases: &page.host_aliases,
            round: page.round,
            rank: page.rank,
            url: &page.url,
            content_type: page.content_type.as_deref(),
            charset: page.charset.as_deref(),
            body_sha256: &page.body_sha256,
            body: &page.body.0,
        }
    }

    /// Nothing, when the reader is stopped.
    fn read(
        &self,
        is_visited: impl Fn(&str) -> bool,
        reader: &Reader<'_>,
    ) -> Option<(Reading, Vec<Candidate>)> {
        if reader.is_stopped() {
            return None;
        }
        let input = PageInput {
            url: self.url,
            bytes: self.body,
            content_type: self.content_type,
            charset: self.charset,
            host: self.canonical_hostname,
            aliases: self.host_aliases,
            country: self.country_code,
        };
        let page = reader.inspect(&input);
        if reader.fault().is_some() {
            return None;
        }
        let candidates = self.candidates(&page, is_visited, reader.glossary);
        Some((self.reading(page, reader.glossary), candidates))
    }

    fn candidates(
        &self,
        page: &Page,
        is_visited: impl Fn(&str) -> bool,
        glossary: &Glossary,
    ) -> Vec<Candidate> {
        let mut rows: Vec<Candidate> = Vec::with_capacity(page.links.len());
        for link in &page.links {
            // A link without a target stands under the page's own address; its best words stay.
            let url = link.url.clone().unwrap_or_else(|| page.url.clone());
            if rows.iter().any(|row| row.url == url) {
                continue;
            }
            let is_visited = link.url.is_some() && is_visited(url.as_str());
            rows.push(Candidate {
                host_id: self.host_id.clone(),
                country_code: self.country_code,
                canonical_hostname: self.canonical_hostname.clone(),
                round: self.round,
                fetch_id: self.fetch_id.clone(),
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

    fn reading(&self, page: Page, glossary: &Glossary) -> Reading {
        let is_statement = page.page_kind == PageKind::Statement;
        let obligations = |finding| is_statement.then(|| page.checklist.with(finding));
        Reading {
            covers_this_host: is_statement.then(|| page.covers_this_host()),
            obligations_present: obligations(Finding::Present),
            obligations_absent: obligations(Finding::Absent),
            fetch_id: self.fetch_id.clone(),
            host_id: self.host_id.clone(),
            country_code: self.country_code,
            canonical_hostname: self.canonical_hostname.clone(),
            round: self.round,
            rank: self.rank,
            url: page.url,
            body_sha256: self.body_sha256.clone(),
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
}
