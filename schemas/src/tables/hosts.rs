//! The table `hosts` holds the state of every known host and the verdict that stands.

use crate::codes::{
    Confidence, Conformance, DetectionStatus, Lifecycle, PolicyMention, ReasonCode, RetiredReason,
};
use crate::table::table;
use crate::{CountryCode, Date, FetchId, HostId, HostKey, LanguageTag, PageUrl, RunMonth, SnapshotId};

table! {
    /// One row per host ever known, with its state after this month and the verdict that stands.
    Host in hosts, version 1, key [host_id], sort [country_code, canonical_hostname], carry ByCountry;
    /// The host.
    host_id: HostId,
    /// Country.
    country_code: CountryCode,
    /// The host's name.
    canonical_hostname: HostKey,
    /// Where it stands in its life.
    lifecycle: Lifecycle,
    /// True when the verdict below is kept from an earlier run.
    is_stale: bool,
    /// Unreachable runs in a row.
    unreachable_streak: i32,
    /// Why it is inactive or retired.
    retired_reason: Option<RetiredReason>,
    /// Month it was first listed.
    first_seen_month: RunMonth,
    /// Month it was last listed.
    last_seen_month: RunMonth,
    /// Month it was last reached.
    last_reached_month: Option<RunMonth>,
    /// The snapshot the verdict was taken in.
    verdict_snapshot: SnapshotId,
    /// The verdict that stands.
    detection_status: DetectionStatus,
    /// How sure.
    confidence: Confidence,
    /// Where the statement is.
    statement_url: Option<PageUrl>,
    /// Its language.
    detected_language: Option<LanguageTag>,
    /// Declared conformance.
    conformance_status: Option<Conformance>,
    /// When it was prepared.
    prepared_on: Option<Date>,
    /// When it was last reviewed.
    reviewed_on: Option<Date>,
    /// Laws and standards mentioned.
    policy_mentions: Vec<PolicyMention>,
    /// Why the verdict is what it is.
    reason_codes: Vec<ReasonCode>,
    /// True when the last run could read the site.
    is_read: bool,
    /// Fetch of the proof, in the verdict's snapshot.
    proof_fetch_id: Option<FetchId>,
    /// Host the entry page answered under when the verdict was taken.
    answering_hostname: Option<HostKey>,
    /// The name it is listed under now, where it was renamed.
    successor_hostname: Option<HostKey>,
}
