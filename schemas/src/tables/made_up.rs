//! Two months of any number of hosts, for measuring. Of a hundred hosts one is new, one gone, one
//! unreachable, and two have changed. A host's number decides its country.

use super::testing::{statement, target, url};
use super::{Evidence, Host, Statement, Target};
use crate::codes::{Confidence, Conformance, DetectionStatus, Lifecycle, PolicyMention};
use crate::{CountryCode, Date, HostId, HostKey, Row, RunMonth, SnapshotId, batch};
use arrow::array::RecordBatch;

/// The Union's members but one, as many as a row's number is spread over.
const COUNTRIES: [&str; 26] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Rows of a batch, as Parquet gives them.
const BATCH: usize = 8_192;

fn country(number: u32) -> CountryCode {
    // Whole hundreds share a country, so that each has hosts of every fate.
    CountryCode::parse(COUNTRIES[(number / 100) as usize % COUNTRIES.len()]).expect("a country code")
}

fn name(number: u32) -> HostKey {
    HostKey::parse(&format!("h{number:08}.example.at")).expect("a host name")
}

/// This month's verdict on a host; nothing where it is listed no more.
pub fn verdict(number: u32) -> Option<Statement> {
    let turn = number % 100;
    if turn == 1 {
        return None;
    }
    let mut row = statement(name(number).as_str());
    row.country_code = country(number);
    row.host_id = HostId::of(row.country_code, &row.canonical_hostname);
    let address = format!("https://{}/barrierefreiheit/erklaerung-{turn}", row.canonical_hostname);
    row.detection_status = DetectionStatus::Found;
    row.confidence = Confidence::High;
    row.statement_url = Some(url(&address));
    row.conformance_status = Some(if turn == 3 { Conformance::Full } else { Conformance::Partial });
    row.prepared_on = Date::new(2020, 9, 23);
    row.policy_mentions = vec![PolicyMention::Wcag, PolicyMention::En301549];
    row.evidence = ["heading", "body"]
        .map(|place| Evidence {
            term: "barrierefreiheitserklarung".to_owned(),
            place: place.to_owned(),
            snippet: "Diese Erklärung zur Barrierefreiheit gilt für die Website".to_owned(),
        })
        .to_vec();
    match turn {
        2 => {
            row.is_reachable = false;
            row.is_read = false;
        }
        4 => row.statement_url = Some(url(&format!("{address}-neu"))),
        _ => {}
    }
    Some(row)
}

/// Last month's state of a host; nothing where it was not listed yet.
pub fn state(number: u32) -> Option<Host> {
    let row = verdict(50)?;
    if number.is_multiple_of(100) {
        return None;
    }
    let (country_code, canonical_hostname) = (country(number), name(number));
    let month = RunMonth::parse("2026-10").expect("a month");
    Some(Host {
        host_id: HostId::of(country_code, &canonical_hostname),
        statement_url: Some(url(&statement_address(number))),
        country_code,
        canonical_hostname,
        lifecycle: Lifecycle::Active,
        is_stale: false,
        unreachable_streak: 0,
        retired_reason: None,
        first_seen_month: month,
        last_seen_month: month,
        last_reached_month: Some(month),
        verdict_snapshot: SnapshotId::new(month, 0),
        detection_status: row.detection_status,
        confidence: row.confidence,
        detected_language: row.detected_language,
        conformance_status: row.conformance_status,
        prepared_on: row.prepared_on,
        reviewed_on: row.reviewed_on,
        policy_mentions: row.policy_mentions,
        reason_codes: row.reason_codes,
        is_read: true,
        proof_fetch_id: row.proof_fetch_id,
        answering_hostname: None,
        successor_hostname: None,
    })
}

fn statement_address(number: u32) -> String {
    format!("https://{}/barrierefreiheit/erklaerung-{}", name(number), number % 100)
}

/// The host as one to visit, with last month's statement.
pub fn listed(number: u32) -> Option<Target> {
    let mut row = target(name(number).as_str());
    row.country_code = country(number);
    row.host_id = HostId::of(row.country_code, &row.canonical_hostname);
    row.previous_lifecycle = Some(Lifecycle::Active);
    row.previous_detection_status = Some(DetectionStatus::Found);
    row.previous_statement_url = Some(url(&statement_address(number)));
    Some(row)
}

/// The rows of these hosts in batches as Parquet gives them.
pub fn batches<R: Row>(hosts: std::ops::Range<u32>, row: impl Fn(u32) -> Option<R>) -> Vec<RecordBatch> {
    let numbers: Vec<u32> = hosts.collect();
    let batch_of = |numbers: &[u32]| {
        let rows: Vec<R> = numbers.iter().filter_map(|number| row(*number)).collect();
        batch::from_rows(&rows).expect("sound rows")
    };
    numbers.chunks(BATCH).map(batch_of).collect()
}
