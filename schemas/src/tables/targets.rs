//! The table `targets` says which hosts a run visits, and by which scope rule.

use crate::codes::{DetectionStatus, Lifecycle, ScopeRule};
use crate::column::nested;
use crate::table::table;
use crate::{CountryCode, HostId, HostKey, PageUrl, SeedId, SourceId};

nested! {
    /// A sheet row that lists the host.
    TargetSource {
        /// The sheet.
        source_id: SourceId,
        /// The row's seed.
        seed_id: SeedId,
        /// Sheet name.
        sheet: String,
        /// Row in the sheet, counted from 1.
        row_number: i64,
    }
}

table! {
    /// One row per host to visit this month.
    Target in targets, version 1, key [host_id], sort [country_code, canonical_hostname], carry ByCountry;
    /// Hash of country and host.
    host_id: HostId,
    /// Country.
    country_code: CountryCode,
    /// Host in canonical spelling.
    canonical_hostname: HostKey,
    /// Other names of the same site: its www twin where listed too.
    host_aliases: Vec<HostKey>,
    /// Registrable domain by the Public Suffix List.
    registrable_domain: String,
    /// Where the visit starts.
    entry_url: PageUrl,
    /// True when the host is visited.
    is_in_scope: bool,
    /// Whether Directive (EU) 2016/2102 covers it, as far as the lists show; empty where they do not.
    is_under_directive: Option<bool>,
    /// The rule that decided both.
    scope_rule: ScopeRule,
    /// Up to 20 sheet rows that list it.
    sources: Vec<TargetSource>,
    /// All sheet rows that list it.
    seed_count: i64,
    /// Lifecycle after the last snapshot.
    previous_lifecycle: Option<Lifecycle>,
    /// Verdict in the last snapshot.
    previous_detection_status: Option<DetectionStatus>,
    /// Where the statement stood.
    previous_statement_url: Option<PageUrl>,
    /// Unreachable runs in a row before this one.
    previous_unreachable_streak: i32,
}
