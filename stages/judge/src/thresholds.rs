//! What is tolerated, and why: `data/thresholds.toml`.

use crate::measures::MEASURES;
use crate::state::HealthState;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file the program is built with.
pub const SHIPPED_THRESHOLDS: &str = include_str!("../../../data/thresholds.toml");

/// Why a thresholds file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ThresholdError {
    /// Not TOML, or a key is missing or unknown.
    #[error("thresholds: {0}")]
    Toml(#[from] toml::de::Error),
    /// An exception for a check that does not exist.
    #[error(
        "thresholds: there is no check `{0}`; `deklaro sql \"SELECT check_name FROM meta_checks\"` lists them"
    )]
    UnknownCheck(String),
    /// A health measure without a threshold, or a threshold without a measure.
    #[error("thresholds: `[health.measure.{name}]` is {problem}")]
    Measure {
        /// The measure.
        name: String,
        /// missing or not known.
        problem: &'static str,
    },
}

/// What is tolerated, with the reason: `data/thresholds.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    checks: CheckThresholds,
    /// Health: the window, the deadband and a threshold per measure.
    pub(crate) health: HealthThresholds,
    /// The running service, by measure (mission C4, C6).
    service: BTreeMap<String, HealthThreshold>,
    /// Readiness (mission B1).
    pub readiness: ReadinessThresholds,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckThresholds {
    default: Tolerance,
    #[serde(default)]
    exceptions: BTreeMap<String, Tolerance>,
}

/// Bad rows that are tolerated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// How many.
    pub tolerated: f64,
    /// Why that many, with what was measured and when.
    pub reason: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HealthThresholds {
    /// Months a value is compared with.
    pub(crate) window: usize,
    /// Share of the threshold a value must fall below it by before the alarm ends (mission C4).
    pub(crate) deadband: f64,
    pub(crate) measure: BTreeMap<String, HealthThreshold>,
}

/// When a measure is no longer healthy, and what to do then.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthThreshold {
    /// The highest healthy value.
    pub value: f64,
    /// degraded or critical.
    pub state: HealthState,
    /// Why this value.
    pub reason: String,
    /// Section of the runbook.
    pub runbook: String,
}

/// Limits a suite must keep to count as passed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessThresholds {
    /// Least share of tests that succeed.
    pub success_share: f64,
    /// The share of flaky tests stays below this.
    pub flake_share: f64,
    /// The 95th percentile of answers stays below this.
    pub p95_ms: f64,
    /// Most advisories of critical or high severity.
    pub advisories: u64,
}

impl Thresholds {
    /// The threshold of a measure of the running service; nothing where there is no such measure.
    pub fn of_service(&self, measure: &str) -> Option<&HealthThreshold> {
        self.service.get(measure)
    }

    /// Share of a threshold that a value must fall below it by before the alarm ends (mission C4).
    pub fn deadband(&self) -> f64 {
        self.health.deadband
    }

