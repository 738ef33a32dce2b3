//! How often tests passed only on a second try, over the last runs on record.

use deklaro_judge::SuiteStatus;
use deklaro_judge::release::FLAKE_RUNS;
use deklaro_schemas::stored::{Entry, SuiteRun};
use serde::Serialize;
use std::collections::BTreeSet;

/// The flaky tests of a suite over its last runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Flakes {
    /// The suite.
    suite: String,
    /// Runs that say how many tests were flaky, at most 30.
    runs: usize,
    /// Mean share of flaky tests in them; empty where no run says.
    flake_share: Option<f64>,
    /// Runs that passed, of the last ones that were checked.
    passed_share: Option<f64>,
}

/// Of each suite on record.
pub(super) fn flakes(rows: &[Entry<SuiteRun>]) -> Vec<Flakes> {
    let shares = deklaro_judge::release::flakes(rows.iter().map(|entry| &entry.row));
    let suites: BTreeSet<&str> = rows.iter().map(|entry| entry.row.suite.as_str()).collect();
    let of = |suite: &str| Flakes {
        suite: suite.to_owned(),
        runs: shares.get(suite).map_or(0, |flakes| flakes.runs),
        flake_share: shares.get(suite).map(|flakes| flakes.share),
        passed_share: passed_share(rows, suite),
    };
    suites.into_iter().map(of).collect()
}

fn passed_share(rows: &[Entry<SuiteRun>], suite: &str) -> Option<f64> {
    let runs = rows.iter().rev().map(|entry| &entry.row).filter(|run| run.suite == suite);
    let checked = runs.filter(|run| run.status != SuiteStatus::NotChecked.as_str()).take(FLAKE_RUNS);
    let passed: Vec<bool> = checked.map(|run| run.status == SuiteStatus::Passed.as_str()).collect();
    (!passed.is_empty()).then(|| passed.iter().filter(|passed| **passed).count() as f64 / passed.len() as f64)
}

impl Flakes {
    /// The share, where it is not below the limit.
    pub(super) fn beyond(&self, limit: f64) -> Option<String> {
        let share = self.flake_share.filter(|share| *share >= limit)?;
        Some(format!(
            "{}: {share} of the tests were flaky over {} runs, the limit is {limit}",
            self.suite, self.runs
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::Timestamp;

    fn entry(suite: &str, status: &str, flake_share: Option<f64>) -> Entry<SuiteRun> {
        let row = SuiteRun {
            suite: suite.to_owned(),
            status: status.to_owned(),
            success_share: None,
            flake_share,
            duration_ms: None,
            p95_ms: None,
            results_sha256: None,
        };
        let (at, by) = (Timestamp(0), "ci".to_owned());
        Entry { sequence: 1, at, by, trace_id: None, row, previous_sha256: None }
    }

    #[test]
    fn the_last_thirty_runs_that_say_something_count() {
        let mut rows: Vec<_> = (0..10).map(|_| entry("unit", "failed", Some(1.0))).collect();
        rows.extend((0..30).map(|number| entry("unit", "passed", Some(f64::from(number % 2) / 5.0))));
        rows.push(entry("unit", "not_checked", None));
        rows.push(entry("security", "not_checked", None));
        let [security, unit] = &flakes(&rows)[..] else { panic!() };
        assert_eq!((unit.runs, unit.passed_share), (30, Some(1.0)));
        assert!((unit.flake_share.unwrap() - 0.1).abs() < 1e-9, "{unit:?}");
        assert_eq!((security.runs, security.flake_share, security.passed_share), (0, None, None));
        assert!(
            unit.beyond(0.1 - 1e-9).is_some() && unit.beyond(0.2).is_none() && security.beyond(0.0).is_none()
        );
    }
}
