//! What the crawl and the detector report in their rows, counted. The stages themselves know nothing of metrics.

use deklaro_crawl::HostOutcome;
use deklaro_schemas::tables::Fetch;
use metrics::{counter, histogram};

/// Counts what a host's work in a round gave.
pub(crate) fn host(outcome: &HostOutcome) {
    for fetch in &outcome.fetches {
        fetched(fetch);
    }
    if let Some(fetch) = outcome.fetches.first() {
        let country = fetch.country_code.as_str().to_owned();
        counter!("deklaro_hosts_processed_total", "country_code" => country).increment(1);
    }
}

fn fetched(fetch: &Fetch) {
    let count = |milliseconds: i64| milliseconds.max(0) as u64;
    counter!("deklaro_fetches_total", "outcome" => fetch.outcome.as_str()).increment(1);
    counter!("deklaro_fetch_bytes_total").increment(count(fetch.body_bytes.unwrap_or_default()));
    histogram!("deklaro_fetch_duration_seconds").record(count(fetch.duration_ms) as f64 / 1e3);
    if fetch.attempt > 1 {
        counter!("deklaro_fetch_retries_total").increment(1);
    }
    for (cause, waited) in [
        ("gap", fetch.gap_wait_ms),
        ("backoff", fetch.backoff_wait_ms),
        ("retry_after", fetch.retry_after_wait_ms),
        ("queue", fetch.queue_wait_ms),
    ] {
        counter!("deklaro_fetch_wait_milliseconds_total", "cause" => cause).increment(count(waited));
    }
}
