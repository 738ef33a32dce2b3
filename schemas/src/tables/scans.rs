//! The table `scans` says how far each country of a run is.

use crate::codes::ScanStatus;
use crate::table::table;
use crate::{CountryCode, RunId, RunMonth, ScanId, Timestamp};

table! {
    /// One row per country in a run.
    Scan in scans, version 1, key [scan_id], sort [country_code], carry ByCountry;
    /// Snapshot and country.
    scan_id: ScanId,
    /// The run.
    run_id: RunId,
    /// Country.
    country_code: CountryCode,
    /// Month of the run.
    run_month: RunMonth,
    /// queued, running, completed or failed.
    status: ScanStatus,
    /// When it began.
    started_at: Timestamp,
    /// When it ended.
    finished_at: Option<Timestamp>,
    /// Hosts to visit.
    host_total: i64,
    /// Hosts with a verdict.
    host_processed: i64,
    /// What went wrong.
    error_summary: Option<String>,
}
