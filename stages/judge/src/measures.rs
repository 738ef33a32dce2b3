//! What health is judged by: every measure, and how it comes by its value.

use crate::summary::{Funnel, Summary};
use deklaro_schemas::codes::CheckVerdict;

/// How a measure comes by its value.
pub(crate) enum Source {
    /// From this month's checks.
    Checks(CheckVerdict),
    /// From a month and the window of months before it.
    Months(fn(&Summary, &[Summary]) -> Option<f64>),
    /// Handed in.
    Signal,
}

/// Something that health is judged by; its threshold is in `thresholds.toml`.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) source: Source,
}

const fn measure(name: &'static str, description: &'static str, source: Source) -> Measure {
    Measure { name, description, source }
}

/// Every measure; the thresholds file has exactly these.
pub(crate) const MEASURES: &[Measure] = &[
    measure("checks_failed", "Rules of severity error that are broken", Source::Checks(CheckVerdict::Fail)),
    measure("checks_warned", "Rules of severity warn that are broken", Source::Checks(CheckVerdict::Warn)),
    measure(
        "scans_failed",
        "Countries whose scan failed this month",
        Source::Months(|now, _| Some(now.run.scans_failed as f64)),
    ),
    measure(
        "runs_with_failures",
        "Months with a failed scan, this one and those of the window",
        Source::Months(|now, before| {
            Some(before.iter().chain([now]).filter(|month| month.run.scans_failed > 0).count() as f64)
        }),
    ),
    measure(
        "crawl_failure_spike",
        "Share of attempted hosts without an answer, above the window's median",
        Source::Months(|now, before| above_median(now, before, Funnel::failure_share)),
    ),
    measure(
        "stale_spike",
        "Share of known hosts that went stale, above the window's median",
        Source::Months(|now, before| above_median(now, before, Funnel::stale_share)),
    ),
    measure(
        "coverage_loss",
        "Share of known hosts that were read, below the window's median",
        Source::Months(|now, before| above_median(now, before, Funnel::read_share).map(|rise| -rise)),
    ),
    measure("failed_runs", "Runs that ended with an error and were not finished since", Source::Signal),
    measure(
        "queue_lag_minutes",
        "Minutes that 95 of 100 requests waited for their turn at most",
        Source::Months(|now, _| now.requests.queue_wait_p95_ms.map(|wait| wait as f64 / 60_000.0)),
    ),
    measure("postmortems_overdue", "Incidents whose postmortem is due and not there", Source::Signal),
    measure("incidents_unreadable", "Tables of incidents that are broken", Source::Signal),
    measure("missed_schedules", "Runs that were due and did not start", Source::Signal),
    measure("artifact_write_failures", "Artifacts that could not be written", Source::Signal),
    measure("store_used_share", "Share of the store's disk in use", Source::Signal),
    measure(
        "clock_offset_seconds",
        "Seconds between our clock and the servers', in the median",
        Source::Months(|now, _| now.requests.clock_offset_ms.map(|offset| offset as f64 / 1_000.0)),
    ),
];

fn above_median(now: &Summary, before: &[Summary], share: fn(&Funnel) -> Option<f64>) -> Option<f64> {
    let mut shares: Vec<f64> = before.iter().filter_map(|month| share(&month.all)).collect();
    shares.sort_by(f64::total_cmp);
    let middle = shares.len() / 2;
    let median = match shares.len() {
        0 => return None,
        even if even % 2 == 0 => f64::midpoint(shares[middle - 1], shares[middle]),
        _ => shares[middle],
    };
    Some(share(&now.all)? - median)
}
