//! How a month's figures are counted from its tables.

use crate::{Database, ReportError};
use deklaro_judge::{Count, Funnel, Requests, Summary};
use serde::Deserialize;

#[derive(Deserialize)]
struct Clock {
    offset_ms: Option<u64>,
}

/// Name and text of a file below `sql`.
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
