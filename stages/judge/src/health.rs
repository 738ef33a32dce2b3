//! How healthy a month is: measures against thresholds, replayed over the history.

use crate::measures::{MEASURES, Measure, Source};
use crate::state::HealthState;
use crate::summary::Summary;
use crate::thresholds::{HealthThreshold, Thresholds};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{RunMonth, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a health check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthVerdict {
    /// Within its threshold.
    Pass,
    /// Beyond it, or not yet far enough below it again.
    Fail,
    /// There is nothing to judge it by.
    NotChecked,
}

/// Figures that the tables do not hold, by the name of their measure; what is left out is not checked.
pub type Signals = BTreeMap<String, f64>;

/// What health is judged by.
#[derive(Debug, Clone, Copy)]
pub struct HealthInput<'a> {
    /// This month.
    pub current: &'a Summary,
    /// The months before, oldest first.
    pub history: &'a [Summary],
    /// This month's checks.
    pub checks: &'a [MetaCheck],
    /// Figures from outside the tables.
    pub signals: &'a Signals,
    /// When the judgement is made.
    pub generated_at: Timestamp,
    /// Months to compare with; the thresholds' own number where it is empty.
    pub window: Option<usize>,
}

/// `health.json`: the state, what it rests on and what to do (mission A11, C6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// The worst state of all checks.
    pub state: HealthState,
    /// Month of the run.
    pub run_month: Option<RunMonth>,
    /// When it was judged.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// Months that values are compared with, and how many of them there are.
    pub window: usize,
    /// Months of history that were at hand.
    pub history: usize,
    /// One sentence per failed check.
    pub causes: Vec<String>,
    /// Every check.
    pub checks: Vec<HealthCheck>,
}

/// One measure with its threshold and verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Name of the measure.
    pub name: String,
    /// What is measured.
    pub description: String,
    /// The value; empty when it could not be measured.
    pub value: Option<f64>,
    /// The highest healthy value.
    pub threshold: f64,
    /// pass, fail or `not_checked`.
    pub verdict: HealthVerdict,
    /// The state that a failure makes.
    pub state: HealthState,
    /// Why the threshold is what it is.
    pub reason: String,
    /// Section of the runbook.
    pub runbook: String,
}

/// The platform's health. The same input gives the same answer: the deadband is replayed over the history.
pub fn health(input: &HealthInput, thresholds: &Thresholds) -> Health {
    let checks: Vec<HealthCheck> = MEASURES
        .iter()
        .filter_map(|measure| {
            Some(judge(measure, input, thresholds, thresholds.health.measure.get(measure.name)?))
        })
        .collect();
    let failed = || checks.iter().filter(|check| check.verdict == HealthVerdict::Fail);
    Health {
        state: failed().map(|check| check.state).max().unwrap_or(HealthState::Healthy),
        run_month: input.current.run.run_month,
        generated_at: input.generated_at.to_second(),
        window: input.window.unwrap_or(thresholds.health.window),
        history: input.history.len(),
        causes: failed().map(cause).collect(),
        checks,
    }
}

fn judge(
    measure: &Measure,
    input: &HealthInput,
    all: &Thresholds,
    threshold: &HealthThreshold,
) -> HealthCheck {
    let values = values(measure, input, input.window.unwrap_or(all.health.window));
    let value = values.last().copied().flatten().map(rounded);
    let verdict = match value {
        None => HealthVerdict::NotChecked,
        Some(_) if is_beyond(&values, threshold.value, all.health.deadband) => HealthVerdict::Fail,
        Some(_) => HealthVerdict::Pass,
    };
    HealthCheck {
        name: measure.name.to_owned(),
        description: measure.description.to_owned(),
        value,
        threshold: threshold.value,
        verdict,
        state: threshold.state,
        reason: threshold.reason.clone(),
        runbook: threshold.runbook.clone(),
    }
}

/// The measure's value in every month of the history, and now.
fn values(measure: &Measure, input: &HealthInput, window: usize) -> Vec<Option<f64>> {
    match &measure.source {
        Source::Signal => vec![input.signals.get(measure.name).copied()],
        Source::Checks(verdict) => {
            vec![Some(input.checks.iter().filter(|check| check.verdict == *verdict).count() as f64)]
        }
        Source::Months(value) => {
            let months: Vec<&Summary> = input.history.iter().chain([input.current]).collect();
            let at = |index: usize| {
                let before = &input.history[index.saturating_sub(window)..index];
                value(months[index], before)
            };
            (0..months.len()).map(at).collect()
        }
    }
}

/// True when the last value is beyond the threshold, or was and has not fallen below the deadband since.
fn is_beyond(values: &[Option<f64>], threshold: f64, deadband: f64) -> bool {
    values.iter().flatten().fold(false, |was_beyond, value| {
        let limit = if was_beyond { threshold * (1.0 - deadband) } else { threshold };
        rounded(*value) > limit
    })
}

