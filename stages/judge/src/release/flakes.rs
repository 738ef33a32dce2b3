//! A suite's last runs say what share of its tests is flaky.

use deklaro_schemas::stored::SuiteRun;
use std::collections::{BTreeMap, BTreeSet};

/// Runs of a suite that flaky tests are looked for in.
pub const FLAKE_RUNS: usize = 30;

/// The flaky tests of a suite over its last runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flakes {
    /// Mean share of tests that passed only on a second try, 0 to 1.
    pub share: f64,
    /// Runs that say so, at most [`FLAKE_RUNS`].
    pub runs: usize,
}

/// The flaky tests of each suite, over its last runs that counted them. A suite that never counted them is
/// not there. Runs come oldest first.
pub fn flakes<'a>(
    runs: impl IntoIterator<Item = &'a SuiteRun, IntoIter: DoubleEndedIterator>,
) -> BTreeMap<&'a str, Flakes> {
    let mut shares: BTreeMap<&'a str, Vec<f64>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for run in runs.into_iter().rev() {
        if let Some(share) = run.flake_share {
            // The same results recorded again are not another run.
            if run.results_sha256.as_ref().is_some_and(|sha256| !seen.insert((&run.suite, sha256.as_str()))) {
                continue;
            }
            let last = shares.entry(&run.suite).or_default();
            if last.len() < FLAKE_RUNS {
                last.push(share);
            }
        }
    }
    let mean = |shares: Vec<f64>| Flakes {
        share: shares.iter().sum::<f64>() / shares.len() as f64,
        runs: shares.len(),
    };
    shares.into_iter().map(|(suite, shares)| (suite, mean(shares))).collect()
}
