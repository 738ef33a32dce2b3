//! Readiness judges whether a month may be published: suites against thresholds and waivers.

use crate::thresholds::{ReadinessThresholds, Thresholds};
use deklaro_schemas::codes::CheckVerdict;
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Sha256, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// The suites that a release needs (mission B1), and the checks on its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suite {
    /// Tests of single parts.
    Unit,
    /// Tests of parts together.
    Integration,
    /// From workbook to artifact to report.
    EndToEnd,
    /// Speed and memory.
    Performance,
    /// Advisories.
    Security,
    /// Rules about the tables.
    Data,
}

impl Suite {
    /// Every suite a release needs.
    pub const ALL: [Self; 6] =
        [Self::Unit, Self::Integration, Self::EndToEnd, Self::Performance, Self::Security, Self::Data];

    /// The name it has in the scorecard.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::EndToEnd => "end_to_end",
            Self::Performance => "performance",
            Self::Security => "security",
            Self::Data => "data",
        }
    }
}

/// How a suite ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuiteStatus {
    /// Ran, and every threshold is kept.
    Passed,
    /// Ran, and failed or broke a threshold.
    Failed,
    /// Did not run, or could not tell.
    NotChecked,
}

impl SuiteStatus {
    /// The spelling it has in the scorecard.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotChecked => "not_checked",
        }
    }
}

/// What a suite's run brought, thresholds aside; figures that it does not have are empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuiteResult {
    /// The suite.
    pub name: Suite,
    /// How it ended, thresholds aside.
    pub status: SuiteStatus,
    /// How long it took.
    pub duration_ms: Option<u64>,
    /// 95th percentile of answers.
    pub p95_ms: Option<f64>,
    /// Share of its tests that succeeded.
    pub success_share: Option<f64>,
    /// Share of its tests that succeeded only on a second try.
    pub flake_share: Option<f64>,
    /// Advisories of critical or high severity.
    pub advisories: Option<u64>,
    /// SHA-256 of what its tests printed: the same results are not another run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results_sha256: Option<Sha256>,
    /// Where the result was read, or why there is none.
    pub detail: String,
}

/// A recorded decision to release in spite of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The suite.
    pub suite: Suite,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub approved_by: String,
    /// Last day it is in force, `YYYY-MM-DD`.
    pub expires_on: String,
}

/// What readiness is judged by.
#[derive(Debug, Clone, Copy)]
pub struct ReadinessInput<'a> {
    /// Name of the release.
    pub release: &'a str,
    /// Who answers for it.
    pub owner: &'a str,
    /// When the judgement is made.
    pub generated_at: Timestamp,
    /// When the oldest of the results was written, where there are any.
    pub evidence_at: Option<Timestamp>,
    /// The suites that ran.
    pub suites: &'a [SuiteResult],
    /// Waivers on record.
    pub waivers: &'a [Waiver],
}

/// `readiness.json`: may this be released (mission B1)?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Name of the release.
    pub release: String,
    /// Every suite that a release needs.
    pub suites: Vec<SuiteScore>,
    /// Waivers on record; expired ones count for nothing.
    pub waivers: Vec<Waiver>,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// When the oldest of the results it was made from was written.
    #[serde(with = "rfc3339", default, skip_serializing_if = "Option::is_none")]
    pub evidence_at: Option<Timestamp>,
    /// Who answers for it.
    pub owner: String,
    /// True when every suite passed or is waived; worked out, never given.
    pub overall_passed: bool,
    /// Whether the review of the quarter can be held, where the incidents on record were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarterly_review: Option<QuarterlyReview>,
}

/// The review of a quarter: it waits for every postmortem that is due (mission B10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterlyReview {
    /// The quarter, `2026-Q4`.
    pub quarter: String,
    /// True when a postmortem is overdue.
    pub is_blocked: bool,
    /// The incidents whose postmortem is overdue.
    pub overdue_postmortems: Vec<String>,
}

impl Scorecard {
    /// The same with the quarterly review, which these incidents' postmortems block.
    #[must_use]
    pub fn with_review(mut self, overdue_postmortems: Vec<String>) -> Self {
        let day = self.generated_at.date().to_string();
        let year = day.get(..4).unwrap_or_default();
        let month: u32 = day.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
        let quarter = format!("{year}-Q{}", month.saturating_sub(1) / 3 + 1);
        let is_blocked = !overdue_postmortems.is_empty();
        self.quarterly_review = Some(QuarterlyReview { quarter, is_blocked, overdue_postmortems });
        self
    }
}

/// A suite in the scorecard: unlike a [`SuiteResult`], it is judged by thresholds and waivers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuiteScore {
    /// What it brought; failed where a threshold is broken.
    #[serde(flatten)]
    pub result: SuiteResult,
    /// True when a waiver in force covers it.
    pub is_waived: bool,
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

/// The scorecard. A suite that is not among the results was not checked; it never counts as passed.
pub fn readiness(input: &ReadinessInput, thresholds: &Thresholds) -> Scorecard {
    let today = input.generated_at.date().to_string();
    let suites: Vec<SuiteScore> = Suite::ALL
        .iter()
        .map(|suite| {
            let in_force = |waiver: &&Waiver| waiver.suite == *suite && waiver.expires_on >= today;
            let result = input.suites.iter().find(|result| result.name == *suite);
            SuiteScore::of(
                *suite,
                result,
                input.waivers.iter().any(|waiver| in_force(&waiver)),
                &thresholds.readiness,
            )
        })
        .collect();
    Scorecard {
        release: input.release.to_owned(),
        overall_passed: suites.iter().all(SuiteScore::lets_pass),
        suites,
        waivers: input.waivers.to_vec(),
        owner: input.owner.to_owned(),
        generated_at: input.generated_at.to_second(),
        evidence_at: input.evidence_at.map(Timestamp::to_second),
        quarterly_review: None,
    }
}

