//! The table `frontier` says which URLs each round fetches.

use crate::codes::Purpose;
use crate::table::table;
use crate::{CountryCode, FetchId, HostId, HostKey, PageUrl};

table! {
    /// One row per URL to fetch in a round.
    FrontierUrl in frontier, version 1, key [host_id, round, url], sort [country_code, canonical_hostname, round, rank, url], carry ByCountry;
    /// The host it is fetched for.
    host_id: HostId,
    /// Country of that host.
    country_code: CountryCode,
    /// That host, which need not be the URL's.
    canonical_hostname: HostKey,
    /// Round, from 1.
    round: i32,
    /// What to fetch.
    url: PageUrl,
    /// What for.
    purpose: Purpose,
    /// Order within the host and round, from 0.
    rank: i32,
    /// The fetch on whose page the URL was found.
    found_in: Option<FetchId>,
}
