//! The suite `security` counts the advisories that `cargo audit` or `cargo deny` found.

use super::result_file::{ResultFile, of_kind};
use crate::readiness::{Suite, SuiteResult, SuiteStatus};
use serde_json::Value;

/// The suite `security`, from `audit.json` (`cargo audit --json`) or `deny.json` (`cargo deny --format json check advisories`).
/// Neither says how grave every advisory is: each vulnerability counts as high.
pub(super) fn suite(files: &[ResultFile]) -> Option<SuiteResult> {
    let audits = of_kind(files, "audit", "json").map(|file| (file, audit(file.text)));
    let denials = of_kind(files, "deny", "json").map(|file| (file, deny(file.text)));
    let read: Vec<_> = audits.chain(denials).collect();
    if read.is_empty() {
        return None;
    }
    let said = |(file, count): &(&ResultFile, Option<u64>)| match count {
        Some(count) => format!("{count} advisories in {}", file.name),
        None => format!("{}: no advisory database was read", file.name),
    };
    let is_read = read.iter().all(|(_, count)| count.is_some());
    let status = if is_read { SuiteStatus::Passed } else { SuiteStatus::NotChecked };
    let detail = read.iter().map(said).collect::<Vec<_>>().join("; ");
    let advisories = read.iter().filter_map(|(_, count)| *count).max();
    Some(SuiteResult { advisories, ..SuiteResult::of(Suite::Security, status, detail) })
}

/// Vulnerabilities; nothing when the database was empty or missing.
fn audit(text: &str) -> Option<u64> {
    let json: Value = serde_json::from_str(text).ok()?;
    let known = json["database"]["advisory-count"].as_u64()?;
    (known > 0).then(|| json["vulnerabilities"]["count"].as_u64()).flatten()
}

/// Errors of the summary line, the last one; without it the check did not come to its end.
fn deny(text: &str) -> Option<u64> {
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let summary = lines.rev().find(|line| line["type"] == "summary")?;
    summary["fields"]["advisories"]["errors"].as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, text: &str) -> SuiteResult {
        suite(&[ResultFile { name, text }]).unwrap()
    }

    #[test]
    fn advisories_are_counted() {
        let audit =
            r#"{"database":{"advisory-count":812},"vulnerabilities":{"found":true,"count":2,"list":[]}}"#;
        assert_eq!(judged("audit.json", audit).advisories, Some(2));
        let deny = "{\"type\":\"diagnostic\",\"fields\":{}}\n{\"type\":\"summary\",\"fields\":{\"advisories\":{\"errors\":0,\"warnings\":1}}}\n";
        let suite = judged("deny.json", deny);
        assert_eq!((suite.status, suite.advisories), (SuiteStatus::Passed, Some(0)));
    }

    #[test]
    fn without_a_database_nothing_was_checked() {
        assert!(suite(&[]).is_none());
        for (name, text) in [
            ("audit.json", ""),
            ("audit.json", "error: couldn't fetch advisory database"),
            ("audit.json", r#"{"database":{"advisory-count":0},"vulnerabilities":{"count":0}}"#),
            (
                "deny.json",
                "{\"type\":\"log\",\"fields\":{\"level\":\"ERROR\",\"message\":\"failed to fetch\"}}",
            ),
        ] {
            assert_eq!(judged(name, text).status, SuiteStatus::NotChecked, "{text}");
        }
    }
}