/// The checks of a snapshot as the suite `data`.
pub fn data_suite(checks: &[MetaCheck]) -> SuiteResult {
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| check.verdict == CheckVerdict::Fail)
        .map(|check| check.check_name.as_str())
        .collect();
    let status = match (checks.is_empty(), failed.is_empty()) {
        (true, _) => SuiteStatus::NotChecked,
        (false, true) => SuiteStatus::Passed,
        (false, false) => SuiteStatus::Failed,
    };
    let detail = match status {
        SuiteStatus::Failed => format!("broken: {}", failed.join(", ")),
        _ => format!("{} checks, see table meta_checks", checks.len()),
    };
    SuiteResult::of(Suite::Data, status, detail)
}

impl SuiteScore {
    fn of(
        suite: Suite,
        result: Option<&SuiteResult>,
        is_waived: bool,
        thresholds: &ReadinessThresholds,
    ) -> Self {
        let missing = || SuiteResult::of(suite, SuiteStatus::NotChecked, "no result was given".to_owned());
        let mut result = result.cloned().unwrap_or_else(missing);
        if result.status == SuiteStatus::Passed
            && let Some(broken) = broken_threshold(&result, thresholds)
        {
            (result.status, result.detail) = (SuiteStatus::Failed, broken);
        }
        Self { result, is_waived }
    }

    fn lets_pass(&self) -> bool {
        self.is_waived || self.result.status == SuiteStatus::Passed
    }
}

fn broken_threshold(result: &SuiteResult, limits: &ReadinessThresholds) -> Option<String> {
    let least = |value: Option<f64>, limit: f64, what: &str| {
        value.filter(|value| *value < limit).map(|value| format!("{what} {value} is below {limit}"))
    };
    let below = |value: Option<f64>, limit: f64, what: &str| {
        value.filter(|value| *value >= limit).map(|value| format!("{what} {value} is not below {limit}"))
    };
    let advisories = result.advisories.filter(|found| *found > limits.advisories);
    least(result.success_share, limits.success_share, "success share")
        .or_else(|| below(result.flake_share, limits.flake_share, "flake share"))
        .or_else(|| below(result.p95_ms, limits.p95_ms, "p95 in ms"))
        .or_else(|| advisories.map(|found| format!("{found} advisories of critical or high severity")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(name: Suite) -> SuiteResult {
        SuiteResult {
            name,
            status: SuiteStatus::Passed,
            duration_ms: Some(10),
            p95_ms: None,
            success_share: Some(1.0),
            flake_share: Some(0.0),
            advisories: None,
            results_sha256: None,
            detail: "junit.xml".to_owned(),
        }
    }

    fn judged(suites: &[SuiteResult], waivers: &[Waiver]) -> Scorecard {
        let generated_at = Timestamp::from_millis(1_793_500_000_000);
        let input = ReadinessInput {
            release: "2026-11.0",
            owner: "operations",
            generated_at,
            evidence_at: None,
            suites,
            waivers,
        };
        readiness(&input, &Thresholds::shipped())
    }

    #[test]
    fn all_suites_passed_is_ready_and_a_missing_one_is_not() {
        let mut suites = Suite::ALL.map(passed).to_vec();
        assert!(judged(&suites, &[]).overall_passed);
        suites.pop();
        let card = judged(&suites, &[]);
        assert!(!card.overall_passed);
        assert_eq!(card.suites[5].result.status, SuiteStatus::NotChecked);
        assert_eq!(card.suites.len(), 6);
    }

    #[test]
    fn an_overdue_postmortem_blocks_the_review_of_its_quarter_and_not_the_release() {
        let card = judged(&Suite::ALL.map(passed), &[]);
        let review = |overdue: &[&str]| {
            let overdue = overdue.iter().map(ToString::to_string).collect();
            card.clone().with_review(overdue)
        };
        let blocked = review(&["INC-1"]);
        assert!(blocked.overall_passed);
        let blocked = blocked.quarterly_review.unwrap();
        assert_eq!((blocked.quarter.as_str(), blocked.is_blocked), ("2026-Q4", true));
        assert!(!review(&[]).quarterly_review.unwrap().is_blocked);
        assert!(!serde_json::to_string(&card).unwrap().contains("quarterly_review"));
    }

    #[test]
    fn a_broken_threshold_fails_a_suite_that_says_it_passed() {
        let broken = [
            SuiteResult { success_share: Some(0.979), ..passed(Suite::Integration) },
            SuiteResult { flake_share: Some(0.1), ..passed(Suite::Unit) },
            SuiteResult { p95_ms: Some(200.0), ..passed(Suite::Performance) },
            SuiteResult { advisories: Some(1), ..passed(Suite::Security) },
        ];
        for result in broken {
            let card = judged(std::slice::from_ref(&result), &[]);
            let score = card.suites.iter().find(|score| score.result.name == result.name).unwrap();
            assert_eq!(score.result.status, SuiteStatus::Failed, "{score:?}");
        }
    }

    #[test]
    fn a_waiver_counts_until_its_last_day() {
        let suites: Vec<_> =
            Suite::ALL.into_iter().filter(|suite| *suite != Suite::Security).map(passed).collect();
        let waiver = |expires_on: &str| Waiver {
            suite: Suite::Security,
            reason: "no advisory database on this network".to_owned(),
            approved_by: "operations".to_owned(),
            expires_on: expires_on.to_owned(),
        };
        assert!(judged(&suites, &[waiver("2026-11-01")]).overall_passed);
        assert!(!judged(&suites, &[waiver("2026-10-31")]).overall_passed);
    }
}
