//! What the gate judges by: thresholds of readiness and of the gate itself.

use super::remembered::REQUIRED;
use super::settings::{Approver, Gate};
use anyhow::Context;
use deklaro_judge::release::GateLimits;
use deklaro_judge::{SHIPPED_THRESHOLDS, Thresholds};
use deklaro_schemas::Sha256;
use std::collections::BTreeMap;

/// Days a scorecard is good for.
const SCORECARD_DAYS: i64 = 7;
/// Days a rehearsal of a rollback is good for (mission B4).
const REHEARSAL_DAYS: i64 = 30;
/// Keys beside a threshold that explain it and decide nothing.
const PROSE: [&str; 2] = ["reason", "runbook"];

/// What the gate judges by.
pub(super) fn limits(gate: &Gate) -> GateLimits {
    let readiness = Thresholds::shipped().readiness;
    GateLimits {
        success_share: readiness.success_share,
        flake_share: readiness.flake_share,
        p95_ms: readiness.p95_ms,
        approvals: gate.approvals,
        scorecard_days: SCORECARD_DAYS,
        rehearsal_days: REHEARSAL_DAYS,
    }
}

/// Every threshold by its name: those the program is built with, and those of the gate, who may sign among them.
pub fn thresholds_now(gate: &Gate) -> anyhow::Result<BTreeMap<String, String>> {
    let file: toml::Table = SHIPPED_THRESHOLDS.parse().context("reading the thresholds")?;
    let mut named = BTreeMap::from([
        ("gate.approvals".to_owned(), gate.approvals.to_string()),
        ("gate.scorecard_days".to_owned(), SCORECARD_DAYS.to_string()),
        ("gate.rehearsal_days".to_owned(), REHEARSAL_DAYS.to_string()),
        ("gate.rollout_days".to_owned(), gate.rollout_days.to_string()),
        (REQUIRED.to_owned(), gate.said.unwrap_or(gate.required).to_string()),
    ]);
    named.extend(
        gate.approvers.iter().map(|approver| (format!("gate.approver.{}", approver.name), signer(approver))),
    );
    flatten("", &file, &mut named);
    Ok(named)
}

/// Role, key and its end: who exchanges one of them changes who may sign.
fn signer(approver: &Approver) -> String {
    let key = Sha256::of(&approver.public_key);
    let until = approver.not_after.map_or_else(String::new, |not_after| format!(", until {not_after}"));
    format!("{}, key {}{until}", approver.role, &key.as_str()[..16])
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
        assert_eq!(value("gate.required"), Some("false"));
        let ada = |key: u8| Approver {
            name: "Ada".to_owned(),
            role: "editor".to_owned(),
            public_key: [key; 32],
            not_after: None,
        };
        let with = |approver| {
            let gate = Gate { approvers: vec![approver], ..Gate::default() };
            thresholds_now(&gate).unwrap().remove("gate.approver.Ada").unwrap()
        };
        assert!(with(ada(1)).starts_with("editor, key ") && with(ada(1)) != with(ada(2)));
        assert!(named.keys().all(|name| !name.ends_with("reason") && !name.ends_with("runbook")));
    }
}
