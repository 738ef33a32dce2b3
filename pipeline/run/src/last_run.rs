//! The gauges of the run that made a snapshot, for its `metrics.prom`.

use deklaro_judge::Summary;
use deklaro_schemas::Timestamp;
use deklaro_watch::{KeptSpan, SpanAudit, Text};
use std::collections::BTreeMap;

/// What the gauges of a run are made from.
pub(crate) struct LastRun<'a> {
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
    pub spans: &'a [KeptSpan],
    pub audit: Option<&'a SpanAudit>,
    pub summary: &'a Summary,
    /// Requests of the run by outcome.
    pub fetches: &'a BTreeMap<String, i64>,
}

/// The gauges of a run in the Prometheus text format, to stand beside health in the snapshot's `metrics.prom`.
pub(crate) fn last_run(run: &LastRun<'_>) -> String {
    let mut text = Text::default();
    let seconds = |at: Timestamp| at.0 as f64 / 1e6;
    text.put("deklaro_last_run_started_timestamp_seconds", &[], seconds(run.started_at));
    text.put("deklaro_last_run_finished_timestamp_seconds", &[], seconds(run.finished_at));
    for (stage, duration_ms) in stages(run.spans) {
        text.put("deklaro_last_run_stage_duration_seconds", &[("stage", stage)], duration_ms / 1e3);
    }
    for country in &run.summary.countries {
        let Some(code) = &country.country_code else { continue };
        text.put("deklaro_last_run_hosts", &[("country_code", code.as_str())], country.attempted as f64);
    }
    for (outcome, count) in run.fetches {
        text.put("deklaro_last_run_fetches", &[("outcome", outcome)], *count as f64);
    }
    if let Some(audit) = run.audit {
        text.put("deklaro_last_run_spans_covered_share", &[], audit.share);
    }
    text.end()
}

/// What each stage took, over its rounds and over the processes that worked on it; countries' spans are within.
fn stages(spans: &[KeptSpan]) -> BTreeMap<&str, f64> {
    let mut stages = BTreeMap::new();
    for span in spans.iter().filter(|span| span.get("country_code").is_none()) {
        if let Some(stage) = span.get("stage") {
            *stages.entry(stage).or_default() += span.duration_ms;
        }
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_judge::Funnel;
    use deklaro_schemas::CountryCode;
    use deklaro_watch::names::{MetricWriter, find};

    #[test]
    fn a_run_is_told_in_gauges_that_the_table_has() {
        let span = |stage: &str, round: &str, duration_ms: f64| KeptSpan {
            trace_id: String::new(),
            name: String::new(),
            duration_ms,
            attributes: [("stage", stage), ("round", round)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        };
        let austria = Funnel {
            country_code: Some(CountryCode::parse("AT").unwrap()),
            attempted: 7,
            ..Funnel::default()
        };
        let summary = Summary { countries: vec![austria], ..Summary::default() };
        let spans = [span("crawl", "1", 1500.0), span("crawl", "2", 500.0), span("detect", "1", 250.0)];
        let text = last_run(&LastRun {
            started_at: Timestamp(1_000_000),
            finished_at: Timestamp(61_500_000),
            spans: &spans,
            audit: None,
            summary: &summary,
            fetches: &BTreeMap::from([("ok".to_owned(), 9)]),
        });
        for expected in [
            "deklaro_last_run_finished_timestamp_seconds 61.5\n",
            "deklaro_last_run_stage_duration_seconds{stage=\"crawl\"} 2\n",
            "deklaro_last_run_hosts{country_code=\"AT\"} 7\n",
            "deklaro_last_run_fetches{outcome=\"ok\"} 9\n",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            assert!(find(name).is_some_and(|metric| metric.written_by == MetricWriter::Snapshot), "{name}");
        }
    }
}
