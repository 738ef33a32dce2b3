//! The suite `performance` passes when every measured figure keeps its goal.

use super::result_file::{ResultFile, of_kind};
use crate::readiness::{Suite, SuiteResult, SuiteStatus};
use serde::{Deserialize, Serialize};

/// `bench.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bench {
    /// What was measured.
    pub figures: Vec<Figure>,
    /// 95th percentile of the service's answers, where a service was measured.
    #[serde(default)]
    pub p95_ms: Option<f64>,
}

/// A figure with its goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// What came of it.
    pub value: f64,
    /// The goal.
    pub limit: f64,
    /// Unit of both.
    pub unit: String,
    /// True when the value is to be at least the limit; at most otherwise.
    #[serde(default)]
    pub is_at_least: bool,
}

impl Figure {
    fn is_kept(&self) -> bool {
        if self.is_at_least { self.value >= self.limit } else { self.value <= self.limit }
    }

    fn broken(&self) -> String {
        let Self { name, value, limit, unit, .. } = self;
        format!("{name} is {value} {unit}, the goal is {limit}")
    }
}

/// The suite `performance`, from every `bench.json`: all figures count, and the slowest service. The suite is
/// not checked without a measured service, or with a file that cannot be read, even when every figure is
/// kept.
pub(super) fn suite(files: &[ResultFile]) -> Option<SuiteResult> {
    let (mut all, mut unread, mut count) = (Bench::default(), Vec::new(), 0);
    for file in of_kind(files, "bench", "json") {
        count += 1;
        match serde_json::from_str::<Bench>(file.text) {
            Ok(bench) => {
                all.figures.extend(bench.figures);
                all.p95_ms = [all.p95_ms, bench.p95_ms].into_iter().flatten().reduce(f64::max);
            }
            Err(error) => unread.push(format!("{}: {error}", file.name)),
        }
    }
    let broken: Vec<String> =
        all.figures.iter().filter(|figure| !figure.is_kept()).map(Figure::broken).collect();
    let kept = format!("{} figures keep their goals", all.figures.len());
    let (status, detail) = if !broken.is_empty() {
        (SuiteStatus::Failed, broken.join("; "))
    } else if !unread.is_empty() {
        (SuiteStatus::NotChecked, unread.join("; "))
    } else if all.p95_ms.is_none() {
        (SuiteStatus::NotChecked, format!("{kept}; the service's P95 was not measured"))
    } else {
        (SuiteStatus::Passed, kept)
    };
    let result = SuiteResult { p95_ms: all.p95_ms, ..SuiteResult::of(Suite::Performance, status, detail) };
    (count > 0).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> (SuiteStatus, String) {
        let suite = suite(&[ResultFile { name: "bench.json", text }]).unwrap();
        (suite.status, suite.detail)
    }

    #[test]
    fn a_figure_beyond_its_goal_fails_and_a_missing_service_is_not_checked() {
        let figure = |value: f64| format!(r#"{{"name":"demo","value":{value},"limit":60,"unit":"s"}}"#);
        let (status, detail) = judged(&format!(r#"{{"figures":[{}],"p95_ms":12}}"#, figure(61.0)));
        assert_eq!((status, detail.as_str()), (SuiteStatus::Failed, "demo is 61 s, the goal is 60"));
        assert_eq!(judged(&format!(r#"{{"figures":[{}]}}"#, figure(20.0))).0, SuiteStatus::NotChecked);
        assert_eq!(
            judged(&format!(r#"{{"figures":[{}],"p95_ms":12}}"#, figure(20.0))).0,
            SuiteStatus::Passed
        );
        assert_eq!(judged("{").0, SuiteStatus::NotChecked);
        let least = r#"{"figures":[{"name":"rate","value":1,"limit":2,"unit":"pages/s","is_at_least":true}],"p95_ms":1}"#;
        assert_eq!(judged(least).0, SuiteStatus::Failed);
    }

    #[test]
    fn no_file_hides_behind_another() {
        let slow = r#"{"figures":[{"name":"demo","value":99,"limit":60,"unit":"s"}],"p95_ms":90}"#;
        let good = r#"{"figures":[],"p95_ms":9}"#;
        for (service, other, expected) in [
            (slow, good, SuiteStatus::Failed),
            (slow, "{", SuiteStatus::Failed),
            ("[]", good, SuiteStatus::NotChecked),
            (good, good, SuiteStatus::Passed),
        ] {
            let files = [("bench-service.json", service), ("bench.json", other)];
            let suite = suite(&files.map(|(name, text)| ResultFile { name, text })).unwrap();
            assert_eq!(suite.status, expected, "{service} {other}");
        }
    }
}
