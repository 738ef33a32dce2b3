//! What the programs that test us print, as results of the suites of a release.

mod advisories;
mod end_to_end;
mod junit;
mod libtest;
mod performance;
mod runner;

pub use end_to_end::{EndToEnd, Step};
pub use libtest::CARGO_ENDED;
pub use performance::{Bench, Figure};

use crate::readiness::{Suite, SuiteResult, SuiteStatus};

/// A file with results: its name decides how it is read.
#[derive(Debug, Clone, Copy)]
pub struct ResultFile<'a> {
    /// Name without folders: `tests.txt`, `junit-2.xml`, `audit.json`, `deny.json`, `bench.json`, `e2e.json`.
    pub name: &'a str,
    /// Content.
    pub text: &'a str,
}

/// The suites that these files tell of. A file that cannot be read makes its suite `not_checked`, never passed.
pub fn suite_results(files: &[ResultFile]) -> Vec<SuiteResult> {
    let mut results = runner::suites(files);
    results.extend(advisories::suite(files));
    results.extend(performance::suite(files));
    results.extend(end_to_end::suite(files));
    results
}

impl SuiteResult {
    /// A suite that ended so, without figures.
    pub(crate) fn of(name: Suite, status: SuiteStatus, detail: String) -> Self {
        Self {
            name,
            status,
            duration_ms: None,
            p95_ms: None,
            success_share: None,
            flake_share: None,
            advisories: None,
            results_sha256: None,
            detail,
        }
    }
}

/// The file of this kind: `bench` is `bench.json` or `bench-….json`.
fn of_kind<'a>(
    files: &'a [ResultFile<'a>],
    kind: &str,
    extension: &str,
) -> impl Iterator<Item = &'a ResultFile<'a>> {
    files.iter().filter(move |file| {
        file.name
            .strip_suffix(extension)
            .and_then(|name| name.strip_prefix(kind))
            .is_some_and(|rest| rest == "." || rest.starts_with('-') && rest.ends_with('.'))
    })
}
