//! One verdict per target, by the rubric.

mod age;
mod host;
mod proof;
mod rubric;

pub use rubric::{RUBRIC, Rule, version as rubric_version};

use crate::view::REVIEW_DAYS;
use age::Age;
use deklaro_schemas::codes::{DetectionStatus, PageKind, ReasonCode, ShortfallReason};
use deklaro_schemas::tables::{Candidate, Evidence, Fetch, Reading, Statement, Target};
use deklaro_schemas::{HostId, PageUrl, RunMonth};
use host::Known;
use proof::Proof;
use rayon::prelude::*;
use std::collections::HashMap;

/// Navigation addresses sampled per host.
const SAMPLE: usize = 10;

/// The verdicts over all rounds: one row per target, in the order of the targets.
pub fn verdicts(
    month: RunMonth,
    targets: &[Target],
    fetches: &[Fetch],
    readings: &[Reading],
    candidates: &[Candidate],
) -> Vec<Statement> {
    let fetches = by_host(fetches, |fetch| &fetch.host_id);
    let readings = by_host(readings, |reading| &reading.host_id);
    let candidates = by_host(candidates, |candidate| &candidate.host_id);
    targets
        .par_iter()
        .map(|target| {
            let mut known = Known {
                target,
                fetches: fetches.get(&target.host_id).cloned().unwrap_or_default(),
                readings: readings.get(&target.host_id).cloned().unwrap_or_default(),
                candidates: candidates.get(&target.host_id).cloned().unwrap_or_default(),
            };
            // The rows may come in any order; the verdict must not depend on it.
            known.fetches.sort_by_key(|fetch| (fetch.round, fetch.rank, fetch.attempt));
            known.readings.sort_by_key(|reading| (reading.round, reading.rank));
            known.candidates.sort_by_key(|candidate| (candidate.round, candidate.rank));
            statement(month, &known)
        })
        .collect()
}

fn by_host<'a, T>(rows: &'a [T], host_id: impl Fn(&'a T) -> &'a HostId) -> HashMap<&'a HostId, Vec<&'a T>> {
    let mut grouped: HashMap<&HostId, Vec<&T>> = HashMap::new();
    for row in rows {
        grouped.entry(host_id(row)).or_default().push(row);
    }
    grouped
}

fn statement(month: RunMonth, known: &Known<'_>) -> Statement {
    let proof = proof::judge(known);
    let (sampled_urls, sample_shortfall_reason) = sample(known);
    let target = known.target;
    let read = proof.reading.filter(|reading| is_about_statement(reading));
    let age = read.map(|reading| Age::of(reading, known.fetch_of(reading))).unwrap_or_default();
    let of_any = known.readings.first();
    Statement {
        host_id: target.host_id.clone(),
        country_code: target.country_code,
        canonical_hostname: target.canonical_hostname.clone(),
        run_month: month,
        detection_status: proof.rule.status,
        confidence: proof.rule.confidence,
        statement_url: statement_url(&proof),
        detected_language: read
            .and_then(|reading| reading.language.clone())
            .or_else(|| proof.candidate.and_then(|candidate| candidate.language.clone())),
        reason_codes: reasons(&proof),
        evidence: evidence(&proof),
        policy_mentions: read.map(|reading| reading.policy_mentions.clone()).unwrap_or_default(),
        conformance_status: read.and_then(|reading| reading.conformance_status),
        prepared_on: read.and_then(|reading| reading.prepared_on),
        reviewed_on: read.and_then(|reading| reading.reviewed_on),
        method: read.and_then(|reading| reading.method),
        feedback: read.and_then(|reading| reading.feedback.clone()),
        enforcement: read.and_then(|reading| reading.enforcement.clone()),
        has_host_named: read.and_then(|reading| reading.has_host_named),
        is_reachable: known.is_reachable(),
        is_read: known.is_read(),
        fetch_count: known.fetches.len() as i64,
        proof_fetch_id: proof.reading.map(|reading| reading.fetch_id.clone()),
        proof_body_sha256: proof.reading.map(|reading| reading.body_sha256.clone()),
        entry_fetch_id: known.entry().map(|fetch| fetch.fetch_id.clone()),
        sampled_urls,
        sample_shortfall_reason,
        covers_this_host: read.and_then(|reading| reading.covers_this_host),
        national_status: read.and_then(|reading| reading.national_status.clone()),
        obligations_present: read.and_then(|reading| reading.obligations_present.clone()),
        obligations_absent: read.and_then(|reading| reading.obligations_absent.clone()),
        age_days: age.days,
        is_review_overdue: age.days.map(|days| days > REVIEW_DAYS),
        promises_past_count: age.promises_past,
        glossary_version: of_any.and_then(|reading| reading.glossary_version.clone()),
        rubric_version: Some(rubric::version().to_owned()),
        answering_hostname: known.answering_host(),
    }
}

/// True when the page a verdict rests on speaks of a statement: only then its facts belong to the verdict.
fn is_about_statement(reading: &Reading) -> bool {
    matches!(reading.page_kind, PageKind::Statement | PageKind::Template | PageKind::Document)
}

/// Found: the page read, else the link. Uncertain: what was looked at. Not found: none.
fn statement_url(proof: &Proof<'_>) -> Option<PageUrl> {
    let read = proof.reading.map(|reading| reading.url.clone());
    let linked = proof.candidate.map(|candidate| candidate.url.clone());
    match proof.rule.status {
        DetectionStatus::Found => read.or(linked),
        DetectionStatus::Uncertain => proof
            .reading
            .filter(|reading| {
                is_about_statement(reading) || reading.page_kind == PageKind::AboutAccessibility
            })
            .map(|reading| reading.url.clone())
            .or(linked),
        DetectionStatus::NotFound => None,
    }
}

fn reasons(proof: &Proof<'_>) -> Vec<ReasonCode> {
    let mut reasons = vec![proof.rule.reason];
    for reason in &proof.reasons {
        if !reasons.contains(reason) {
            reasons.push(*reason);
        }
    }
    reasons
}

/// The terms of the page read; for a link alone its words.
fn evidence(proof: &Proof<'_>) -> Vec<Evidence> {
    let of_page = proof.reading.map(|reading| reading.evidence.clone()).unwrap_or_default();
    if !of_page.is_empty() || proof.candidate.is_none() {
        return of_page;
    }
    let of_link = proof.candidate.into_iter().flat_map(|candidate| {
        let term = candidate.terms.first().cloned().unwrap_or_else(|| candidate.url.to_string());
        let snippet: String = candidate.anchor_text.chars().take(200).collect();
        [Evidence { term, place: candidate.place.as_str().to_owned(), snippet }]
    });
    of_link.collect()
}

/// Navigation addresses of the entry page, or of the first page read where a refresh led on.
fn sample(known: &Known<'_>) -> (Vec<PageUrl>, Option<ShortfallReason>) {
    let entry = known.entry_reading().filter(|entry| !entry.navigation_urls.is_empty());
    let page =
        entry.or_else(|| known.readings.iter().copied().find(|reading| !reading.navigation_urls.is_empty()));
    let urls: Vec<PageUrl> =
        page.map(|page| page.navigation_urls.iter().take(SAMPLE).cloned().collect()).unwrap_or_default();
    let shortfall = match urls.len() {
        SAMPLE.. => None,
        0 if known.readings.is_empty() => Some(ShortfallReason::NotRead),
        0 => Some(ShortfallReason::NoLinks),
        _ => Some(ShortfallReason::FewLinks),
    };
    (urls, shortfall)
}

#[cfg(test)]
mod tests;
