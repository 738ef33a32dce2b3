//! The table `statements` holds this run's verdict for each host, and what it rests on.

use crate::codes::{
    Confidence, Conformance, Coverage, DetectionStatus, Obligation, PolicyMention, PreparationMethod,
    ReasonCode, ShortfallReason,
};
use crate::column::nested;
use crate::table::table;
use crate::{CountryCode, Date, FetchId, HostId, HostKey, LanguageTag, PageUrl, RunMonth, Sha256};

nested! {
    /// A term that carried a verdict, and where it stood.
    Evidence {
        /// The glossary term, or the fact, that matched.
        term: String,
        /// title, heading, body, footer, header, nav, head or url.
        place: String,
        /// The text around it, cut to 200 characters.
        snippet: String,
    }
}

table! {
    /// One row per target of this run: the verdict and what it rests on.
    Statement in statements, version 1, key [host_id], sort [country_code, canonical_hostname], carry ByCountry;
    /// The host.
    host_id: HostId,
    /// Country.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Month of the run.
    run_month: RunMonth,
    /// The verdict.
    detection_status: DetectionStatus,
    /// How sure, by the rubric.
    confidence: Confidence,
    /// Where the statement is.
    statement_url: Option<PageUrl>,
    /// Its language.
    detected_language: Option<LanguageTag>,
    /// Why the verdict is what it is.
    reason_codes: Vec<ReasonCode>,
    /// The terms it rests on, up to 12.
    evidence: Vec<Evidence>,
    /// Laws and standards mentioned.
    policy_mentions: Vec<PolicyMention>,
    /// Declared conformance.
    conformance_status: Option<Conformance>,
    /// When it was prepared.
    prepared_on: Option<Date>,
    /// When it was last reviewed.
    reviewed_on: Option<Date>,
    /// How it was prepared.
    method: Option<PreparationMethod>,
    /// Contact given for feedback.
    feedback: Option<String>,
    /// Enforcement body or procedure named.
    enforcement: Option<String>,
    /// True when the statement names this host, false when another, empty when none.
    has_host_named: Option<bool>,
    /// True when at least one page of the host could be fetched.
    is_reachable: bool,
    /// True when at least one page was read and its links extracted.
    is_read: bool,
    /// Fetches made for the host, retries and refusals included.
    fetch_count: i64,
    /// Fetch of the page the verdict rests on.
    proof_fetch_id: Option<FetchId>,
    /// Hash of that page's bytes.
    proof_body_sha256: Option<Sha256>,
    /// Fetch of the entry page.
    entry_fetch_id: Option<FetchId>,
    /// Up to 10 navigation URLs of the host.
    sampled_urls: Vec<PageUrl>,
    /// Why fewer than 10.
    sample_shortfall_reason: Option<ShortfallReason>,
    /// Whether the statement is for this host.
    covers_this_host: Option<Coverage>,
    /// The status of a national register that has more than three, as declared: Dutch A to E.
    national_status: Option<String>,
    /// What the statement holds of the model statement; empty where no statement was read.
    obligations_present: Option<Vec<Obligation>>,
    /// What it lacks; what stands in neither list no machine can decide.
    obligations_absent: Option<Vec<Obligation>>,
    /// Days from its preparation or last review, whichever is later, to the visit.
    age_days: Option<i32>,
    /// True when that is more than twelve months.
    is_review_overdue: Option<bool>,
    /// Promised repairs whose date was past at the visit.
    promises_past_count: Option<i32>,
    /// Version of the glossary the pages were read with: the beginning of the hash of its terms.
    glossary_version: Option<String>,
    /// Version of the rubric the verdict was taken by: the beginning of the hash of its rules.
    rubric_version: Option<String>,
    /// Host the entry page answered under, after redirects; empty where it could not be fetched.
    answering_hostname: Option<HostKey>,
}
