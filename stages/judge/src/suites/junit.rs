//! What does JUnit say, as nextest writes it?

use super::result_file::ResultFile;
use super::runs::{End, Runs};
use crate::readiness::Suite;
use quick_junit::{DeserializeError, Report, TestCase, TestCaseStatus, TestSuite};

/// Why JUnit cannot be believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum JunitError {
    /// Cut off, or not JUnit.
    #[error(transparent)]
    Broken(#[from] DeserializeError),
    /// Tests in places where JUnit has none: they may have failed.
    #[error("tests outside of the report's suites: {0}")]
    Elsewhere(usize),
}

/// Reads it: suites named `crate` hold unit tests, `crate::file` integration tests.
pub(super) fn junit(file: &ResultFile, runs: &mut Runs) -> Result<(), JunitError> {
    runs.files.push(file.name.to_owned());
    let report = Report::deserialize_from_str(file.text)?;
    let read: usize = report.test_suites.iter().map(|suite| suite.test_cases.len()).sum();
    // Suites in suites, and what follows the report, are passed over in silence.
    match file.text.matches("<testcase").count().saturating_sub(read) {
        0 => {}
        elsewhere => return Err(JunitError::Elsewhere(elsewhere)),
    }
    for suite in &report.test_suites {
        for case in &suite.test_cases {
            runs.add_case(suite_of(suite), case);
        }
    }
    Ok(())
}

fn suite_of(suite: &TestSuite) -> Suite {
    let name = suite.name.as_str();
    let is_unit = !name.contains("::") || name.contains("::bin/");
    if is_unit { Suite::Unit } else { Suite::Integration }
}

impl Runs {
    fn add_case(&mut self, suite: Suite, case: &TestCase) {
        let end = match &case.status {
            TestCaseStatus::Success { flaky_runs } if flaky_runs.is_empty() => End::Passed,
            TestCaseStatus::Success { .. } => End::Flaky,
            TestCaseStatus::NonSuccess { .. } => End::Failed,
            TestCaseStatus::Skipped { .. } => End::Ignored,
        };
        self.is_repeated |= end == End::Flaky;
        *self.seconds.entry(suite).or_insert(0.0) += case.time.unwrap_or_default().as_secs_f64();
        let class = case.classname.as_ref().map_or("", |class| class.as_str());
        self.add(suite, format!("{class}::{}", case.name.as_str()), end);
    }
}
