//! The public robots.txt cases, where the folder with them is there.

use deklaro_crawl::robots::Rules;
use serde_json::Value;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance/robots/google.jsonl");

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

/// Cases of kind `rfc` have one right answer, RFC 9309's; the others are Google's reading, where both will do.
fn is_right(case: &Value, is_allowed: bool) -> bool {
    let matches = |key: &str| case[key].as_bool() == Some(is_allowed);
    matches("rfc_allowed") || (case["kind"] == "google_only" && matches("allowed"))
}

#[test]
#[expect(clippy::print_stderr, reason = "the test says when it did not run")]
fn all_public_cases_pass() {
    let Ok(cases) = std::fs::read_to_string(CASES) else {
        eprintln!("skipped: no public robots.txt cases beside the repository");
        return;
    };
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
