//! Are robots.txt files read as the public cases beside the project say?

use deklaro_crawl::robots::Rules;
use deklaro_needs::{Need, Tests, shared};
use serde_json::Value;
use std::process::ExitCode;

const CASES: &str = "conformance/robots/google.jsonl";

fn main() -> ExitCode {
    Tests::default().with(&[Need::Shared(CASES)], all_public_robots_cases_pass).run()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

/// Cases of kind `rfc` have one right answer, RFC 9309's; the others are Google's reading, where both will do.
fn is_right(case: &Value, is_allowed: bool) -> bool {
    let matches = |key: &str| case[key].as_bool() == Some(is_allowed);
    matches("rfc_allowed") || (case["kind"] == "google_only" && matches("allowed"))
}

fn all_public_robots_cases_pass() {
    let cases = std::fs::read_to_string(shared(CASES)).unwrap();
    let mut failed = Vec::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let rules = Rules::parse(text(&case, "robots_txt").as_bytes(), text(&case, "user_agent"));
        let decision = rules.decide(text(&case, "url"));
        if !is_right(&case, decision.is_allowed) {
            failed.push(format!("{} {:?}", text(&case, "id"), decision.rule));
        }
    }
    assert!(cases.lines().count() >= 145, "{} cases", cases.lines().count());
    assert!(failed.is_empty(), "{failed:#?}");
}
