use crate::{Funnel, Health, HealthState, HealthVerdict, Summary};

/// Health and the month's figures in the Prometheus text format, for the textfile collector: `metrics.prom`.
pub fn metrics(health: &Health, summary: &Summary) -> String {
    let mut text = String::new();
    head(&mut text, "deklaro_health_state", "The platform's state: 1 for the one that holds.");
    for state in HealthState::ALL {
        let labels = [("state", state.as_str())];
        line(&mut text, "deklaro_health_state", &labels, f64::from(u8::from(health.state == state)));
    }
    measures(&mut text, health);
    let all = [&summary.all].into_iter().chain(&summary.countries);
    let figures: Vec<(&str, &Funnel)> = all
        .map(|funnel| (funnel.country_code.as_ref().map_or("all", |code| code.as_str()), funnel))
        .collect();
    head(&mut text, "deklaro_hosts", "Hosts by country and step of the funnel.");
    for (country, funnel) in &figures {
        for (step, count) in steps(funnel) {
            line(&mut text, "deklaro_hosts", &[("country_code", *country), ("step", step)], count as f64);
        }
    }
    text
}

fn measures(text: &mut String, health: &Health) {
    head(text, "deklaro_health_value", "Value of a measure; missing where it was not checked.");
    for check in &health.checks {
        if let Some(value) = check.value {
            line(text, "deklaro_health_value", &[("measure", &check.name)], value);
        }
    }
    head(text, "deklaro_health_threshold", "The highest healthy value of a measure.");
    for check in &health.checks {
        line(text, "deklaro_health_threshold", &[("measure", &check.name)], check.threshold);
    }
    head(
        text,
        "deklaro_health_failed",
        "1 for a measure beyond its threshold; missing where it was not checked.",
    );
    for check in health.checks.iter().filter(|check| check.verdict != HealthVerdict::NotChecked) {
        let is_failed = u8::from(check.verdict == HealthVerdict::Fail);
        let labels = [("measure", check.name.as_str()), ("runbook", check.runbook.as_str())];
        line(text, "deklaro_health_failed", &labels, f64::from(is_failed));
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

fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: f64) {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    text.push_str(&format!("{name}{{{}}} {value}\n", labels.join(",")));
}

/// A label's value as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{thresholds, world};
    use crate::{HealthInput, Signals, health};
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
        let text = metrics(&health(&input, &thresholds()), &summary);
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
        assert_eq!(escaped("a\"\\\n"), "a\\\"\\\\\\n");
    }
}
