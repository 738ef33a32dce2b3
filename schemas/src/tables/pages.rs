//! The table `pages` holds what an engine hands to detection; no snapshot holds it.

use crate::table::table;
use crate::{Bytes, CountryCode, FetchId, HostId, HostKey, PageUrl, Sha256};

table! {
    /// One row per page to read, with all that reading it takes: what an engine hands to `deklaro exec detect`. It is in no snapshot.
    Page in pages, version 1, key [fetch_id], sort [country_code, canonical_hostname, round, rank, fetch_id], carry No;
    /// The fetch that brought the page.
    fetch_id: FetchId,
    /// The host.
    host_id: HostId,
    /// Country of the host.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Other names of the same site.
    host_aliases: Vec<HostKey>,
    /// Round.
    round: i32,
    /// Order within the host and round, from 0.
    rank: i32,
    /// Where the page is: where the redirects ended.
    url: PageUrl,
    /// What the host was asked for in that round, and where redirects ended: not chosen again as a candidate.
    asked_urls: Vec<String>,
    /// Media type of the answer, else of the body.
    content_type: Option<String>,
    /// Charset of the answer, else of the body.
    charset: Option<String>,
    /// Hash of the body.
    body_sha256: Sha256,
    /// The bytes.
    body: Bytes,
}
