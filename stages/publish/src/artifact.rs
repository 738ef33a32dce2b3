//! A country's artifact holds one record per host, in the shape of the contract.

use deklaro_schemas::codes::{
    Confidence, Conformance, DetectionStatus, Lifecycle, PolicyMention, Purpose, ReasonCode, ShortfallReason,
    SourceType,
};
use deklaro_schemas::tables::{Fetch, Host, Scan, Source, Statement, Target};
use deklaro_schemas::{
    CountryCode, FetchId, HostId, HostKey, LanguageTag, PageUrl, RunMonth, ScanId, SnapshotId, SourceId,
    Timestamp, rfc3339,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a country's artifact is made from; rows of other countries are passed over.
#[derive(Debug, Clone, Copy)]
pub struct ArtifactInput<'a> {
    /// Month of the run.
    pub month: RunMonth,
    /// The country.
    pub country: CountryCode,
    /// Its scan in this run.
    pub scan: &'a Scan,
    /// When the artifact's content was settled; the same value gives the same bytes.
    pub generated_at: Timestamp,
    /// The hosts table.
    pub hosts: &'a [Host],
    /// The statements table.
    pub statements: &'a [Statement],
    /// The targets table.
    pub targets: &'a [Target],
    /// The fetches table.
    pub fetches: &'a [Fetch],
    /// The sources table.
    pub sources: &'a [Source],
}

/// Why an artifact could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The contract asks for a source reference, and the tables name none.
    #[error("host `{host}` in `{country}` has no source with a reference in `targets` and `sources`")]
    NoSource {
        /// The country.
        country: CountryCode,
        /// The host.
        host: HostKey,
    },
    /// The artifact does not fit its format.
    #[error("artifact of `{country}` as {format}: {message}")]
    Format {
        /// The country.
        country: CountryCode,
        /// json, toon or csv.
        format: &'static str,
        /// What the format's library says.
        message: String,
    },
}

/// A country's month as published: the contract shape of the artifact file and of the HTTP API (mission A8, A9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountryArtifact {
    /// Two capital letters.
    pub country_code: CountryCode,
    /// Month of the run.
    pub run_month: RunMonth,
    /// The scan that brought it.
    pub scan_id: ScanId,
    /// When it was made.
    #[serde(with = "rfc3339")]
    pub generated_at: Timestamp,
    /// Every host of the country that is not retired, sorted by host.
    pub domains: Vec<DomainRecord>,
}

/// One host as published. The fields up to `stale` are the contract; those after it may grow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainRecord {
    /// The host.
    pub canonical_hostname: HostKey,
    /// Where the statement is.
    pub statement_url: Option<PageUrl>,
    /// found, `not_found` or uncertain.
    pub detection_status: DetectionStatus,
    /// high, medium or low.
    pub confidence: Confidence,
    /// BCP 47 tag of the statement's language.
    pub detected_language: Option<LanguageTag>,
    /// Redirects of the entry page, in order.
    pub redirect_chain: Vec<Hop>,
    /// Up to ten navigation URLs of the host.
    pub sampled_urls: Vec<PageUrl>,
    /// Why fewer than ten.
    pub sample_shortfall_reason: Option<ShortfallReason>,
    /// Where the list that names the host can be had.
    pub source_reference_url: String,
    /// True when the verdict is kept from an earlier run.
    pub stale: bool,
    /// Hash of country and host, the same in every month.
    pub host_id: HostId,
    /// active, stale or inactive.
    pub lifecycle: Lifecycle,
    /// Unreachable runs in a row.
    pub unreachable_streak: i32,
    /// First month on a list.
    pub first_seen_month: RunMonth,
    /// Last month it was reached.
    pub last_reached_month: Option<RunMonth>,
    /// The snapshot the verdict was taken in.
    pub verdict_snapshot: SnapshotId,
    /// Why the verdict is what it is.
    pub reason_codes: Vec<ReasonCode>,
    /// Conformance the statement declares.
    pub conformance_status: Option<Conformance>,
    /// Day it was prepared.
    pub prepared_on: Option<String>,
    /// Day it was last reviewed.
    pub reviewed_on: Option<String>,
    /// Laws and standards it mentions.
    pub policy_mentions: Vec<PolicyMention>,
    /// Fetch of the proof, in the snapshot of the verdict.
    pub proof_fetch_id: Option<FetchId>,
    /// official, curated, archive or other.
    pub source_type: SourceType,
    /// File the reference stands for.
    pub source_file: String,
    /// Sheet of that file.
    pub source_sheet: String,
    /// Row of that sheet, counted from 1.
    pub source_row: i64,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// What was asked for.
    pub from_url: PageUrl,
    /// Where it pointed.
    pub to_url: String,
    /// Status code of the redirect.
    pub status_code: i32,
}

