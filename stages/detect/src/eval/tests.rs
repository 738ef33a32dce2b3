//! These tests show that the evaluation counts right answers and errors under the correct label.

use super::*;
use crate::glossary::Glossary;

fn nowhere(_: &HostKey) -> CountryCode {
    CountryCode::parse("XX").unwrap()
}

fn page_case(line: &str) -> PageCase {
    serde_json::from_str(line).unwrap()
}

fn judged(lines: &[&str]) -> PageReport {
    let cases: Vec<PageCase> = lines.iter().map(|line| page_case(line)).collect();
    let judge = |case: &PageCase| {
        judge_page(case, case.html.as_deref().unwrap().as_bytes(), Glossary::builtin(), &nowhere)
    };
    let judged: Vec<_> = cases.iter().map(judge).collect();
    PageReport::of(cases.iter().zip(&judged))
}

const STATEMENT: &str = "<title>Accessibility statement</title><h1>Accessibility statement</h1><p>This accessibility statement \
    applies to www.site.example.</p><p>This website is partially compliant with EN 301 549.</p><h2>Feedback and contact \
    information</h2><p>a@site.example</p><h2>Enforcement procedure</h2><p>This statement was prepared on 3 May 2024.</p>";

#[test]
fn pages_are_counted_by_label_language_and_country() {
    let line = |id: &str, label: &str, html: &str, more: &str| {
        let html = serde_json::to_string(html).unwrap();
        format!(r#"{{"id":"{id}","label":"{label}","language":"en","country":"IE","html":{html}{more}}}"#)
    };
    let right = line(
        "a",
        "statement",
        STATEMENT,
        r#","conformance":"partial","expected":{"prepared":"2024-05","reviewed":null}"#,
    );
    let missed = line("b", "statement", "<p>News</p>", r#","conformance":"full""#);
    let quiet = line("c", "unrelated", "<p>The council meets.</p>", "");
    let report = judged(&[&right, &missed, &quiet]);
    assert_eq!(
        (report.n, report.precision, report.recall),
        (3, Share { right: 1, all: 1 }, Share { right: 1, all: 2 })
    );
    assert_eq!((report.conformance_accuracy.right, report.conformance_accuracy.all), (1, 2));
    assert_eq!((report.date_accuracy.right, report.date_accuracy.all), (2, 2));
    assert_eq!(report.confusion["statement"], [("statement", 1), ("unrelated", 1)].into());
    assert_eq!((report.by_language["en"].n, report.by_country["IE"].n), (3, 3));
    let errors: Vec<_> = report.errors.iter().map(|error| (error.id.as_str(), error.what)).collect();
    assert!(errors.contains(&("b", "kind")) && errors.contains(&("b", "conformance")));
}

#[test]
fn a_label_of_none_differs_from_no_label() {
    let none = page_case(r#"{"expected":{"status":null}}"#);
    let missing = page_case(r#"{"expected":{}}"#);
    assert_eq!((none.status(), missing.status()), (&Label::Absent, &Label::Unlabelled));
}

#[test]
fn the_first_choice_counts_and_claims_are_strong_ones_only() {
    let case = |line: &str| -> LinkCase { serde_json::from_str(line).unwrap() };
    let judge = |line: &str, text_only| judge_links(&case(line), text_only, Glossary::builtin(), &nowhere);
    let two = r#"{"site":"1","country":"DE","anchors":[{"text":"Barrierefreiheit","href":"/b","official":false},
        {"text":"Erklärung zur Barrierefreiheit","href":"/e","official":true}]}"#;
    for text_only in [true, false] {
        let judged = judge(two, text_only);
        assert_eq!((judged.choice, judged.is_right, judged.has_choice), (Some(1), true, true));
    }
    let bare =
        judge(r#"{"site":"2","country":"DE","anchors":[{"text":"Barrierefreiheit","href":"/b"}]}"#, false);
    assert_eq!((bare.has_official, bare.is_claimed, bare.choice), (false, false, Some(0)));
    let none = judge(
        r#"{"site":"3","country":"DE","anchors":[{"text":"Kontakt","href":"/k","official":true}]}"#,
        false,
    );
    let report = LinkReport::of([&none, &bare]);
    assert_eq!(
        (report.n, report.all.top1.value(), report.all.false_claims.value()),
        (2, Some(0.0), Some(0.0))
    );
}
