//! A month in figures: what health is judged by and what the pages show.

use deklaro_schemas::{CountryCode, RunMonth};
use serde::{Deserialize, Serialize};

/// A month in figures, each with its denominators: what the demo prints and the history that health is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Summary {
    /// The run.
    pub run: RunFigures,
    /// All countries together.
    pub all: Funnel,
    /// Each country, sorted by code.
    pub countries: Vec<Funnel>,
    /// Changes by type.
    pub changes: Vec<Count>,
    /// Fetches by outcome and reason.
    pub fetches: Vec<Count>,
    /// The requests behind them.
    pub requests: Requests,
    /// Authorities by what their robots.txt meant.
    pub robots: Vec<Count>,
    /// Verdicts by status and reason.
    pub reasons: Vec<Count>,
    /// Statements found by language.
    pub languages: Vec<Count>,
    /// Statements found by declared conformance.
    pub conformance: Vec<Count>,
}

/// The run's scans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct RunFigures {
    /// Month of the run; empty without scans.
    pub run_month: Option<RunMonth>,
    /// Countries scanned.
    pub scans: u64,
    /// Of these, failed.
    pub scans_failed: u64,
    /// Countries whose rows were taken over from an earlier snapshot.
    pub scans_carried: u64,
}

/// From the hosts known to the statements found. Each of known, in scope, attempted, reachable and read is
/// part of the one before; eligible is part of reachable. The three verdicts share out `in_scope`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Funnel {
    /// The country; empty for all together.
    pub country_code: Option<CountryCode>,
    /// Hosts on the lists: all ever known that are not retired.
    pub known: u64,
    /// Of these, to be visited.
    pub in_scope: u64,
    /// Of these, asked at least once.
    pub attempted: u64,
    /// Of these, the server answered: a page, an error below 500, or a robots.txt that forbids.
    pub reachable: u64,
    /// Of these, at least one page was read and its links extracted.
    pub read: u64,
    /// Hosts in scope whose page shows whether there is a statement: the denominator of every share found.
    pub eligible: u64,
    /// Statement found.
    pub found: u64,
    /// Read, and none there.
    pub not_found: u64,
    /// Neither can be claimed.
    pub uncertain: u64,
    /// Found with high confidence.
    pub found_high: u64,
    /// Found with medium confidence.
    pub found_medium: u64,
    /// Found with low confidence.
    pub found_low: u64,
    /// Known hosts whose standing verdict is found, kept ones included.
    pub standing_found: u64,
    /// Of these, kept from an earlier month.
    pub standing_found_stale: u64,
    /// Hosts by lifecycle: reached.
    pub active: u64,
    /// Unreachable for the first month.
    pub stale: u64,
    /// Unreachable for longer, or never reached.
    pub inactive: u64,
    /// No longer on any list.
    pub retired: u64,
}

impl Funnel {
    /// Found of eligible; `None` without a denominator.
    pub fn found_share(&self) -> Option<f64> {
        share(self.found, self.eligible)
    }

    /// Attempted hosts of which nothing came back.
    pub fn failure_share(&self) -> Option<f64> {
        share(self.attempted.saturating_sub(self.reachable), self.attempted)
    }

    /// Known hosts that went stale.
    pub fn stale_share(&self) -> Option<f64> {
        share(self.stale, self.known)
    }

    /// Known hosts that were read.
    pub fn read_share(&self) -> Option<f64> {
        share(self.read, self.known)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How often something occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What.
    pub name: String,
    /// Why, where that tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How often.
    pub count: u64,
}

/// Requests of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Requests {
    /// Made.
    pub made: u64,
    /// Not made, because of robots.txt, the address or a stop.
    pub refused: u64,
    /// Made again after a failure.
    pub retries: u64,
    /// Decoded bytes read.
    pub body_bytes: u64,
    /// Median duration of those that went well.
    pub median_ms: u64,
    /// 95th percentile of the same.
    pub p95_ms: u64,
    /// 95th percentile of the wait for a turn; empty where it was not written down.
    #[serde(default)]
    pub queue_wait_p95_ms: Option<u64>,
    /// Median distance of our clock from the servers'; empty where no server told its time.
    #[serde(default)]
    pub clock_offset_ms: Option<u64>,
}
