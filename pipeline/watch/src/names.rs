//! Every metric there is, declared once: the recorder, `schemas/docs/metrics.json`, the dashboards' and the alerts' tests read this table.

use serde::Serialize;

/// What a metric measures, and how Prometheus sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// As Prometheus spells it.
    pub name: &'static str,
    /// Counter, gauge or histogram.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Unit of the value; empty for plain counts.
    pub unit: &'static str,
    /// The labels each sample has.
    pub labels: &'static [&'static str],
    /// One sentence.
    pub help: &'static str,
    /// Who writes it.
    pub written_by: MetricWriter,
}

/// Kinds of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets.
    Histogram,
}

/// Who writes a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricWriter {
    /// The service, about its requests and workers.
    Service,
    /// Whoever makes a run; in a batch run's textfile too.
    Run,
    /// The snapshot's `metrics.prom`; the service shows that of the current snapshot.
    Snapshot,
}

/// The labels of everything that is counted per HTTP request (mission D1).
pub const HTTP_LABELS: &[&str] = &["service", "endpoint", "method", "status", "project_id"];

/// Upper bounds of the request durations: the goals (200 ms, 1 s) are bounds, so that their shares are exact.
pub const REQUEST_BOUNDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Upper bounds of what takes longer: requests to other people's servers, stages, jobs.
pub const WORK_BOUNDS: &[f64] =
    &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 14_400.0];

macro_rules! metrics {
    ($($writer:ident $kind:ident $name:literal $unit:literal $labels:expr, $help:literal;)+) => {
        /// The table.
        pub const METRICS: &[Metric] = &[$(Metric {
            name: $name, kind: Kind::$kind, unit: $unit, labels: $labels, help: $help, written_by: MetricWriter::$writer,
        }),+];
    };
}