/// To a millionth, so that 0.35 - 0.2 is not beyond 0.15.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn cause(check: &HealthCheck) -> String {
    let value = check.value.unwrap_or_default();
    format!(
        "{}: {value}, healthy up to {} (see RUNBOOK.md#{})",
        check.description, check.threshold, check.runbook
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::Funnel;

    /// A month in which this share of 1,000 hosts did not answer.
    fn month(failure_share: f64) -> Summary {
        let reachable = 1_000 - (failure_share * 1_000.0).round() as u64;
        let all = Funnel { known: 1_000, attempted: 1_000, reachable, read: reachable, ..Funnel::default() };
        Summary { all, ..Summary::default() }
    }

    fn judged(current: &Summary, history: &[Summary], signals: &Signals) -> Health {
        let input =
            HealthInput { current, history, checks: &[], signals, generated_at: Timestamp(0), window: None };
        health(&input, &Thresholds::shipped())
    }

    fn verdict(health: &Health, name: &str) -> HealthVerdict {
        health.checks.iter().find(|check| check.name == name).unwrap().verdict
    }

    #[test]
    fn without_history_and_signals_the_rest_is_not_checked_and_healthy() {
        let health = judged(&month(0.9), &[], &Signals::new());
        assert_eq!(health.state, HealthState::Healthy);
        assert_eq!(verdict(&health, "crawl_failure_spike"), HealthVerdict::NotChecked);
        assert_eq!(verdict(&health, "queue_lag_minutes"), HealthVerdict::NotChecked);
        assert_eq!(verdict(&health, "scans_failed"), HealthVerdict::Pass);
    }

    #[test]
    fn a_spike_is_measured_against_the_median_and_named_as_the_cause() {
        let history = [month(0.10), month(0.90), month(0.12)];
        let health = judged(&month(0.28), &history, &Signals::new());
        assert_eq!(health.state, HealthState::Degraded);
        assert!(
            health.causes[0].starts_with("Share of attempted hosts without an answer"),
            "{:?}",
            health.causes
        );
        assert!(health.causes[0].ends_with("0.16, healthy up to 0.15 (see RUNBOOK.md#crawl-failures)"));
        let at_the_threshold = judged(&month(0.27), &history, &Signals::new());
        assert_eq!(verdict(&at_the_threshold, "crawl_failure_spike"), HealthVerdict::Pass);
    }

    #[test]
    fn the_state_does_not_flap_at_the_threshold() {
        let threshold = 8.0;
        let walk = [7.9, 8.0, 8.1, 7.9, 7.7, 7.6, 7.5, 7.9, 8.1].map(Some);
        let states: Vec<bool> =
            (1..=walk.len()).map(|end| is_beyond(&walk[..end], threshold, 0.05)).collect();
        assert_eq!(states, [false, false, true, true, true, false, false, false, true]);
    }

    #[test]
    fn a_series_of_months_across_the_threshold_raises_one_alarm_until_it_is_well_below() {
        // Failures above the median of the window, 0.10; the threshold is 0.15, the alarm ends below 0.1425.
        let quiet = || vec![month(0.10), month(0.10), month(0.10)];
        let walk = |shares: &[f64]| {
            let mut months = quiet();
            let mut states = Vec::new();
            for share in shares {
                // The window is the three quiet months: what is walked is one month with each share.
                let current = month(0.10 + share);
                states.push(verdict(&judged(&current, &months, &Signals::new()), "crawl_failure_spike"));
                months.push(current);
                months.extend(quiet());
            }
            states
        };
        let (pass, fail) = (HealthVerdict::Pass, HealthVerdict::Fail);
        assert_eq!(walk(&[0.14, 0.15, 0.16]), [pass, pass, fail]);
        let lags = [7.0, 8.5, 7.9, 7.7, 7.5, 7.9, 8.5];
        let mut history: Vec<Summary> = Vec::new();
        let mut states = Vec::new();
        for lag in lags {
            let mut current = month(0.1);
            current.requests.queue_wait_p95_ms = Some((lag * 60_000.0) as u64);
            states.push(judged(&current, &history, &Signals::new()).state);
            history.push(current);
        }
        let (healthy, degraded) = (HealthState::Healthy, HealthState::Degraded);
        assert_eq!(states, [healthy, degraded, degraded, degraded, healthy, healthy, degraded]);
    }

    #[test]
    fn the_window_can_be_chosen() {
        let history = [month(0.50), month(0.10), month(0.10), month(0.10)];
        let mut input = HealthInput {
            current: &month(0.28),
            history: &history,
            checks: &[],
            signals: &Signals::new(),
            generated_at: Timestamp(0),
            window: Some(1),
        };
        let one = health(&input, &Thresholds::shipped());
        assert_eq!((one.window, verdict(&one, "crawl_failure_spike")), (1, HealthVerdict::Fail));
        input.window = Some(4);
        assert_eq!(health(&input, &Thresholds::shipped()).history, 4);
    }

    #[test]
    fn a_failed_rule_is_critical_and_a_second_failed_month_too() {
        let mut failed = month(0.1);
        failed.run.scans_failed = 1;
        let once = judged(&failed, &[month(0.1)], &Signals::new());
        assert_eq!(once.state, HealthState::Degraded);
        let twice = judged(&failed, &[failed.clone(), month(0.1)], &Signals::new());
        assert_eq!(twice.state, HealthState::Critical);
        let forgotten =
            judged(&failed, &[failed.clone(), month(0.1), month(0.1), month(0.1)], &Signals::new());
        assert_eq!(forgotten.state, HealthState::Degraded);
    }

    #[test]
    fn signals_are_judged_when_given() {
        let signals = Signals::from([("store_used_share".to_owned(), 0.95)]);
        let health = judged(&month(0.1), &[], &signals);
        assert_eq!(verdict(&health, "store_used_share"), HealthVerdict::Fail);
        assert_eq!(health.state, HealthState::Degraded);
    }

    #[test]
    fn the_json_has_a_state_the_checks_and_their_causes() {
        let health = judged(&month(0.1), &[month(0.1)], &Signals::new());
        let json = serde_json::to_value(&health).unwrap();
        assert_eq!(json["state"], "healthy");
        assert_eq!(json["checks"].as_array().unwrap().len(), MEASURES.len());
        assert_eq!(json["checks"][4]["name"], "crawl_failure_spike");
        assert_eq!(json["checks"][4]["verdict"], "pass");
        assert_eq!(serde_json::from_value::<Health>(json).unwrap(), health);
    }
}
