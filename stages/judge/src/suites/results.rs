//! The suites that a folder of results tells of.

use super::result_file::ResultFile;
use super::{advisories, end_to_end, performance, runner};
use crate::readiness::SuiteResult;

/// The suites that these files tell of. A file that cannot be read makes its suite `not_checked`, never passed.
pub fn suite_results(files: &[ResultFile]) -> Vec<SuiteResult> {
    let mut results = runner::suites(files);
    results.extend(advisories::suite(files));
    results.extend(performance::suite(files));
    results.extend(end_to_end::suite(files));
    results
}
