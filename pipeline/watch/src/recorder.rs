//! The process's recorder of metrics, and its text as Prometheus reads it.

use super::names::{Kind, METRICS, Metric, MetricWriter, REQUEST_BOUNDS, WORK_BOUNDS, find};
use super::outcomes;
use super::settings::WatchSettings;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// The process's recorder; none until telemetry is on.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts to count, with every metric of the table described. A second call changes nothing.
pub(super) fn install(settings: &WatchSettings) -> anyhow::Result<()> {
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS.iter().filter(|metric| metric.kind == Kind::Histogram) {
        let bounds = if metric.name == "request_duration_seconds" { REQUEST_BOUNDS } else { WORK_BOUNDS };
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), bounds)?;
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        return Ok(());
    }
    for metric in METRICS.iter().filter(|metric| metric.written_by != MetricWriter::Snapshot) {
        describe(metric);
    }
    let labels = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("service", settings.service.clone()),
        ("environment", settings.environment.clone()),
        ("project_id", settings.project_id.clone()),
    ];
    gauge!("deklaro_build_info", &labels).set(1.0);
    gauge!("process_start_time_seconds").set(jiff::Timestamp::now().as_second() as f64);
    outcomes::at_zero();
    let _installed = RECORDER.set(handle);
    Ok(())
}

fn describe(metric: &Metric) {
    let unit = match metric.unit {
        "seconds" => Unit::Seconds,
        "milliseconds" => Unit::Milliseconds,
        "bytes" => Unit::Bytes,
        _ => Unit::Count,
    };
    match metric.kind {
        Kind::Counter => describe_counter!(metric.name, unit, metric.help),
        Kind::Gauge => describe_gauge!(metric.name, unit, metric.help),
        Kind::Histogram => describe_histogram!(metric.name, unit, metric.help),
    }
}

/// Everything counted so far in the Prometheus text format; nothing where telemetry is off.
pub fn render() -> String {
    let Some(recorder) = RECORDER.get() else { return String::new() };
    process();
    recorder.run_upkeep();
    recorder.render()
}

/// Takes in what histograms were given: until then, or until somebody scrapes, they keep every sample.
pub fn upkeep() {
    if let Some(recorder) = RECORDER.get() {
        recorder.run_upkeep();
    }
}

/// The metric families of these writers, out of a text in the Prometheus format.
pub fn families(text: &str, writers: &[MetricWriter]) -> String {
    let is_wanted = |name: &str| find(name).is_some_and(|metric| writers.contains(&metric.written_by));
    let mut kept = String::new();
    for line in text.lines().filter(|line| family(line).is_some_and(is_wanted)) {
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// The metric a line is about, a comment's or a sample's.
fn family(line: &str) -> Option<&str> {
    let comment = line.strip_prefix("# HELP ").or_else(|| line.strip_prefix("# TYPE "));
    let name = comment.unwrap_or(line).split(['{', ' ']).next()?;
    (!name.is_empty() && !name.starts_with('#')).then_some(name)
}

/// Memory and processor time, as the kernel tells them; left out where it does not.
fn process() {
    let page = rustix::param::page_size() as f64;
    if let Some(resident) = word_of("/proc/self/statm", 1) {
        gauge!("process_resident_memory_bytes").set(resident * page);
    }
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return };
    // The fields after the name, which stands in brackets and may hold spaces (proc(5)).
    let Some((_, rest)) = stat.rsplit_once(") ") else { return };
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
        let milliseconds = (user + system) * 1e3 / rustix::param::clock_ticks_per_second() as f64;
        counter!("deklaro_process_cpu_milliseconds_total").absolute(milliseconds as u64);
    }
}

fn word_of(path: &str, index: usize) -> Option<f64> {
    std::fs::read_to_string(path).ok()?.split_whitespace().nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_sorted_out_by_who_writes_what() {
        let text = "# HELP deklaro_hosts Hosts.\n# TYPE deklaro_hosts gauge\ndeklaro_hosts{step=\"found\"} 3\n\n\
                    # TYPE request_duration_seconds histogram\nrequest_duration_seconds_bucket{le=\"1\"} 2\n\
                    other_thing 1\ndeklaro_fetch_retries_total 4\n";
        let snapshot = families(text, &[MetricWriter::Snapshot]);
        assert_eq!(snapshot.lines().count(), 3, "{snapshot}");
        assert!(snapshot.ends_with("deklaro_hosts{step=\"found\"} 3\n"));
        assert_eq!(families(text, &[MetricWriter::Run]), "deklaro_fetch_retries_total 4\n");
        assert!(families(text, &[MetricWriter::Service]).contains("request_duration_seconds_bucket"));
    }

    #[test]
    fn everything_rendered_is_in_the_table_and_described() {
        install(&WatchSettings::default()).unwrap();
        counter!("deklaro_fetches_total", "outcome" => "ok").increment(1);
        let text = render();
        assert!(text.contains("# HELP deklaro_fetches_total Requests of the crawl by outcome"), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
        for family in ["deklaro_runs_total", "deklaro_jobs_total", "deklaro_spans_total"] {
            assert!(text.contains(&format!("\n{family}{{outcome=\"failed\"}} ")), "{family}\n{text}");
        }
        assert!(text.contains("\ndeklaro_fetches_total{outcome=\"network_error\"} "), "{text}");
        for line in text.lines().filter(|line| !line.is_empty()) {
            let name = family(line).expect(line);
            assert!(find(name).is_some(), "`{name}` is not in the table");
        }
    }
}
