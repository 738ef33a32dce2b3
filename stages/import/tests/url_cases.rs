//! Cells with addresses give what the URL Standard makes of them, and what our own rules refuse or mend.

mod url_judge;

use deklaro_schemas::codes::RepairCode;
use std::collections::BTreeMap;
use url_judge::{Case, Importer, Outcome, is_real, judge};

/// One rule of the standard each, with an address and what a browser makes of it.
const CASES: &str = include_str!("data/urls.jsonl");

#[test]
fn each_rule_of_the_url_standard_holds_in_a_cell() {
    let importer = Importer::new();
    let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for line in CASES.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        match judge(&importer, &case) {
            Ok(class) => *counts.entry(class).or_default() += 1,
            Err(problem) => wrong.push(format!("{line}\n  {problem}")),
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    let table: Vec<String> = counts.iter().map(|(class, count)| format!("{count} {class}")).collect();
    insta::assert_snapshot!(table.join("\n"), @r"
    17 fails: rejected
    6 refused: an address names no public body
    42 same host and URL
    ");
}

/// What each cell of ours gives: host, page and repairs, or the reason.
fn line(importer: &Importer, text: &str) -> String {
    match importer.cell("url", text) {
        Outcome::Rejected(reason) => format!("{text:?} {reason}"),
        Outcome::Accepted { page, repairs, .. } => {
            let codes: Vec<&str> =
                repairs.iter().copied().filter(|code| is_real(*code)).map(RepairCode::as_str).collect();
            format!("{text:?} {} {}", page.as_ref().map_or("-", |page| page.as_str()), codes.join(" "))
        }
    }
}

#[test]
fn cases_of_our_own() {
    let cases = [
        "https://www.Gemeinde.example.at/Amt?x=1#top",
        "http://b%C3%BCcher.example/",
        "HTTP:\\\\a.example.at\\b",
        "http://a.example.at./",
        "http://a..b.example.at/",
        "http://a.example.at:99999/",
        "http://a.example.at:x/",
        "http://u:p@a.example.at/",
        "http://a_b.example.at/",
        "http://a b.example.at/",
        "http://a<b.example.at/",
        "http://%00.example.at/",
        "http://[2001:db8::1]/",
        "http://0300.0250.1.1/",
        "http://0x7f000001/",
        "http://intranet/",
        "http://.../",
        "https://xn--/",
        "www.http://www.a.example.at",
        "http://www.a.example.at/http://www.a.example.at",
    ];
    let importer = Importer::new();
    let lines: Vec<String> = cases.iter().map(|text| line(&importer, text).trim_end().to_owned()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "https://www.Gemeinde.example.at/Amt?x=1#top" https://www.gemeinde.example.at/Amt?x=1 case_folded
    "http://b%C3%BCcher.example/" http://xn--bcher-kva.example/ punycode_encoded percent_decoded
    "HTTP:\\\\a.example.at\\b" http://a.example.at/b scheme_mended
    "http://a.example.at./" http://a.example.at/ trailing_dot_removed
    "http://a..b.example.at/" http://a.b.example.at/ dots_mended
    "http://a.example.at:99999/" -
    "http://a.example.at:x/" host_malformed
    "http://u:p@a.example.at/" http://a.example.at/ user_info_removed
    "http://a_b.example.at/" http://a_b.example.at/
    "http://a b.example.at/" host_malformed
    "http://a<b.example.at/" host_malformed
    "http://%00.example.at/" host_malformed
    "http://[2001:db8::1]/" host_is_address
    "http://0300.0250.1.1/" host_is_address
    "http://0x7f000001/" host_is_address
    "http://intranet/" host_malformed
    "http://.../" host_missing
    "https://xn--/" host_malformed
    "www.http://www.a.example.at" http://www.a.example.at/ scheme_mended
    "http://www.a.example.at/http://www.a.example.at" http://www.a.example.at/ cell_split
    "#);
}