/// The country's artifact, sorted by host.
pub fn country_artifact(input: &ArtifactInput) -> Result<CountryArtifact, PublishError> {
    let lookup = Lookup::new(input);
    let mut hosts: Vec<&Host> = input
        .hosts
        .iter()
        .filter(|host| host.country_code == input.country && host.lifecycle != Lifecycle::Retired)
        .collect();
    hosts.sort_by(|a, b| a.canonical_hostname.cmp(&b.canonical_hostname));
    Ok(CountryArtifact {
        country_code: input.country,
        run_month: input.month,
        scan_id: input.scan.scan_id.clone(),
        generated_at: input.generated_at.to_second(),
        domains: hosts.into_iter().map(|host| lookup.domain(host)).collect::<Result<_, _>>()?,
    })
}

/// The rows of one country by host.
struct Lookup<'a> {
    statements: HashMap<&'a HostId, &'a Statement>,
    targets: HashMap<&'a HostId, &'a Target>,
    entries: HashMap<&'a HostId, &'a Fetch>,
    fetches: HashMap<&'a FetchId, &'a Fetch>,
    sources: HashMap<&'a SourceId, &'a Source>,
}

impl<'a> Lookup<'a> {
    fn new(input: &ArtifactInput<'a>) -> Self {
        let country = input.country;
        let entry = |fetch: &&Fetch| {
            fetch.country_code == country && fetch.purpose == Purpose::Entry && fetch.round == 1
        };
        let mut entries: HashMap<&HostId, &Fetch> = HashMap::new();
        for fetch in input.fetches.iter().filter(entry) {
            let kept = entries.entry(&fetch.host_id).or_insert(fetch);
            if (fetch.is_final, fetch.attempt) > (kept.is_final, kept.attempt) {
                *kept = fetch;
            }
        }
        Self {
            statements: by_host(input.statements, country, |row| (row.country_code, &row.host_id)),
            targets: by_host(input.targets, country, |row| (row.country_code, &row.host_id)),
            entries,
            fetches: by_host(input.fetches, country, |row| (row.country_code, &row.fetch_id)),
            sources: input.sources.iter().map(|row| (&row.source_id, row)).collect(),
        }
    }

    fn domain(&self, host: &Host) -> Result<DomainRecord, PublishError> {
        let statement = self.statements.get(&host.host_id);
        let (source, sheet_row) = self.source(host).ok_or_else(|| PublishError::NoSource {
            country: host.country_code,
            host: host.canonical_hostname.clone(),
        })?;
        Ok(DomainRecord {
            canonical_hostname: host.canonical_hostname.clone(),
            statement_url: host.statement_url.clone(),
            detection_status: host.detection_status,
            confidence: host.confidence,
            detected_language: host.detected_language.clone(),
            redirect_chain: self.redirect_chain(host),
            sampled_urls: statement.map(|row| row.sampled_urls.clone()).unwrap_or_default(),
            sample_shortfall_reason: statement
                .map_or(Some(ShortfallReason::NotRead), |row| row.sample_shortfall_reason),
            source_reference_url: source.source_reference_url.clone(),
            stale: host.is_stale,
            host_id: host.host_id.clone(),
            lifecycle: host.lifecycle,
            unreachable_streak: host.unreachable_streak,
            first_seen_month: host.first_seen_month,
            last_reached_month: host.last_reached_month,
            verdict_snapshot: host.verdict_snapshot.clone(),
            reason_codes: host.reason_codes.clone(),
            conformance_status: host.conformance_status,
            prepared_on: host.prepared_on.map(|day| day.to_string()),
            reviewed_on: host.reviewed_on.map(|day| day.to_string()),
            policy_mentions: host.policy_mentions.clone(),
            proof_fetch_id: host.proof_fetch_id.clone(),
            source_type: source.source_type,
            source_file: source.file_name.clone(),
            source_sheet: source.sheet.clone(),
            source_row: sheet_row,
        })
    }

    /// The weightiest list that names the host, official before curated, and the row in it.
    fn source(&self, host: &Host) -> Option<(&'a Source, i64)> {
        let listed = &self.targets.get(&host.host_id)?.sources;
        listed
            .iter()
            .filter_map(|place| Some((*self.sources.get(&place.source_id)?, place.row_number)))
            .min_by_key(|(source, row)| (source.source_type, &source.file_name, &source.sheet, *row))
    }

    fn redirect_chain(&self, host: &Host) -> Vec<Hop> {
        let named = self.statements.get(&host.host_id).and_then(|row| row.entry_fetch_id.as_ref());
        let entry = named.and_then(|id| self.fetches.get(id)).or_else(|| self.entries.get(&host.host_id));
        let Some(entry) = entry else { return Vec::new() };
        let mut hops: Vec<_> = entry.redirect_hops.iter().collect();
        hops.sort_by_key(|hop| hop.position);
        hops.into_iter()
            .map(|hop| Hop {
                from_url: hop.from_url.clone(),
                to_url: hop.to_url.clone(),
                status_code: hop.status_code,
            })
            .collect()
    }
}

fn by_host<'a, R, K: std::hash::Hash + Eq>(
    rows: &'a [R],
    country: CountryCode,
    key: impl Fn(&'a R) -> (CountryCode, K),
) -> HashMap<K, &'a R> {
    rows.iter()
        .filter_map(|row| {
            let (of, key) = key(row);
            (of == country).then_some((key, row))
        })
        .collect()
}
