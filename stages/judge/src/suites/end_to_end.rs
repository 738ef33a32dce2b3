//! The suite `end_to_end` passes when each step from workbook to report passed.

use super::result_file::{ResultFile, of_kind};
use crate::readiness::{Suite, SuiteResult, SuiteStatus};
use deklaro_schemas::{Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// `e2e.json`: the way from workbook to report, walked once (mission A15).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndToEnd {
    /// True when every step passed; worked out by [`EndToEnd::of`].
    pub passed: bool,
    /// The snapshot that was made.
    pub snapshot: Option<String>,
    /// Version of the program.
    pub version: String,
    /// When it was walked.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// The steps in order; what follows a failed one is missing.
    pub steps: Vec<WalkStep>,
}

/// A step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkStep {
    /// workbook, run, artifact, `read_back` or report.
    pub name: String,
    /// Whether it did what it must.
    pub passed: bool,
    /// How long it took.
    pub duration_ms: u64,
    /// What was seen, with its counts, or what was wrong.
    pub detail: String,
}

impl EndToEnd {
    /// The steps of a whole walk, in order.
    pub const STEPS: [&'static str; 5] = ["workbook", "run", "artifact", "read_back", "report"];

    /// The summary of these steps.
    pub fn of(
        steps: Vec<WalkStep>,
        snapshot: Option<String>,
        version: &str,
        generated_at: Timestamp,
    ) -> Self {
        let is_whole = steps.iter().map(|step| step.name.as_str()).eq(Self::STEPS);
        let passed = is_whole && steps.iter().all(|step| step.passed);
        Self { passed, snapshot, version: version.to_owned(), generated_at: generated_at.to_second(), steps }
    }
}

/// The suite `end_to_end`, from `e2e.json`; of several the one that went worst. Its verdict is worked out from the steps again.
pub(super) fn suite(files: &[ResultFile]) -> Option<SuiteResult> {
    let rank = |status: SuiteStatus| match status {
        SuiteStatus::Passed => 0,
        SuiteStatus::NotChecked => 1,
        SuiteStatus::Failed => 2,
    };
    of_kind(files, "e2e", "json").map(walk).max_by_key(|result| rank(result.status))
}

fn walk(file: &ResultFile) -> SuiteResult {
    let read = match serde_json::from_str::<EndToEnd>(file.text) {
        Ok(read) => read,
        Err(error) => {
            let detail = format!("{}: {error}", file.name);
            return SuiteResult::of(Suite::EndToEnd, SuiteStatus::NotChecked, detail);
        }
    };
    let again = EndToEnd::of(read.steps, read.snapshot, &read.version, read.generated_at);
    let failed: Vec<String> = again
        .steps
        .iter()
        .filter(|step| !step.passed)
        .map(|step| format!("{}: {}", step.name, step.detail))
        .collect();
    let status = if again.passed { SuiteStatus::Passed } else { SuiteStatus::Failed };
    let detail = match (again.passed, failed.is_empty()) {
        (true, _) => format!("{} steps in {}", again.steps.len(), file.name),
        (false, true) => {
            format!("only {} of {} steps in {}", again.steps.len(), EndToEnd::STEPS.len(), file.name)
        }
        (false, false) => failed.join("; "),
    };
    let duration_ms = Some(again.steps.iter().map(|step| step.duration_ms).sum());
    SuiteResult { duration_ms, ..SuiteResult::of(Suite::EndToEnd, status, detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(names: &[&str], failed: Option<&str>) -> EndToEnd {
        let step = |name: &&str| WalkStep {
            name: (*name).to_owned(),
            passed: Some(*name) != failed,
            duration_ms: 10,
            detail: "seen".to_owned(),
        };
        EndToEnd::of(names.iter().map(step).collect(), None, "0.1.0", Timestamp(0))
    }

    fn judged(summary: &EndToEnd) -> SuiteResult {
        let text = serde_json::to_string(summary).unwrap();
        suite(&[ResultFile { name: "e2e.json", text: &text }]).unwrap()
    }

    #[test]
    fn every_step_counts_and_a_missing_one_too() {
        let whole = judged(&walked(&EndToEnd::STEPS, None));
        assert_eq!((whole.status, whole.duration_ms), (SuiteStatus::Passed, Some(50)));
        assert_eq!(judged(&walked(&EndToEnd::STEPS, Some("artifact"))).detail, "artifact: seen");
        assert_eq!(judged(&walked(&EndToEnd::STEPS[..3], None)).status, SuiteStatus::Failed);
        let mut forged = walked(&EndToEnd::STEPS, Some("report"));
        forged.passed = true;
        assert_eq!(judged(&forged).status, SuiteStatus::Failed, "the verdict is worked out, not believed");
        let broken = suite(&[ResultFile { name: "e2e.json", text: "{}" }]).unwrap();
        assert_eq!(broken.status, SuiteStatus::NotChecked);
        let good = serde_json::to_string(&walked(&EndToEnd::STEPS, None)).unwrap();
        let files = [("e2e-1.json", "{}"), ("e2e.json", good.as_str())];
        let worst = suite(&files.map(|(name, text)| ResultFile { name, text })).unwrap();
        assert_eq!(worst.status, SuiteStatus::NotChecked, "a good one does not hide a broken one");
    }
}
