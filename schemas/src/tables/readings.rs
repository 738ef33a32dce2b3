//! The table `readings` says what the detector saw in each page.

use crate::codes::{
    Conformance, Coverage, Obligation, PageKind, PolicyMention, PreparationMethod, ReasonCode, Signal,
};
use crate::table::table;
use crate::tables::Evidence;
use crate::{CountryCode, Date, FetchId, HostId, HostKey, LanguageTag, PageUrl, Sha256};

table! {
    /// One row per page that was read: what the detector saw in it.
    Reading in readings, version 1, key [fetch_id], sort [country_code, canonical_hostname, round, rank, fetch_id], carry ByCountry;
    /// The fetch that brought the page.
    fetch_id: FetchId,
    /// The host.
    host_id: HostId,
    /// Country of the host.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Round.
    round: i32,
    /// Order within the host and round, from 0.
    rank: i32,
    /// Where the page is.
    url: PageUrl,
    /// Hash of its bytes.
    body_sha256: Sha256,
    /// What it turned out to be.
    page_kind: PageKind,
    /// The charset it was decoded with.
    charset: String,
    /// Its language, by its text.
    language: Option<LanguageTag>,
    /// Its title, cut to 300 characters.
    title: Option<String>,
    /// Links on it with a target.
    link_count: i64,
    /// Characters of visible text.
    text_count: i64,
    /// The independent signs of a statement.
    signals: Vec<Signal>,
    /// The terms behind them.
    evidence: Vec<Evidence>,
    /// Declared conformance.
    conformance_status: Option<Conformance>,
    /// When the statement says it was prepared.
    prepared_on: Option<Date>,
    /// When it says it was last reviewed.
    reviewed_on: Option<Date>,
    /// How it says it was prepared.
    method: Option<PreparationMethod>,
    /// Contact given for feedback.
    feedback: Option<String>,
    /// Enforcement body or procedure named.
    enforcement: Option<String>,
    /// Laws and standards mentioned.
    policy_mentions: Vec<PolicyMention>,
    /// True when it is tied to this host, false when it names another, empty when it names none.
    has_host_named: Option<bool>,
    /// Why it is what it is.
    reason_codes: Vec<ReasonCode>,
    /// Where a meta refresh leads.
    refresh_url: Option<PageUrl>,
    /// Up to 10 navigation links to the same site.
    navigation_urls: Vec<PageUrl>,
    /// Whether the statement is for this host.
    covers_this_host: Option<Coverage>,
    /// The status of a national register that has more than three, as declared: Dutch A to E.
    national_status: Option<String>,
    /// What the statement holds of the model statement; empty where the page is no statement.
    obligations_present: Option<Vec<Obligation>>,
    /// What it lacks; what stands in neither list no machine can decide.
    obligations_absent: Option<Vec<Obligation>>,
    /// Dates by which it promises to have repaired something, later than itself.
    promised_on: Option<Vec<Date>>,
    /// Version of the glossary it was read with: the beginning of the hash of its terms.
    glossary_version: Option<String>,
}
