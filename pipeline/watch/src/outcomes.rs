//! Every outcome that is counted, shown before the first one.

use deklaro_schemas::codes::{FetchOutcome, RunState};
use metrics::{counter, gauge};

/// What becomes of a scan that a worker took on.
const JOBS: [&str; 4] = ["taken_over", "completed", "put_back", "failed"];
/// What becomes of a connection that finds no place.
const REFUSED: [&str; 2] = ["spare", "none"];
/// What becomes of a span.
const SPANS: [&str; 4] = ["kept", "exported", "failed", "dropped"];

/// Shows every outcome that can be counted, before the first one: `increase` does not see a counter that is born at 1.
pub(super) fn at_zero() {
    let runs = RunState::ALL.iter().filter(|state| **state != RunState::Running);
    for state in runs {
        counter!("deklaro_runs_total", "outcome" => state.as_str()).increment(0);
    }
    for outcome in FetchOutcome::ALL {
        counter!("deklaro_fetches_total", "outcome" => outcome.as_str()).increment(0);
    }
    for outcome in JOBS {
        counter!("deklaro_jobs_total", "outcome" => outcome).increment(0);
    }
    for place in REFUSED {
        counter!("deklaro_connections_refused_total", "place" => place).increment(0);
    }
    for outcome in SPANS {
        counter!("deklaro_spans_total", "outcome" => outcome).increment(0);
    }
}

/// Notes how a batch run ended, and when: each is a process of its own, whose counters tell nothing of the one before.
pub fn batch_ended(state: RunState) {
    let at = jiff::Timestamp::now().as_second() as f64;
    gauge!("deklaro_batch_ended_timestamp_seconds", "outcome" => state.as_str()).set(at);
}
