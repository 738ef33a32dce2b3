//! These tests show which targets the lists give, and which URLs each round asks for.

use crate::{RoundInput, first_round, next_round, targets};
use deklaro_schemas::codes::{PageKind, Purpose, ScopeRule};
use deklaro_schemas::tables::testing::{at, candidate, reading, seed, target, url};
use deklaro_schemas::tables::{Candidate, FrontierUrl, Reading, Target};
use deklaro_schemas::{Row, batch};
use proptest::prelude::*;

fn rows_of<R: Row>(rows: &[R]) -> [arrow::array::RecordBatch; 1] {
    [batch::from_rows(rows).unwrap()]
}

fn made(seeds: &[deklaro_schemas::tables::Seed]) -> Vec<Target> {
    batch::to_rows(&targets(&rows_of(seeds), &[]).unwrap()).unwrap()
}

fn next(asked: &[FrontierUrl], readings: &[Reading], candidates: &[Candidate]) -> Vec<FrontierUrl> {
    let probes = [(at(), vec!["/barrierefreiheit".to_owned(), "/accessibility".to_owned()])];
    let (asked, readings, candidates) = (rows_of(asked), rows_of(readings), rows_of(candidates));
    let input =
        RoundInput { round: 2, asked: &asked, readings: &readings, candidates: &candidates, probes: &probes };
    batch::to_rows(&next_round(&input).unwrap()).unwrap()
}

fn asked_home(hostname: &str) -> Vec<FrontierUrl> {
    batch::to_rows(&first_round(&rows_of(&[target(hostname)])).unwrap()).unwrap()
}

fn urls(rows: &[FrontierUrl]) -> Vec<&str> {
    rows.iter().map(|row| row.url.as_str()).collect()
}

#[test]
fn rows_of_a_host_become_one_target_that_starts_at_the_listed_home_page() {
    let mut home = seed("www.a.example.at");
    home.row_number = 3;
    home.page_url = Some(url("http://www.a.example.at/de"));
    home.is_root_page = Some(true);
    let made = made(&[seed("www.a.example.at"), home, seed("a.example.at")]);
    assert_eq!(made.len(), 2);
    let www = &made[1];
    assert_eq!((www.canonical_hostname.as_str(), www.seed_count), ("www.a.example.at", 2));
    assert_eq!(www.entry_url.as_str(), "http://www.a.example.at/de");
    assert_eq!(www.sources.iter().map(|source| source.row_number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(www.host_aliases[0].as_str(), "a.example.at", "its twin is listed too");
    assert_eq!(made[0].entry_url.as_str(), "https://a.example.at/");
}

#[test]
fn a_social_page_is_a_target_out_of_scope_and_is_not_fetched() {
    let made = made(&[seed("www.facebook.com")]);
    assert_eq!((made[0].is_in_scope, made[0].scope_rule), (false, ScopeRule::SharedPlatform));
    assert_eq!(first_round(&rows_of(&made)).unwrap().num_rows(), 0);
}

#[test]
fn round_one_asks_for_the_entry_and_last_months_statement() {
    let mut known = target("a.example.at");
    known.previous_statement_url = Some(url("https://a.example.at/old"));
    let rows: Vec<FrontierUrl> = batch::to_rows(&first_round(&rows_of(&[known])).unwrap()).unwrap();
    assert_eq!(urls(&rows), ["https://a.example.at/", "https://a.example.at/old"]);
    assert_eq!(rows.iter().map(|row| row.purpose).collect::<Vec<_>>(), [Purpose::Entry, Purpose::Previous]);
}

#[test]
fn the_best_three_new_candidates_are_asked_for_next() {
    let host = "a.example.at";
    let links = [("/x", 0.2), ("/best", 0.9), ("/", 1.0), ("/y", 0.3), ("/z", 0.4)];
    let links: Vec<Candidate> = links.iter().map(|(path, score)| candidate(host, path, *score)).collect();
    let rows = next(&asked_home(host), &[reading(host)], &links);
    assert_eq!(
        urls(&rows),
        ["https://a.example.at/best", "https://a.example.at/z", "https://a.example.at/y"]
    );
    assert_eq!(rows.iter().map(|row| row.rank).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(rows[0].found_in, Some(reading(host).fetch_id));
}

#[test]
fn a_host_without_candidates_is_probed_once() {
    let host = "a.example.at";
    let rows = next(&asked_home(host), &[reading(host)], &[]);
    assert_eq!(urls(&rows), ["https://a.example.at/barrierefreiheit", "https://a.example.at/accessibility"]);
    assert!(rows.iter().all(|row| row.purpose == Purpose::Probe));
    let asked = [asked_home(host), rows].concat();
    assert_eq!(next(&asked, &[reading(host)], &[]), []);
}

#[test]
fn a_host_whose_statement_was_read_is_left_alone() {
    let host = "a.example.at";
    let mut page = reading(host);
    page.page_kind = PageKind::Statement;
    assert_eq!(next(&asked_home(host), &[page.clone()], &[candidate(host, "/more", 0.9)]), []);
    page.has_host_named = Some(false);
    assert_eq!(
        next(&asked_home(host), &[page], &[candidate(host, "/more", 0.9)]).len(),
        1,
        "another body's does not count"
    );
}

#[test]
fn a_host_that_was_not_read_is_not_probed() {
    assert_eq!(next(&asked_home("a.example.at"), &[], &[]), []);
}

#[test]
fn a_meta_refresh_comes_before_any_link() {
    let host = "a.example.at";
    let mut page = reading(host);
    page.refresh_url = Some(url("https://a.example.at/start"));
    let rows = next(&asked_home(host), &[page], &[candidate(host, "/x", 0.9)]);
    assert_eq!(urls(&rows), ["https://a.example.at/start", "https://a.example.at/x"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_url_is_asked_for_twice_and_no_host_for_more_than_three(
        links in prop::collection::vec(("[abc]", "/[a-h]", 0.0f64..1.0), 0..40)
    ) {
        let hosts = ["a.example.at", "b.example.at", "c.example.at"];
        let asked: Vec<FrontierUrl> = hosts.iter().flat_map(|host| asked_home(host)).collect();
        let readings: Vec<Reading> = hosts.iter().map(|host| reading(host)).collect();
        let links: Vec<Candidate> =
            links.iter().map(|(host, path, score)| candidate(&format!("{host}.example.at"), path, *score)).collect();
        let rows = next(&asked, &readings, &links);
        let mut seen = std::collections::HashSet::new();
        for row in asked.iter().chain(&rows) {
            prop_assert!(seen.insert((row.host_id.clone(), row.url.clone())), "{} twice", row.url);
        }
        for host in &hosts {
            prop_assert!(rows.iter().filter(|row| row.canonical_hostname.as_str() == *host).count() <= 3);
        }
    }
}