metrics! {
    Service Counter "request_count" "" HTTP_LABELS, "Requests answered.";
    Service Histogram "request_duration_seconds" "seconds" HTTP_LABELS, "Time from a request's head to the head of its answer.";
    Service Counter "response_status_count" "" HTTP_LABELS, "Answers by status code.";
    Service Counter "deklaro_connections_refused_total" "" &["place"], "Connections that found no place: told so in a spare one, or closed (none).";
    Service Gauge "deklaro_requests_in_flight" "" &["service"], "Requests under way.";
    Service Gauge "deklaro_ready" "" &["service"], "1 while /readyz says yes.";
    Service Gauge "deklaro_draining" "" &["service"], "1 from the stop signal to the end of the process.";
    Service Gauge "deklaro_platform_state" "" &["state"], "1 for the platform state that holds, 0 for the others.";
    Service Gauge "deklaro_platform_cause" "" &["cause"], "1 for each cause of a platform state that is not healthy.";
    Service Gauge "deklaro_queue_depth" "" &["queue"], "Scans that wait, by queue.";
    Service Gauge "deklaro_queue_oldest_age_seconds" "seconds" &["queue"], "Age of the oldest scan that waits; 0 for an empty queue.";
    Service Gauge "deklaro_worker_heartbeat_age_seconds" "seconds" &["worker"], "Time since a worker was last heard of.";
    Service Gauge "deklaro_workers" "" &[], "Workers heard of within their lease.";
    Service Gauge "deklaro_missed_schedules" "" &[], "Months or turns of the schedule that were due and made no snapshot.";
    Service Gauge "deklaro_readiness_passed" "" &[], "1 when every suite of the last scorecard on record passed or was waived; missing where none is recorded.";
    Service Gauge "deklaro_readiness_timestamp_seconds" "seconds" &[], "When the last scorecard on record was made, in seconds since 1970.";
    Service Gauge "deklaro_readiness_suite" "" &["suite", "status"], "1 for the status of each suite of the last scorecard on record.";
    Run Counter "deklaro_jobs_total" "" &["outcome"], "Scans a worker took on, by what became of them: taken_over, completed, put_back, failed.";
    Run Histogram "deklaro_job_duration_seconds" "seconds" &[], "Time a worker spent on a scan.";
    Run Counter "deklaro_job_retries_total" "" &[], "Scans that were taken up again after an attempt had ended early.";
    Run Counter "deklaro_runs_total" "" &["outcome"], "Runs by how they ended: published, held, interrupted, failed.";
    Run Gauge "deklaro_batch_ended_timestamp_seconds" "seconds" &["outcome"], "When the last batch run ended, by how it ended; only the newest outcome counts. For the Pushgateway.";
    Run Histogram "deklaro_stage_duration_seconds" "seconds" &["stage", "outcome"], "Time a stage of a run took.";
    Run Counter "deklaro_fetches_total" "" &["outcome"], "Requests of the crawl by outcome, attempts counted one by one.";
    Run Counter "deklaro_fetch_retries_total" "" &[], "Attempts of the crawl after the first.";
    Run Counter "deklaro_fetch_bytes_total" "bytes" &[], "Decoded bytes the crawl read.";
    Run Histogram "deklaro_fetch_duration_seconds" "seconds" &[], "Time a request of the crawl took, waits left out.";
    Run Counter "deklaro_fetch_wait_milliseconds_total" "milliseconds" &["cause"], "Time requests of the crawl waited, by cause: gap, backoff, retry_after, queue.";
    Run Gauge "deklaro_fetches_in_flight" "" &[], "Requests of the crawl under way.";
    Run Counter "deklaro_hosts_processed_total" "" &["country_code"], "Hosts whose URLs of a round were done, rounds counted one by one.";
    Run Counter "deklaro_hosts_stale_total" "" &["country_code"], "Hosts that kept the last verdict because they could not be reached.";
    Run Counter "deklaro_pages_read_total" "" &[], "Pages the detector read.";
    Run Counter "deklaro_log_lines_total" "" &["level"], "Log lines written.";
    Run Counter "deklaro_log_lines_left_out_total" "" &[], "Log lines left out by sampling.";
    Run Counter "deklaro_spans_total" "" &["outcome"], "Spans by what became of them: kept, exported, failed, dropped.";
    Run Counter "deklaro_stop_signals_total" "" &["signal"], "Stop signals received.";
    Run Gauge "deklaro_build_info" "" &["version", "service", "environment", "project_id"], "1, with what this program is.";
    Run Gauge "process_resident_memory_bytes" "bytes" &[], "Memory the process has.";
    Run Counter "deklaro_process_cpu_milliseconds_total" "milliseconds" &[], "Processor time the process used.";
    Run Gauge "process_start_time_seconds" "seconds" &[], "When the process started, in seconds since 1970.";
    Snapshot Gauge "deklaro_last_run_started_timestamp_seconds" "seconds" &[], "When the run that made the current snapshot began.";
    Snapshot Gauge "deklaro_last_run_finished_timestamp_seconds" "seconds" &[], "When its results were put together.";
    Snapshot Gauge "deklaro_last_run_stage_duration_seconds" "seconds" &["stage"], "Time its stages took, resumes added up.";
    Snapshot Gauge "deklaro_last_run_hosts" "" &["country_code"], "Hosts it processed.";
    Snapshot Gauge "deklaro_last_run_fetches" "" &["outcome"], "Requests it made or refused.";
    Snapshot Gauge "deklaro_last_run_spans_covered_share" "share" &[], "Share of what it did that has a span.";
    Snapshot Gauge "deklaro_health_state" "" &["state"], "The state of health that holds.";
    Snapshot Gauge "deklaro_health_value" "" &["measure"], "Value of a measure of health; missing where it was not checked.";
    Snapshot Gauge "deklaro_health_threshold" "" &["measure"], "The highest healthy value of a measure.";
    Snapshot Gauge "deklaro_health_failed" "" &["measure", "runbook"], "1 for a measure beyond its threshold; missing where it was not checked.";
    Snapshot Gauge "deklaro_hosts" "" &["country_code", "step"], "Hosts by country and step of the funnel.";
}

/// The metric of this name; a name Prometheus derives from a histogram gives the histogram.
pub fn find(name: &str) -> Option<&'static Metric> {
    let exact = |name: &str| METRICS.iter().find(|metric| metric.name == name);
    let of_histogram = || {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end))?;
        exact(base).filter(|metric| metric.kind == Kind::Histogram)
    };
    exact(name).or_else(of_histogram)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_well_formed() {
        let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
        for metric in METRICS {
            assert!(metric.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{metric:?}");
            assert!(metric.help.ends_with('.') && !metric.labels.contains(&"le"), "{metric:?}");
            // The three of the contract keep the names other people's dashboards have.
            let is_ours = metric.name.starts_with("deklaro_");
            assert_eq!(
                is_ours && metric.kind == Kind::Counter,
                is_ours && metric.name.ends_with("_total"),
                "{metric:?}"
            );
        }
    }

    #[test]
    fn the_parts_of_a_histogram_belong_to_it() {
        assert_eq!(
            find("request_duration_seconds_bucket").map(|found| found.name),
            Some("request_duration_seconds")
        );
        assert_eq!(find("request_count").map(|found| found.kind), Some(Kind::Counter));
        assert_eq!(find("deklaro_hosts_count"), None);
    }
}
