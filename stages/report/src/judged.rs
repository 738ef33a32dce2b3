//! What a month made up for the tests is judged as: figures and checks from DuckDB, verdicts from the rules.

use crate::testing::world;
use deklaro_judge::{HealthInput, Signals, SuiteStatus, Thresholds, data_suite, health, metrics};
use deklaro_schemas::Timestamp;

#[test]
fn the_text_is_what_prometheus_reads() {
    let summary = world().summary().unwrap();
    let signals = Signals::from([("store_used_share".to_owned(), 0.95)]);
    let input = HealthInput {
        current: &summary,
        history: &[],
        checks: &[],
        signals: &signals,
        generated_at: Timestamp(0),
        window: None,
    };
    let text = metrics(&health(&input, &Thresholds::shipped()), &summary);
    for expected in [
        "deklaro_health_state{state=\"healthy\"} 0\n",
        "deklaro_health_state{state=\"degraded\"} 1\n",
        "deklaro_health_value{measure=\"store_used_share\"} 0.95\n",
        "deklaro_health_failed{measure=\"store_used_share\",runbook=\"store-space\"} 1\n",
        "deklaro_hosts{country_code=\"all\",step=\"known\"} 3\n",
        "deklaro_hosts{country_code=\"AT\",step=\"found\"} 1\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("deklaro_health_value{measure=\"stale_spike\"}"), "not checked is not zero");
    for line in text.lines() {
        let is_sample = line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok());
        assert!(line.starts_with("# ") || is_sample, "{line}");
    }
}

#[test]
fn the_data_suite_follows_the_checks() {
    assert_eq!(data_suite(&[]).status, SuiteStatus::NotChecked);
    let database = world();
    assert_eq!(data_suite(&database.checks(&Thresholds::shipped()).unwrap()).status, SuiteStatus::Passed);
    database.connection.execute_batch("DELETE FROM scans").unwrap();
    let suite = data_suite(&database.checks(&Thresholds::shipped()).unwrap());
    assert_eq!((suite.status, suite.detail.as_str()), (SuiteStatus::Failed, "broken: scans__all_completed"));
}
