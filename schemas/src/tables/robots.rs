//! The table `robots` says what each authority's robots.txt means for the crawl.

use crate::codes::{ReasonCode, RobotsOutcome};
use crate::table::table;
use crate::{Authority, Sha256, Timestamp};

table! {
    /// One row per authority whose robots.txt was asked for.
    Robots in robots, version 2, key [authority], sort [authority], carry ByKey;
    /// Scheme, host and port.
    authority: Authority,
    /// Status code of the last answer.
    status_code: Option<i32>,
    /// What it means for us.
    outcome: RobotsOutcome,
    /// Why it could not be had.
    reason_code: Option<ReasonCode>,
    /// SHA-256 of the file; its bytes are in `bodies`.
    body_sha256: Option<Sha256>,
    /// Bytes read.
    body_bytes: i64,
    /// Redirects followed.
    redirect_count: i32,
    /// Crawl-delay that applies to us.
    crawl_delay_ms: Option<i64>,
    /// Since when it could not be had, run after run; empty when it could (RFC 9309 section 2.3.1.4).
    unreachable_since: Option<Timestamp>,
    /// When it was asked for.
    fetched_at: Timestamp,
}
