//! These tests show the rubric case by case, and that a verdict names its proof.

use super::*;
use crate::Glossary;
use crate::reader::{Hasty, Reader};
use crate::round::read_round;
use deklaro_schemas::codes::{Confidence, FetchOutcome, Purpose, RobotsDecision};
use deklaro_schemas::tables::{Body, testing};
use deklaro_schemas::{Bytes, FetchId, Sha256};
use std::collections::HashMap;

const STATEMENT: &str = "<title>Barrierefreiheitserklärung</title><h1>Barrierefreiheitserklärung</h1><p>Diese Erklärung zur \
    Barrierefreiheit gilt für www.a.example.at.</p><p>Die Website ist mit der WCAG 2.1 teilweise vereinbar.</p><p>Diese Erklärung \
    wurde am 1.2.2024 erstellt.</p><a href=/>Start</a>";
const HOME: &str = "<title>A</title><nav><a href=/rat>Rat</a></nav><p>Willkommen in der Gemeinde.</p><footer><a href=/b>\
    Barrierefreiheitserklärung</a></footer>";

fn target() -> Target {
    testing::target("www.a.example.at")
}

/// What an address answers.
enum Answer {
    Page(&'static str),
    /// A page that nobody reads to its end.
    Costly,
    Status(i32),
    Refused(ReasonCode),
    Failed(ReasonCode),
}
use Answer::{Costly, Failed, Page, Refused, Status};

/// The verdict over an entry page and candidates, in one round each.
fn verdict(target: &Target, answers: &[(&str, Answer)]) -> Statement {
    let mut bodies: HashMap<Sha256, Body> = HashMap::new();
    let mut fetches = Vec::new();
    let costly = STATEMENT.repeat(1_000);
    for (index, (path, answer)) in answers.iter().enumerate() {
        let mut fetch = testing::fetch("www.a.example.at");
        fetch.url = target.entry_url.join(path).unwrap();
        fetch.final_url = Some(fetch.url.clone());
        fetch.round = index as i32 + 1;
        fetch.purpose = if index == 0 { Purpose::Entry } else { Purpose::Candidate };
        fetch.fetch_id = FetchId::of(&target.host_id, testing::november(), fetch.round, &fetch.url, 1);
        match answer {
            Page(_) | Costly => {
                let html = if let Page(html) = answer { html } else { costly.as_str() };
                let body_sha256 = Sha256::of(html.as_bytes());
                fetch.body_sha256 = Some(body_sha256.clone());
                let body = Bytes(html.as_bytes().to_vec());
                let row = Body {
                    body_sha256: body_sha256.clone(),
                    content_type: None,
                    charset: None,
                    body_bytes: 1,
                    body,
                };
                bodies.insert(body_sha256, row);
            }
            Status(status) => {
                fetch.outcome = FetchOutcome::HttpError;
                fetch.status_code = Some(*status);
                fetch.reason_code = Some(match status {
                    404 => ReasonCode::HttpNotFound,
                    403 => ReasonCode::HttpForbidden,
                    _ => ReasonCode::HttpServerError,
                });
            }
            Refused(reason) => {
                fetch.outcome = FetchOutcome::Refused;
                fetch.robots_decision = RobotsDecision::Disallowed;
                fetch.reason_code = Some(*reason);
            }
            Failed(reason) => {
                fetch.outcome = FetchOutcome::NetworkError;
                fetch.reason_code = Some(*reason);
            }
        }
        fetches.push(fetch);
    }
    let targets = std::slice::from_ref(target);
    let reader = Reader::new(Glossary::builtin()).patience(&Hasty);
    let mut readings = Vec::new();
    let mut candidates = Vec::new();
    for fetch in &fetches {
        let round = read_round(targets, std::slice::from_ref(fetch), &bodies, &reader).expect("not stopped");
        readings.extend(round.readings);
        candidates.extend(round.candidates);
    }
    verdicts(testing::november(), targets, &fetches, &readings, &candidates).remove(0)
}

fn short(statement: &Statement) -> String {
    format!("{} {} {}", statement.detection_status, statement.confidence, statement.reason_codes[0])
}

#[test]
fn the_rubric_case_by_case() {
    let home = || ("/", Page(HOME));
    let about = "<title>Barrierefreiheit</title><h1>Barrierefreiheit im Rathaus</h1><p>Rampe und Aufzug.</p><a href=/>Start</a>";
    let other = "<title>Barrierefreiheitserklärung</title><h1>Barrierefreiheitserklärung</h1><p>Diese Erklärung zur Barrierefreiheit \
        gilt für www.anderswo.example.</p><p>Die Website ist mit der WCAG 2.1 teilweise vereinbar.</p><a href=/>x</a>";
    let empty = "<title>A</title><p>Willkommen</p><nav><a href=/rat>Rat</a><a href=/n>Neues</a></nav>";
    let cases: [(&str, Vec<(&str, Answer)>); 20] = [
        ("found high statement_read", vec![home(), ("/b", Page(STATEMENT))]),
        ("found medium document_by_label", vec![home(), ("/b", Page("%PDF-1.5"))]),
        ("found low label_only", vec![home(), ("/b", Refused(ReasonCode::RobotsDisallowed))]),
        ("found low label_only", vec![home(), ("/b", Failed(ReasonCode::HeadersTimeout))]),
        ("not_found medium no_candidate", vec![home(), ("/b", Status(404))]),
        ("uncertain low label_only", vec![home(), ("/b", Costly)]),
        ("uncertain low unreadable", vec![("/", Costly)]),
        ("uncertain medium other_host", vec![home(), ("/b", Page(other))]),
        ("uncertain medium bare_word_only", vec![home(), ("/b", Page(about))]),
        ("uncertain low label_only", vec![home()]),
        ("not_found medium no_candidate", vec![("/", Page(empty))]),
        ("uncertain low robots_disallowed", vec![("/", Refused(ReasonCode::RobotsDisallowed))]),
        ("uncertain low robots_disallowed", vec![("/", Refused(ReasonCode::RobotsTooCostly))]),
        ("uncertain low host_unreachable", vec![("/", Failed(ReasonCode::HostTooSlow))]),
        ("uncertain low host_unreachable", vec![("/", Refused(ReasonCode::HostTooSlow))]),
        ("found low label_only", vec![home(), ("/b", Refused(ReasonCode::HostTooSlow))]),
        ("uncertain low host_unreachable", vec![("/", Failed(ReasonCode::DnsNotFound))]),
        ("uncertain low host_unreachable", vec![("/", Status(500))]),
        ("uncertain low block_page", vec![("/", Status(403))]),
        (
            "uncertain low script_only",
            vec![("/", Page("<title>x</title><div id=app></div><script src=a.js></script>"))],
        ),
    ];
    for (expected, answers) in cases {
        let statement = verdict(&target(), &answers);
        assert_eq!(short(&statement), expected, "{:?}", statement.reason_codes);
    }
}

#[test]
fn two_runs_make_not_found_sure() {
    let mut target = target();
    target.previous_detection_status = Some(DetectionStatus::NotFound);
    let statement =
        verdict(&target, &[("/", Page("<p>Willkommen</p><a href=/rat>Rat</a><a href=/n>Neues</a>"))]);
    assert_eq!(
        (statement.detection_status, statement.confidence),
        (DetectionStatus::NotFound, Confidence::High)
    );
    assert_eq!(statement.reason_codes, [ReasonCode::NoCandidate, ReasonCode::ConfirmedByPrevious]);
    assert_eq!(statement.sample_shortfall_reason, Some(ShortfallReason::FewLinks));
}

#[test]
fn a_verdict_names_its_proof() {
    let statement = verdict(&target(), &[("/", Page(HOME)), ("/b", Page(STATEMENT))]);
    assert_eq!(statement.statement_url.unwrap().as_str(), "https://www.a.example.at/b");
    assert_eq!(statement.proof_body_sha256, Some(Sha256::of(STATEMENT.as_bytes())));
    assert_eq!(statement.prepared_on.unwrap().to_string(), "2024-02-01");
    assert_eq!(statement.has_host_named, Some(true));
    assert!(statement.is_reachable && statement.is_read && !statement.evidence.is_empty());
}

#[test]
fn hosts_out_of_scope_get_a_row_too() {
    let mut target = target();
    target.is_in_scope = false;
    assert_eq!(short(&verdict(&target, &[])), "uncertain low out_of_scope");
}

#[test]
fn a_verdict_names_the_page_that_cost_too_much() {
    for answers in [vec![("/", Page(HOME)), ("/b", Costly)], vec![("/", Costly)]] {
        let statement = verdict(&target(), &answers);
        assert!(statement.reason_codes.contains(&ReasonCode::DocumentTooCostly), "{statement:?}");
    }
}
