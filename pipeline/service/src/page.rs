//! `/v1/status` for people: one page without scripts, that loads nothing.

use super::vitals::Vitals;
use anyhow::Context;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};

const PAGE: &str = include_str!("status.html");

/// The page.
pub(crate) fn status(vitals: &Vitals) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("age", |seconds: f64| age(seconds));
    environment.add_template("status.html", PAGE).context("reading the page's template")?;
    Ok(environment.get_template("status.html")?.render(Serde(vitals))?)
}

/// Seconds as people say them.
fn age(seconds: f64) -> String {
    match seconds as u64 {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::causes::Cause;
    use crate::vitals::{QueueFigures, StoreFigures};
    use deklaro_judge::HealthState;
    use deklaro_record::release::WaiverInForce;
    use deklaro_schemas::Timestamp;

    #[test]
    fn the_page_says_what_is_wrong_and_escapes_it() {
        let cause = Cause {
            name: "store_unreadable".to_owned(),
            state: HealthState::Critical,
            description: "The store cannot be read".to_owned(),
            detail: Some("<script>".to_owned()),
            value: 1.0,
            threshold: 0.0,
            runbook: "store-unreadable".to_owned(),
        };
        let vitals = Vitals {
            platform_state: HealthState::Critical,
            causes: vec![cause],
            generated_at: Timestamp(0),
            version: "0.1.0",
            is_draining: false,
            store: StoreFigures { is_readable: false, error: None, checked_at: Timestamp(0) },
            snapshot: None,
            queues: vec![QueueFigures { queue: "requests", depth: 3, running: 0, oldest_age_seconds: 150.0 }],
            jobs: Vec::new(),
            workers: Vec::new(),
            schedule: None,
            readiness: None,
            waivers: vec![WaiverInForce {
                rule: "drills".to_owned(),
                until: "2026-12-01".to_owned(),
                reason: "<b>".to_owned(),
                approver: "Ben".to_owned(),
            }],
        };
        let page = status(&vitals).unwrap();
        assert!(page.contains("critical") && page.contains("RUNBOOK.md#store-unreadable"), "{page}");
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
        assert!(page.contains("2 min") && page.contains("No worker"), "{page}");
        assert!(page.contains("drills, until 2026-12-01, by Ben: &lt;b&gt;"), "{page}");
    }

    #[test]
    fn ages_are_told_in_the_unit_that_fits() {
        assert_eq!(
            [0.4, 119.0, 125.0, 7_300.0, 200_000.0].map(age),
            ["0 s", "119 s", "2 min", "2 h", "2 days"]
        );
    }
}
