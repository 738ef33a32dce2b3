//! The first rule of the rubric that holds decides a host's verdict.

use super::host::Known;
use super::rubric::{self, Rule};
use crate::links::is_central_statement;
use deklaro_schemas::codes::{FetchOutcome, PageKind, Purpose, ReasonCode};
use deklaro_schemas::tables::{Candidate, Fetch, Reading};

/// From here on a candidate's words are the name of the statement, not the bare word.
const NAME_SCORE: f64 = 0.65;
/// From here on they are the exact legal name or the national address.
const EXACT_SCORE: f64 = 0.85;

/// A verdict's rule and what it rests on.
pub(super) struct Proof<'a> {
    pub(super) rule: Rule,
    pub(super) reading: Option<&'a Reading>,
    pub(super) candidate: Option<&'a Candidate>,
    /// Reasons beside the rule's own.
    pub(super) reasons: Vec<ReasonCode>,
}

impl<'a> Proof<'a> {
    fn of(
        rule: Rule,
        reading: Option<&'a Reading>,
        candidate: Option<&'a Candidate>,
        reasons: Vec<ReasonCode>,
    ) -> Self {
        Self { rule, reading, candidate, reasons }
    }
}

/// The first rule of the rubric that holds.
pub(super) fn judge<'a>(known: &Known<'a>) -> Proof<'a> {
    if !known.target.is_in_scope {
        return Proof::of(rubric::OUT_OF_SCOPE, None, None, Vec::new());
    }
    found(known).or_else(|| doubtful(known)).unwrap_or_else(|| nothing(known))
}

fn found<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let statement = best_statement(known).filter(|reading| reading.has_host_named != Some(false));
    statement
        .map(|reading| read_statement(known, reading))
        .or_else(|| register_page(known))
        .or_else(|| document(known))
        .or_else(|| label_only(known))
}

/// The statement that covers this host best; of equals the first fetched.
fn best_statement<'a>(known: &Known<'a>) -> Option<&'a Reading> {
    let statements =
        known.readings.iter().copied().filter(|reading| reading.page_kind == PageKind::Statement);
    let quality = |reading: &Reading| {
        let covers = match (reading.has_host_named, is_own(known, reading)) {
            (Some(true), _) => 3,
            (None, true) => 2,
            (None, false) => 1,
            (Some(false), _) => 0,
        };
        (covers, reading.signals.len())
    };
    statements.reduce(|best, next| if quality(next) > quality(best) { next } else { best })
}

fn is_own(known: &Known<'_>, reading: &Reading) -> bool {
    let host = reading.url.host();
    let target = known.target;
    host.without_www() == target.canonical_hostname.without_www()
        || target.host_aliases.iter().any(|alias| alias.without_www() == host.without_www())
        || host.registrable_domain() == target.registrable_domain
            && !is_central_statement(reading.url.as_str())
}

fn read_statement<'a>(known: &Known<'a>, reading: &'a Reading) -> Proof<'a> {
    let is_central = is_central_statement(reading.url.as_str());
    let covers = reading.has_host_named == Some(true) || is_own(known, reading) && !is_central;
    let rule = if !covers {
        rubric::STATEMENT_UNOWNED
    } else if reading.signals.len() < 2 {
        rubric::STATEMENT_SINGLE
    } else {
        rubric::STATEMENT_COVERS
    };
    let mut reasons = vec![if covers { ReasonCode::CoversHost } else { ReasonCode::OwnershipNotShown }];
    if is_central {
        reasons.push(ReasonCode::NationalRegister);
    }
    if reading.conformance_status.is_none() {
        reasons.push(ReasonCode::NoStatusDeclared);
    }
    Proof::of(rule, Some(reading), None, reasons)
}

/// A page of the national register that answered, whatever its text: the address and the body's own link vouch for it.
fn register_page<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let mut readings =
        known.readings.iter().copied().filter(|reading| is_central_statement(reading.url.as_str()));
    let reading = readings.find(|reading| {
        matches!(reading.page_kind, PageKind::ScriptShell | PageKind::Ordinary | PageKind::AboutAccessibility)
    })?;
    let candidate = known.fetch_of(reading).and_then(|fetch| known.candidate_for(fetch))?;
    Some(Proof::of(
        rubric::REGISTER_PAGE,
        Some(reading),
        Some(candidate),
        vec![ReasonCode::OwnershipNotShown],
    ))
}

fn document<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let documents = known.readings.iter().copied().filter(|reading| reading.page_kind == PageKind::Document);
    documents.into_iter().find_map(|reading| {
        let fetch = known.fetch_of(reading)?;
        let candidate = known.candidate_for(fetch).filter(|candidate| candidate.score >= NAME_SCORE);
        let was_found = fetch.purpose == Purpose::Previous;
        (candidate.is_some() || was_found)
            .then(|| Proof::of(rubric::DOCUMENT, Some(reading), candidate, Vec::new()))
    })
}

/// Failures after which the target may still be there.
fn is_passing_failure(fetch: &Fetch) -> bool {
    match fetch.outcome {
        FetchOutcome::Ok => false,
        FetchOutcome::HttpError => !matches!(fetch.status_code, Some(404 | 410)),
        FetchOutcome::NetworkError | FetchOutcome::RedirectError | FetchOutcome::Refused => {
            fetch.reason_code != Some(ReasonCode::DnsNotFound)
        }
    }
}

