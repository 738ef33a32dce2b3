//! Health and a month's figures as Prometheus reads them.

use crate::health::{Health, HealthVerdict};
use crate::state::HealthState;
use crate::summary::{Funnel, Summary};
use deklaro_schemas::prometheus::sample;

/// Health and the month's figures in the Prometheus text format, for the textfile collector: `metrics.prom`.
pub fn metrics(health: &Health, summary: &Summary) -> String {
    let mut text = String::new();
    head(&mut text, "deklaro_health_state", "The platform's state: 1 for the one that holds.");
    for state in HealthState::ALL {
        let labels = [("state", state.as_str())];
        text.push_str(&sample("deklaro_health_state", &labels, f64::from(u8::from(health.state == state))));
    }
    measures(&mut text, health);
    let all = [&summary.all].into_iter().chain(&summary.countries);
    let figures: Vec<(&str, &Funnel)> = all
        .map(|funnel| (funnel.country_code.as_ref().map_or("all", |code| code.as_str()), funnel))
        .collect();
    head(&mut text, "deklaro_hosts", "Hosts by country and step of the funnel.");
    for (country, funnel) in &figures {
        for (step, count) in steps(funnel) {
            text.push_str(&sample(
                "deklaro_hosts",
                &[("country_code", *country), ("step", step)],
                count as f64,
            ));
        }
    }
    text
}

fn measures(text: &mut String, health: &Health) {
    head(text, "deklaro_health_value", "Value of a measure; missing where it was not checked.");
    for check in &health.checks {
        if let Some(value) = check.value {
            text.push_str(&sample("deklaro_health_value", &[("measure", &check.name)], value));
        }
    }
    head(text, "deklaro_health_threshold", "The highest healthy value of a measure.");
    for check in &health.checks {
        text.push_str(&sample("deklaro_health_threshold", &[("measure", &check.name)], check.threshold));
    }
    head(
        text,
        "deklaro_health_failed",
        "1 for a measure beyond its threshold; missing where it was not checked.",
    );
    for check in health.checks.iter().filter(|check| check.verdict != HealthVerdict::NotChecked) {
        let is_failed = u8::from(check.verdict == HealthVerdict::Fail);
        let labels = [("measure", check.name.as_str()), ("runbook", check.runbook.as_str())];
        text.push_str(&sample("deklaro_health_failed", &labels, f64::from(is_failed)));
    }
}

fn steps(funnel: &Funnel) -> [(&'static str, u64); 12] {
    [
        ("known", funnel.known),
        ("in_scope", funnel.in_scope),
        ("attempted", funnel.attempted),
        ("reachable", funnel.reachable),
        ("read", funnel.read),
        ("judged", funnel.eligible),
        ("found", funnel.found),
        ("not_found", funnel.not_found),
        ("uncertain", funnel.uncertain),
        ("stale", funnel.stale),
        ("inactive", funnel.inactive),
        ("retired", funnel.retired),
    ]
}

fn head(text: &mut String, name: &str, help: &str) {
    text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
}
