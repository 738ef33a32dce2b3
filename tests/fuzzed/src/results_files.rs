//! Any text as a file with results, its name on the first line: read the same each time, and nothing unread counts as passed.

use deklaro_judge::{ResultFile, SuiteStatus, suite_results};

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let (name, text) = crate::text(bytes).split_once('\n').unwrap_or_default();
    let file = ResultFile { name, text };
    let results = suite_results(&[file]);
    assert_eq!(
        format!("{results:?}"),
        format!("{:?}", suite_results(&[file])),
        "the same file, the same suites"
    );
    for result in &results {
        let shares = [result.success_share, result.flake_share];
        assert!(shares.into_iter().flatten().all(|share| (0.0..=1.0).contains(&share)), "{result:?}");
        assert!(result.status != SuiteStatus::Passed || !text.trim().is_empty(), "{result:?}");
    }
}
