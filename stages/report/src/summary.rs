use crate::{Database, ReportError};
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

/// From the hosts known to the statements found: each of known, in scope, attempted, reachable, read is part of the one before, and
/// eligible of reachable. The three verdicts share out `in_scope`.
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

#[derive(Deserialize)]
struct Clock {
    offset_ms: Option<u64>,
}

/// Name and text of a file of `sql/summary` or `sql/site`.
macro_rules! sql {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")))
    };
}
pub(crate) use sql;

pub(crate) const FUNNEL: (&str, &str) = sql!("summary/funnel");
pub(crate) const RUN: (&str, &str) = sql!("summary/run");
pub(crate) const CHANGES: (&str, &str) = sql!("summary/changes");
pub(crate) const FETCHES: (&str, &str) = sql!("summary/fetches");
pub(crate) const REQUESTS: (&str, &str) = sql!("summary/requests");
pub(crate) const CLOCK: (&str, &str) = sql!("summary/clock");
pub(crate) const ROBOTS: (&str, &str) = sql!("summary/robots");
pub(crate) const REASONS: (&str, &str) = sql!("summary/reasons");
pub(crate) const LANGUAGES: (&str, &str) = sql!("summary/languages");
pub(crate) const CONFORMANCE: (&str, &str) = sql!("summary/conformance");

impl Database {
    /// The month's figures.
    pub fn summary(&self) -> Result<Summary, ReportError> {
        let funnels: Vec<Funnel> = self.rows(FUNNEL.0, FUNNEL.1, &[])?;
        let (countries, all): (Vec<_>, Vec<_>) =
            funnels.into_iter().partition(|funnel| funnel.country_code.is_some());
        let clock: Option<Clock> = self.rows(CLOCK.0, CLOCK.1, &[])?.pop();
        let requests: Option<Requests> = self.rows(REQUESTS.0, REQUESTS.1, &[])?.pop();
        let clock_offset_ms = clock.and_then(|clock| clock.offset_ms);
        let counts = |(name, sql): (&str, &str)| self.rows::<Count>(name, sql, &[]);
        Ok(Summary {
            run: self.rows(RUN.0, RUN.1, &[])?.pop().unwrap_or_default(),
            all: all.into_iter().next().unwrap_or_default(),
            countries,
            changes: counts(CHANGES)?,
            fetches: counts(FETCHES)?,
            requests: Requests { clock_offset_ms, ..requests.unwrap_or_default() },
            robots: counts(ROBOTS)?,
            reasons: counts(REASONS)?,
            languages: counts(LANGUAGES)?,
            conformance: counts(CONFORMANCE)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{empty, world};

    #[test]
    fn the_funnel_narrows_and_the_verdicts_share_out_the_hosts() {
        let summary = world().summary().unwrap();
        let all = &summary.all;
        assert_eq!(
            [all.known, all.in_scope, all.attempted, all.reachable, all.read, all.eligible],
            [3, 3, 3, 2, 2, 2]
        );
        assert_eq!([all.found, all.not_found, all.uncertain], [1, 1, 1]);
        assert_eq!([all.active, all.stale, all.inactive, all.retired], [2, 1, 0, 0]);
        assert_eq!([all.standing_found, all.standing_found_stale], [2, 1]);
        assert_eq!(all.found_share(), Some(0.5));
        assert_eq!(summary.countries.len(), 1);
        assert_eq!(Funnel { country_code: None, ..summary.countries[0].clone() }, *all);
        assert_eq!(summary.run.run_month.unwrap().as_str(), "2026-11");
        assert_eq!((summary.requests.made, summary.requests.refused), (3, 1));
        assert_eq!(summary.changes, [Count { name: "became_stale".to_owned(), reason: None, count: 1 }]);
    }

    #[test]
    fn a_block_page_is_read_but_not_eligible() {
        let database = world();
        let sql = "UPDATE statements SET detection_status = 'uncertain', reason_codes = ['block_page'] WHERE host_id = 'host2'";
        database.connection.execute_batch(sql).unwrap();
        let all = database.summary().unwrap().all;
        assert_eq!([all.read, all.eligible, all.found], [2, 1, 1]);
    }

    #[test]
    fn nothing_at_all_is_zeros_without_shares() {
        let summary = empty().summary().unwrap();
        assert_eq!(summary, Summary::default());
        assert_eq!(summary.all.found_share(), None);
    }

    #[test]
    fn a_summary_reads_back() {
        let summary = world().summary().unwrap();
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
    }
}
