use super::settings::Gate;
use crate::reporting::{THRESHOLDS, thresholds};
use anyhow::Context;
use deklaro_release::GateLimits;
use std::collections::BTreeMap;

/// Days a scorecard is good for.
const SCORECARD_DAYS: i64 = 7;
/// Days a rehearsal of a rollback is good for (mission B4).
const REHEARSAL_DAYS: i64 = 30;
/// Keys beside a threshold that explain it and decide nothing.
const PROSE: [&str; 2] = ["reason", "runbook"];

/// What the gate judges by.
pub(super) fn limits(gate: &Gate) -> anyhow::Result<GateLimits> {
    let readiness = thresholds()?.readiness;
    Ok(GateLimits {
        success_share: readiness.success_share,
        flake_share: readiness.flake_share,
        p95_ms: readiness.p95_ms,
        approvals: gate.approvals,
        scorecard_days: SCORECARD_DAYS,
        rehearsal_days: REHEARSAL_DAYS,
    })
}

/// Every threshold by its name: those the program is built with, and those of the gate.
pub(crate) fn thresholds_now(gate: &Gate) -> anyhow::Result<BTreeMap<String, String>> {
    let file: toml::Table = THRESHOLDS.parse().context("reading the thresholds")?;
    let mut named = BTreeMap::from([
        ("gate.approvals".to_owned(), gate.approvals.to_string()),
        ("gate.scorecard_days".to_owned(), SCORECARD_DAYS.to_string()),
        ("gate.rehearsal_days".to_owned(), REHEARSAL_DAYS.to_string()),
    ]);
    flatten("", &file, &mut named);
    Ok(named)
}

fn flatten(prefix: &str, table: &toml::Table, named: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, named),
            _ if PROSE.contains(&key.as_str()) => {}
            toml::Value::String(text) => {
                named.insert(name, text.clone());
            }
            other => {
                named.insert(name, other.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_have_names_and_their_reasons_are_none_of_them() {
        let named = thresholds_now(&Gate { approvals: 2, ..Gate::default() }).unwrap();
        let value = |name: &str| named.get(name).map(String::as_str);
        assert_eq!(value("readiness.p95_ms"), Some("200"));
        assert_eq!(value("health.measure.crawl_failure_spike.value"), Some("0.15"));
        assert_eq!(value("health.measure.crawl_failure_spike.state"), Some("degraded"));
        assert_eq!(value("gate.approvals"), Some("2"));
        assert!(named.keys().all(|name| !name.ends_with("reason") && !name.ends_with("runbook")));
    }
}
