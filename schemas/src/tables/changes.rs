//! The table `changes` says how each host differs from the last snapshot.

use crate::codes::ChangeType;
use crate::table::table;
use crate::{CountryCode, HostId, HostKey, RunMonth};

table! {
    /// One row per difference between the last snapshot and this one.
    Change in changes, version 1, key [host_id, change_type], sort [country_code, canonical_hostname, change_type], carry No;
    /// The host.
    host_id: HostId,
    /// Country.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Month of the run.
    run_month: RunMonth,
    /// What changed.
    change_type: ChangeType,
    /// The value before.
    before: Option<String>,
    /// The value now.
    after: Option<String>,
}
