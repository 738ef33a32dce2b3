//! The table `candidates` holds the links that may lead to a statement.

use crate::codes::{Place, ReasonCode};
use crate::table::table;
use crate::{CountryCode, FetchId, HostId, HostKey, LanguageTag, PageUrl};

table! {
    /// One row per link that was considered as the statement, its hub or its document.
    Candidate in candidates, version 1, key [host_id, fetch_id, url], sort [country_code, canonical_hostname, round, rank, url, fetch_id], carry ByCountry;
    /// The host.
    host_id: HostId,
    /// Country of the host.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Round of the page the link was on.
    round: i32,
    /// The fetch of the page the link was on.
    fetch_id: FetchId,
    /// Where it leads.
    url: PageUrl,
    /// Its text, or what stands for it: title, label, alternative text; cut to 300 characters.
    anchor_text: String,
    /// Where on the page.
    place: Place,
    /// The glossary terms that matched.
    terms: Vec<String>,
    /// Language of the terms.
    language: Option<LanguageTag>,
    /// Score by the ranking in `stages/detect`, 0 to 1.
    score: f64,
    /// Order among the candidates of its page, from 0.
    rank: i32,
    /// True for a link to a hub page that may hold the statement link.
    is_hub: bool,
    /// True for a document (PDF, DOCX, ODT).
    is_document: bool,
    /// True when it should be fetched.
    is_chosen: bool,
    /// Why it was not chosen.
    why_not: Option<ReasonCode>,
    /// Version of the glossary it was graded with: the beginning of the hash of its terms.
    glossary_version: Option<String>,
}
