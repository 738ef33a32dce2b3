//! Do the URL Standard's own cases hold, where one can be a cell of a list?

use crate::url_judge::{Case, Importer, judge};
use deklaro_needs::shared;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file of cases, below the shared folder.
pub(crate) const CASES: &str = "conformance/url/urltestdata.json";

/// A case, or a comment among the cases.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Case(Case),
    Comment(#[expect(dead_code, reason = "told from a case, not read")] String),
}

pub(crate) fn the_standards_cases_give_the_same_hosts_and_urls() {
    let text = std::fs::read_to_string(shared(CASES)).unwrap();
    let lines: Vec<Line> = serde_json::from_str(&text).unwrap();
    let importer = Importer::new();
    let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
    let cases = lines.into_iter().filter_map(|line| match line {
        Line::Case(case) => Some(case),
        Line::Comment(_) => None,
    });
    for case in cases {
        match judge(&importer, &case) {
            Ok(class) => *counts.entry(class).or_default() += 1,
            Err(problem) => wrong.push(format!("{:?}: {problem}", case.input)),
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    let table: Vec<String> = counts.iter().map(|(class, count)| format!("{count} {class}")).collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    188 fails: rejected
    7 n/a: a line break or tab inside
    536 n/a: relative, or of a scheme that is no web page's
    1 refused: a social network
    25 refused: an address names no public body
    1 refused: characters no host name holds
    1 refused: ends in a number
    44 refused: one label is no host on the web
    6 refused: punycode that decodes to nothing
    73 same host and URL
    6 same host, URL without invisible characters or punctuation at its end: repaired
    ");
}