fn label_only<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let exact = known
        .candidates
        .iter()
        .copied()
        .filter(|candidate| candidate.score >= EXACT_SCORE && candidate.is_chosen && !candidate.is_hub);
    let (candidate, fetch) = exact
        .filter_map(|candidate| Some((candidate, known.fetch_for(candidate)?)))
        .find(|(_, fetch)| is_passing_failure(fetch))?;
    Some(Proof::of(rubric::LABEL_ONLY, None, Some(candidate), fetch.reason_code.into_iter().collect()))
}

fn doubtful<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let of_kind =
        |kind: PageKind| known.readings.iter().copied().find(move |reading| reading.page_kind == kind);
    if let Some(reading) = of_kind(PageKind::Statement) {
        return Some(Proof::of(rubric::OTHER_HOST, Some(reading), None, Vec::new()));
    }
    if let Some(reading) = of_kind(PageKind::Template) {
        return Some(Proof::of(rubric::TEMPLATE, Some(reading), None, Vec::new()));
    }
    about(known).or_else(|| target_unread(known))
}

/// A page that a link or a probe led to, about accessibility. The entry page's own words decide nothing.
fn about<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let readings =
        known.readings.iter().copied().filter(|reading| reading.page_kind == PageKind::AboutAccessibility);
    let sought = readings.into_iter().find(|reading| {
        known.fetch_of(reading).is_some_and(|fetch| match fetch.purpose {
            Purpose::Candidate => known.candidate_for(fetch).is_some(),
            Purpose::Previous | Purpose::Probe => true,
            Purpose::Entry => false,
        })
    })?;
    let reasons =
        sought.reason_codes.iter().copied().filter(|reason| *reason != ReasonCode::BareWordOnly).collect();
    Some(Proof::of(rubric::ABOUT, Some(sought), None, reasons))
}

/// Nobody reads it to its end: it was made to hurt, or is longer than any honest page.
fn is_too_costly(reading: &Reading) -> bool {
    reading.reason_codes.contains(&ReasonCode::DocumentTooCostly)
}

/// A chosen link that no one could read: failed for now, a challenge, an empty shell, or never reached in this run.
fn target_unread<'a>(known: &Known<'a>) -> Option<Proof<'a>> {
    let chosen =
        known.candidates.iter().copied().filter(|candidate| candidate.is_chosen && !candidate.is_hub);
    chosen.into_iter().find_map(|candidate| {
        let Some(fetch) = known.fetch_for(candidate) else {
            return (candidate.score >= NAME_SCORE)
                .then(|| Proof::of(rubric::TARGET_UNREAD, None, Some(candidate), Vec::new()));
        };
        let reading = known.readings.iter().copied().find(|reading| reading.fetch_id == fetch.fetch_id);
        let hidden = reading.and_then(|reading| match reading.page_kind {
            PageKind::Block => Some(ReasonCode::BlockPage),
            PageKind::ScriptShell => Some(ReasonCode::ScriptOnly),
            _ if is_too_costly(reading) => Some(ReasonCode::DocumentTooCostly),
            _ => None,
        });
        let reason = hidden.or_else(|| fetch.reason_code.filter(|_| is_passing_failure(fetch)))?;
        Some(Proof::of(rubric::TARGET_UNREAD, reading, Some(candidate), vec![reason]))
    })
}

/// No page speaks for or against: the site was read and has nothing, or it could not be read.
fn nothing<'a>(known: &Known<'a>) -> Proof<'a> {
    let entry = known.entry_reading();
    let kind = |kind: PageKind| known.readings.iter().copied().find(|reading| reading.page_kind == kind);
    let hides = |entry: &Reading| match entry.page_kind {
        PageKind::Block => true,
        // What its frames hold was read instead.
        PageKind::ScriptShell => !entry.reason_codes.contains(&ReasonCode::FramesOnly),
        _ => false,
    };
    if known.is_read() && !entry.is_some_and(hides) {
        let is_confirmed =
            known.target.previous_detection_status == Some(deklaro_schemas::codes::DetectionStatus::NotFound);
        let proof = entry.or(known.readings.first().copied());
        return if is_confirmed {
            Proof::of(rubric::NOT_FOUND_TWICE, proof, None, vec![ReasonCode::ConfirmedByPrevious])
        } else {
            Proof::of(rubric::NOT_FOUND, proof, None, Vec::new())
        };
    }
    if let Some(reading) = kind(PageKind::Block) {
        return Proof::of(rubric::BLOCKED, Some(reading), None, reading.reason_codes.clone());
    }
    if let Some(reading) = known.readings.iter().copied().find(|reading| is_too_costly(reading)) {
        return Proof::of(rubric::UNREADABLE, Some(reading), None, reading.reason_codes.clone());
    }
    if let Some(reading) = kind(PageKind::ScriptShell)
        .or_else(|| known.readings.iter().copied().find(|reading| reading.link_count == 0))
    {
        return Proof::of(rubric::SCRIPT_ONLY, Some(reading), None, reading.reason_codes.clone());
    }
    let failure = known.failure();
    let rule = match failure {
        Some(ReasonCode::RobotsDisallowed | ReasonCode::RobotsTooCostly) => rubric::ROBOTS,
        Some(ReasonCode::HttpForbidden | ReasonCode::HttpRateLimited | ReasonCode::ChallengePage) => {
            rubric::BLOCKED
        }
        _ if known.is_reachable() => rubric::UNREADABLE,
        _ => rubric::UNREACHABLE,
    };
    Proof::of(rule, None, None, failure.into_iter().filter(|reason| *reason != rule.reason).collect())
}