    /// The thresholds the program is built with.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED_THRESHOLDS).expect("a test reads data/thresholds.toml")
    }

    /// Refuses an exception for a check that is not known. Who has the checks asks this before the tolerances are used.
    pub fn know_checks(&self, is_known: impl Fn(&str) -> bool) -> Result<(), ThresholdError> {
        match self.checks.exceptions.keys().find(|name| !is_known(name)) {
            Some(name) => Err(ThresholdError::UnknownCheck(name.clone())),
            None => Ok(()),
        }
    }

    /// Reads `thresholds.toml`; unknown keys and measures are refused.
    pub fn parse(text: &str) -> Result<Self, ThresholdError> {
        let thresholds: Self = toml::from_str(text)?;
        let given = &thresholds.health.measure;
        let unknown = given.keys().find(|name| !MEASURES.iter().any(|measure| measure.name == **name));
        let missing = MEASURES.iter().find(|measure| !given.contains_key(measure.name));
        match (unknown, missing) {
            (Some(name), _) => Err(ThresholdError::Measure { name: name.clone(), problem: "not known" }),
            (_, Some(measure)) => {
                Err(ThresholdError::Measure { name: measure.name.to_owned(), problem: "missing" })
            }
            _ => Ok(thresholds),
        }
    }

    /// What is tolerated of a check's bad rows.
    pub fn tolerance(&self, check: &str) -> &Tolerance {
        self.checks.exceptions.get(check).unwrap_or(&self.checks.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_shipped_file_gives_every_threshold_a_reason() {
        let thresholds = Thresholds::parse(SHIPPED_THRESHOLDS).unwrap();
        assert!(thresholds.tolerance("hosts__key_unique").reason.len() > 10);
        for (name, threshold) in thresholds.health.measure.iter().chain(&thresholds.service) {
            assert!(threshold.reason.len() > 10 && !threshold.runbook.is_empty(), "{name}");
        }
    }

    /// Sections of the runbook that no measure and no alert leads to.
    const CHAPTERS: [&str; 1] = ["walk"];

    #[test]
    fn each_measure_and_alert_has_its_section_in_the_runbook_and_each_section_one_of_them() {
        let thresholds = Thresholds::parse(SHIPPED_THRESHOLDS).unwrap();
        let all = thresholds.health.measure.values().chain(thresholds.service.values());
        let mut named: BTreeSet<&str> = all.map(|threshold| threshold.runbook.as_str()).collect();
        let rules = include_str!("../../../pipeline/deploy/prometheus/rules.yml");
        let alerts: Vec<&str> =
            rules.lines().filter_map(|line| Some(line.split_once("RUNBOOK.md#")?.1)).collect();
        assert!(alerts.len() > 10, "{alerts:?}");
        named.extend(alerts.iter().map(|anchor| anchor.trim_end_matches(['"', '\'', ' '])));
        named.extend(CHAPTERS);
        let runbook = include_str!("../../../RUNBOOK.md");
        let sections: BTreeSet<&str> = runbook.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(named, sections);
    }

    #[test]
    fn unknown_names_are_refused() {
        let check = "[checks.exceptions.hosts__made_up]\ntolerated = 1\nreason = \"none\"\n";
        let thresholds = Thresholds::parse(&format!("{SHIPPED_THRESHOLDS}\n{check}")).unwrap();
        let error = thresholds.know_checks(|name| name != "hosts__made_up").unwrap_err().to_string();
        assert!(error.starts_with("thresholds: there is no check `hosts__made_up`"), "{error}");
        let measure =
            "[health.measure.made_up]\nvalue = 1\nstate = \"degraded\"\nreason = \"\"\nrunbook = \"\"\n";
        let error = Thresholds::parse(&format!("{SHIPPED_THRESHOLDS}\n{measure}")).unwrap_err().to_string();
        assert_eq!(error, "thresholds: `[health.measure.made_up]` is not known");
        assert!(Thresholds::parse(&SHIPPED_THRESHOLDS.replace("deadband", "deadbend")).is_err());
        let error = Thresholds::parse(&SHIPPED_THRESHOLDS.replace("measure.stale_spike", "measure.stale"))
            .unwrap_err();
        assert!(error.to_string().contains("`[health.measure.stale]` is not known"), "{error}");
    }

    #[test]
    fn an_exception_goes_before_the_default() {
        let text = format!(
            "{SHIPPED_THRESHOLDS}\n[checks.exceptions.hosts__coverage_kept]\ntolerated = 2\nreason = \"two lists are being replaced\"\n"
        );
        let thresholds = Thresholds::parse(&text).unwrap();
        assert!((thresholds.tolerance("hosts__coverage_kept").tolerated - 2.0).abs() < f64::EPSILON);
        assert!(thresholds.tolerance("hosts__key_unique").tolerated.abs() < f64::EPSILON);
    }
}
