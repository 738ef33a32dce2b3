use super::{ResultFile, of_kind};
use crate::{Suite, SuiteResult, SuiteStatus};
use serde::Deserialize;

/// `bench.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bench {
    /// What was measured.
    figures: Vec<Figure>,
    /// 95th percentile of the service's answers, where a service was measured.
    #[serde(default)]
    p95_ms: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    name: String,
    value: f64,
    /// The goal.
    limit: f64,
    unit: String,
    /// True when the value is to be at least the limit; at most otherwise.
    #[serde(default)]
    is_at_least: bool,
}

impl Figure {
    fn is_kept(&self) -> bool {
        if self.is_at_least { self.value >= self.limit } else { self.value <= self.limit }
    }
}

/// The suite `performance`, from `bench.json`. Without a measured service it is not checked even where every figure is kept.
pub(super) fn suite(files: &[ResultFile]) -> Option<SuiteResult> {
    let file = of_kind(files, "bench", "json").last()?;
    let bench: Bench = match serde_json::from_str(file.text) {
        Ok(bench) => bench,
        Err(error) => {
            let detail = format!("{}: {error}", file.name);
            return Some(SuiteResult::of(Suite::Performance, SuiteStatus::NotChecked, detail));
        }
    };
    let broken: Vec<String> = bench
        .figures
        .iter()
        .filter(|figure| !figure.is_kept())
        .map(|figure| {
            format!("{} is {} {}, the goal is {}", figure.name, figure.value, figure.unit, figure.limit)
        })
        .collect();
    let (status, detail) = match (broken.is_empty(), bench.p95_ms) {
        (false, _) => (SuiteStatus::Failed, broken.join("; ")),
        (true, None) => {
            let detail = format!(
                "{} figures keep their goals; the service's P95 was not measured",
                bench.figures.len()
            );
            (SuiteStatus::NotChecked, detail)
        }
        (true, Some(_)) => (SuiteStatus::Passed, format!("{} figures keep their goals", bench.figures.len())),
    };
    Some(SuiteResult { p95_ms: bench.p95_ms, ..SuiteResult::of(Suite::Performance, status, detail) })
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
}
