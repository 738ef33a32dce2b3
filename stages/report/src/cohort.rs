//! Which websites do two snapshots both list, and which came and went?

use crate::summary::sql;
use crate::{Database, ReportError};
use serde::{Deserialize, Serialize};

pub(crate) const COHORT: (&str, &str) = sql!("cohort");

/// Hosts that both snapshots list, which alone can be compared, and the others apart. A renamed host is one host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cohort {
    /// Hosts of the earlier snapshot.
    pub hosts_from: u64,
    /// Hosts of the later one.
    pub hosts_to: u64,
    /// Hosts of both.
    pub hosts_common: u64,
    /// Hosts of the later one alone.
    pub hosts_added: u64,
    /// Hosts of the earlier one alone.
    pub hosts_removed: u64,
    /// Statements that stood among the common hosts.
    pub found_from: u64,
    /// The same in the later one.
    pub found_to: u64,
}

/// The cohort of a country, and what could be judged of it. Unlike `found_from` and `found_to`, its counts of
/// statements are those found in the month itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct JudgedCohort {
    pub(crate) country_code: Option<String>,
    #[serde(flatten)]
    pub(crate) hosts: Cohort,
    pub(crate) both_times: u64,
    pub(crate) found_before: u64,
    pub(crate) found_now: u64,
    pub(crate) gained: u64,
    pub(crate) lost: u64,
    pub(crate) added_judged: u64,
    pub(crate) added_found: u64,
    pub(crate) removed_found: u64,
    pub(crate) newly_judged: u64,
    pub(crate) no_longer_judged: u64,
}

impl Database {
    /// The hosts of this snapshot beside those of the one that was opened as `previous`.
    pub fn cohort(&self) -> Result<Cohort, ReportError> {
        let all = self.cohorts()?.into_iter().find(|cohort| cohort.country_code.is_none());
        Ok(all.unwrap_or_default().hosts)
    }

    /// The cohort of all together, and of each country.
    pub(crate) fn cohorts(&self) -> Result<Vec<JudgedCohort>, ReportError> {
        self.rows(COHORT.0, COHORT.1, &[])
    }
}

#[cfg(test)]
mod tests {
    use crate::Database;
    use crate::testing::{empty, world};

    /// `host2` goes by another name now, under which it was found not to have a statement.
    fn renamed() -> Database {
        let database = world();
        let sql = "
            INSERT INTO previous.targets SELECT * FROM targets;
            INSERT INTO hosts BY NAME SELECT * REPLACE ('host4' AS host_id, 'd.example.at' AS canonical_hostname)
              FROM hosts WHERE host_id = 'host2';
            UPDATE hosts SET lifecycle = 'retired', retired_reason = 'renamed', successor_hostname = 'd.example.at'
              WHERE host_id = 'host2';
            UPDATE targets SET host_id = 'host4' WHERE host_id = 'host2';
            UPDATE statements SET host_id = 'host4' WHERE host_id = 'host2'";
        database.connection.execute_batch(sql).unwrap();
        database
    }

    #[test]
    fn a_renamed_host_is_one_host_that_was_judged_both_times() {
        let database = renamed();
        for cohort in database.cohorts().unwrap() {
            let hosts = &cohort.hosts;
            assert_eq!([hosts.hosts_from, hosts.hosts_to, hosts.hosts_common], [3, 3, 3]);
            assert_eq!([hosts.hosts_added, hosts.hosts_removed], [0, 0], "neither came nor went");
            assert_eq!([cohort.both_times, cohort.found_before, cohort.found_now], [2, 1, 1]);
        }
        assert_eq!(database.cohort().unwrap(), database.cohorts().unwrap()[1].hosts, "one country is all");
    }

    /// `host1` had a statement, `host2` had none: the history of the first of them is carried on.
    #[test]
    fn of_two_hosts_with_one_new_name_the_first_ones_history_is_carried_on() {
        let database = renamed();
        let sql = "UPDATE hosts SET lifecycle = 'retired', retired_reason = 'renamed', successor_hostname = 'd.example.at' WHERE host_id = 'host1'";
        database.connection.execute_batch(sql).unwrap();
        let cohort = database.cohort().unwrap();
        assert_eq!([cohort.hosts_common, cohort.hosts_added, cohort.hosts_removed], [2, 0, 1]);
        assert_eq!([cohort.found_from, cohort.found_to], [2, 1], "host1 and host3, then host3");
        let own = "INSERT INTO previous.hosts BY NAME SELECT * REPLACE ('host4' AS host_id, 'd.example.at' AS canonical_hostname) FROM previous.hosts WHERE host_id = 'host2'";
        database.connection.execute_batch(own).unwrap();
        let cohort = database.cohort().unwrap();
        assert_eq!(
            [cohort.hosts_common, cohort.hosts_removed, cohort.found_from],
            [2, 2, 1],
            "its own counts more"
        );
    }

    #[test]
    fn a_statement_that_stands_is_not_one_that_was_found_this_month() {
        let cohort = &world().cohorts().unwrap()[0];
        assert_eq!(
            [cohort.hosts.found_from, cohort.hosts.found_to],
            [2, 2],
            "host3 is stale and keeps its own"
        );
        assert_eq!(cohort.both_times, 0, "no host was a target before");
    }

    #[test]
    fn two_empty_snapshots_have_nothing_in_common() {
        assert_eq!(empty().cohort().unwrap(), super::Cohort::default());
    }
}
