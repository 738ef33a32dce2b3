//! Does each rule of RFC 9309 hold, section by section, in files of our own making?

use deklaro_crawl::robots::Rules;
use serde_json::Value;
use std::collections::BTreeSet;

/// A file, an address, and whether the address may be fetched.
const CASES: &str = include_str!("../data/robots.jsonl");

#[test]
fn groups_precedence_and_spelling_follow_the_standard() {
    let mut sections = BTreeSet::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let decision = Rules::parse(text("robots_txt").as_bytes(), text("user_agent")).decide(text("url"));
        assert_eq!(decision.is_allowed, case["allowed"].as_bool().unwrap(), "{line}\n{:?}", decision.rule);
        sections.insert(text("section").to_owned());
    }
    assert_eq!(sections.into_iter().collect::<Vec<_>>().join(" "), "2.2.1 2.2.2 2.2.3 2.2.4 2.3 2.3.1.3");
}
