//! Why the platform is not healthy: the month's health, and what the running service adds (mission C4, C6).

use deklaro_judge::{Health, HealthState, HealthThreshold, HealthVerdict, Thresholds};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// One reason.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cause {
    /// Name of the measure.
    pub name: String,
    /// The state it makes.
    #[schema(value_type = String)]
    pub state: HealthState,
    /// In words, with the value and what is healthy.
    pub description: String,
    /// Which workers, or what the store answered; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was measured.
    pub value: f64,
    /// The highest healthy value.
    pub threshold: f64,
    /// Section of RUNBOOK.md.
    pub runbook: String,
}

/// What the running service knows and no table holds.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// How long the oldest job waits.
    pub oldest_seconds: f64,
    /// Workers that are not heard of.
    pub silent: Vec<String>,
    /// Times of the schedule that were missed.
    pub missed: usize,
    /// Snapshots of runs that failed.
    pub failed: Vec<String>,
    /// Snapshots that are not what was published.
    pub changed: Vec<String>,
    /// Why the store cannot be read.
    pub store_error: Option<String>,
}

/// Which measures are beyond their threshold, from look to look: an alarm ends below the deadband, not at the threshold.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    beyond: BTreeSet<&'static str>,
}

impl Causes {
    /// Every cause there is now.
    pub(crate) fn named(&mut self, live: &Live, month: Option<&Health>) -> Vec<Cause> {
        let thresholds = Thresholds::shipped();
        let mut causes = Vec::new();
        for (name, value, text, detail) in measures(live) {
            if let Some(threshold) = thresholds.of_service(name)
                && self.is_beyond(name, value, threshold.value, thresholds.deadband())
            {
                causes.push(cause(name, value, (text, detail), threshold));
            }
        }
        let failed = month.iter().flat_map(|health| &health.checks);
        causes.extend(failed.filter(|check| check.verdict == HealthVerdict::Fail).map(|check| Cause {
            name: check.name.clone(),
            state: check.state,
            description: check.description.clone(),
            detail: None,
            value: check.value.unwrap_or_default(),
            threshold: check.threshold,
            runbook: check.runbook.clone(),
        }));
        causes
    }

    fn is_beyond(&mut self, name: &'static str, value: f64, threshold: f64, deadband: f64) -> bool {
        let limit = if self.beyond.contains(name) { threshold * (1.0 - deadband) } else { threshold };
        let is_beyond = value > limit;
        if is_beyond {
            self.beyond.insert(name);
        } else {
            self.beyond.remove(name);
        }
        is_beyond
    }
}

/// Name, value and words of each measure, and what only the operator may know of it; `data/thresholds.toml` has a threshold
/// for each.
fn measures(live: &Live) -> [(&'static str, f64, String, Option<String>); 6] {
    let named = |names: &[String]| (!names.is_empty()).then(|| names.join(", "));
    let told = |names: &[String]| named(names).map(|names| format!(": {names}")).unwrap_or_default();
    let (failed, changed) = (told(&live.failed), told(&live.changed));
    [
        (
            "job_lag_minutes",
            live.oldest_seconds / 60.0,
            "Minutes that the oldest scan waits for a worker".to_owned(),
            None,
        ),
        (
            "workers_silent",
            live.silent.len() as f64,
            "Workers that are not heard of any more".to_owned(),
            named(&live.silent),
        ),
        ("schedules_missed", live.missed as f64, "Times of the schedule that were missed".to_owned(), None),
        ("scans_failed", live.failed.len() as f64, format!("Runs that failed{failed}"), None),
        (
            "snapshots_changed",
            live.changed.len() as f64,
            format!("Snapshots that are not what was published{changed}"),
            None,
        ),
        (
            "store_unreadable",
            f64::from(live.store_error.is_some()),
            "The store cannot be read".to_owned(),
            live.store_error.clone(),
        ),
    ]
}

fn cause(
    name: &str,
    value: f64,
    (description, detail): (String, Option<String>),
    threshold: &HealthThreshold,
) -> Cause {
    Cause {
        name: name.to_owned(),
        state: threshold.state,
        description,
        detail,
        value: (value * 100.0).round() / 100.0,
        threshold: threshold.value,
        runbook: threshold.runbook.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(minutes: f64) -> Live {
        Live { oldest_seconds: minutes * 60.0, ..Live::default() }
    }

    #[test]
    fn every_measure_has_a_threshold() {
        let thresholds = Thresholds::shipped();
        for (name, ..) in measures(&Live::default()) {
            assert!(thresholds.of_service(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_state_does_not_flap_around_a_threshold() {
        let mut causes = Causes::default();
        let mut is_degraded = |minutes| !causes.named(&waiting(minutes), None).is_empty();
        let seen: Vec<bool> = [7.9, 8.0, 8.1, 7.9, 7.7, 7.5, 7.9].into_iter().map(&mut is_degraded).collect();
        assert_eq!(seen, [false, false, true, true, true, false, false]);
    }

    #[test]
    fn causes_say_what_and_where_to_read_on() {
        let live = Live { failed: vec!["2026-11.1".to_owned()], missed: 2, ..Live::default() };
        let causes = Causes::default().named(&live, None);
        let told: Vec<String> = causes
            .iter()
            .map(|cause| {
                format!("{} {} {} {}", cause.name, cause.state.as_str(), cause.value, cause.description)
            })
            .collect();
        assert_eq!(
            told,
            [
                "schedules_missed degraded 2 Times of the schedule that were missed",
                "scans_failed degraded 1 Runs that failed: 2026-11.1"
            ]
        );
    }
}
