//! How each test ended, over all files and tries.

use crate::readiness::Suite;
use std::collections::BTreeMap;

/// The end of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Passed,
    Failed,
    /// Passed on a second try within one run.
    Flaky,
    /// Did not run: its input was missing.
    Ignored,
}

/// What all files say of one test; nothing where it was ignored in each.
#[derive(Debug, Default)]
pub(super) struct Ends(pub(super) Vec<End>);

impl Ends {
    /// A test that failed in one run and passed in another is flaky.
    pub(super) fn is_flaky(&self) -> bool {
        self.0.contains(&End::Flaky) || self.0.contains(&End::Passed) && self.0.contains(&End::Failed)
    }

    /// The last run decides.
    pub(super) fn is_success(&self) -> bool {
        self.0.last().is_some_and(|end| *end != End::Failed)
    }
}

/// Tests by suite and name, and how long the suites took.
#[derive(Debug, Default)]
pub(super) struct Runs {
    pub(super) tests: BTreeMap<(Suite, String), Ends>,
    pub(super) seconds: BTreeMap<Suite, f64>,
    pub(super) files: Vec<String>,
    pub(super) texts: Vec<u8>,
    /// True when tests were run more than once, so that flaky ones would have shown.
    pub(super) is_repeated: bool,
}

impl Runs {
    pub(super) fn add(&mut self, suite: Suite, name: String, end: End) {
        let ends = self.tests.entry((suite, name)).or_default();
        if end != End::Ignored {
            ends.0.push(end);
        }
    }
}
