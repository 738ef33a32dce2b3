//! Rows for tests, so that these read like sentences. Hosts are under `.example`.

use crate::codes::{
    Confidence, DetectionStatus, FetchOutcome, PageKind, Place, Purpose, RobotsDecision, ScopeRule,
    ShortfallReason,
};
use crate::tables::{Candidate, Fetch, FrontierUrl, Reading, Seed, Statement, Target};
use crate::{CountryCode, FetchId, HostId, HostKey, PageUrl, RunMonth, SeedId, Sha256, SourceId, Timestamp};

/// Austria.
pub fn at() -> CountryCode {
    CountryCode::parse("AT").expect("a country code")
}

/// November 2026.
pub fn november() -> RunMonth {
    RunMonth::parse("2026-11").expect("a month")
}

/// A host by name.
pub fn host(name: &str) -> HostKey {
    HostKey::parse(name).expect("a host name")
}

/// A URL.
pub fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).expect("a URL")
}

/// A successful fetch of an Austrian host's home page, without a body.
pub fn fetch(hostname: &str) -> Fetch {
    let canonical_hostname = host(hostname);
    let host_id = HostId::of(at(), &canonical_hostname);
    let url = PageUrl::home(&canonical_hostname);
    Fetch {
        fetch_id: FetchId::of(&host_id, november(), 1, &url, 1),
        host_id,
        country_code: at(),
        canonical_hostname,
        round: 1,
        rank: 0,
        final_url: Some(url.clone()),
        url,
        purpose: Purpose::Entry,
        attempt: 1,
        is_final: true,
        status_code: Some(200),
        outcome: FetchOutcome::Ok,
        reason_code: None,
        redirect_hops: Vec::new(),
        robots_decision: RobotsDecision::Allowed,
        started_at: Timestamp::from_millis(1_793_500_000_000),
        duration_ms: 12,
        headers_ms: Some(10),
        gap_ms: Some(0),
        waited_ms: 0,
        gap_wait_ms: 0,
        backoff_wait_ms: 0,
        retry_after_wait_ms: 0,
        queue_wait_ms: 0,
        body_bytes: Some(0),
        is_truncated: false,
        content_type: Some("text/html".to_owned()),
        charset: None,
        alias_candidate: None,
        x_robots_tag: None,
        meta_robots: None,
        http_version: None,
        tls_version: None,
        request_headers: None,
        response_headers: None,
        remote_address: None,
        body_sha256: None,
    }
}

/// A listed row of an Austrian host, from row 2 of a sheet.
pub fn seed(hostname: &str) -> Seed {
    let file = Sha256::of(b"austria.csv");
    Seed {
        seed_id: SeedId::of(&file, hostname, 2, 0),
        source_id: SourceId::of(&file, "austria.csv"),
        country_code: at(),
        canonical_hostname: host(hostname),
        sheet: "austria.csv".to_owned(),
        row_number: 2,
        raw: Vec::new(),
        subnational: None,
        organisation: None,
        organisation_type: None,
        page_url: None,
        is_root_page: None,
        performance_score: None,
        accessibility_score: None,
        best_practices_score: None,
        seo_score: None,
        repairs: Vec::new(),
    }
}

/// An Austrian host to visit for the first time.
pub fn target(hostname: &str) -> Target {
    let canonical_hostname = host(hostname);
    Target {
        host_id: HostId::of(at(), &canonical_hostname),
        country_code: at(),
        host_aliases: Vec::new(),
        registrable_domain: canonical_hostname.registrable_domain().to_owned(),
        entry_url: PageUrl::home(&canonical_hostname),
        canonical_hostname,
        is_in_scope: true,
        is_under_directive: None,
        scope_rule: ScopeRule::Listed,
        sources: Vec::new(),
        seed_count: 1,
        previous_lifecycle: None,
        previous_detection_status: None,
        previous_statement_url: None,
        previous_unreachable_streak: 0,
    }
}

/// What an Austrian host is asked for in round 1; the URL of rank 0 is its entry.
pub fn frontier_url(hostname: &str, address: &str, rank: i32) -> FrontierUrl {
    let canonical_hostname = host(hostname);
    FrontierUrl {
        host_id: HostId::of(at(), &canonical_hostname),
        country_code: at(),
        canonical_hostname,
        round: 1,
        url: url(address),
        purpose: if rank == 0 { Purpose::Entry } else { Purpose::Candidate },
        rank,
        found_in: None,
    }
}

/// An ordinary home page that was read, without links.
pub fn reading(hostname: &str) -> Reading {
    let fetch = fetch(hostname);
    Reading {
        fetch_id: fetch.fetch_id,
        host_id: fetch.host_id,
        country_code: fetch.country_code,
        canonical_hostname: fetch.canonical_hostname,
        round: 1,
        rank: 0,
        url: fetch.url,
        body_sha256: Sha256::of(hostname.as_bytes()),
        page_kind: PageKind::Ordinary,
        charset: "UTF-8".to_owned(),
        language: None,
        title: None,
        link_count: 0,
        text_count: 500,
        signals: Vec::new(),
        evidence: Vec::new(),
        conformance_status: None,
        prepared_on: None,
        reviewed_on: None,
        method: None,
        feedback: None,
        enforcement: None,
        policy_mentions: Vec::new(),
        has_host_named: None,
        reason_codes: Vec::new(),
        refresh_url: None,
        navigation_urls: Vec::new(),
        covers_this_host: None,
        national_status: None,
        obligations_present: None,
        obligations_absent: None,
        promised_on: None,
        glossary_version: None,
    }
}

/// A chosen footer link on that page.
pub fn candidate(hostname: &str, path: &str, score: f64) -> Candidate {
    let page = reading(hostname);
    Candidate {
        host_id: page.host_id,
        country_code: page.country_code,
        canonical_hostname: page.canonical_hostname,
        round: 1,
        fetch_id: page.fetch_id,
        url: page.url.join(path).expect("a path"),
        anchor_text: "Barrierefreiheitserklärung".to_owned(),
        place: Place::Footer,
        terms: vec!["barrierefreiheitserklarung".to_owned()],
        language: None,
        score,
        rank: 0,
        is_hub: false,
        is_document: false,
        is_chosen: true,
        why_not: None,
        glossary_version: None,
    }
}

/// A verdict: the host was reached and read, and has no statement.
pub fn statement(hostname: &str) -> Statement {
    let target = target(hostname);
    Statement {
        host_id: target.host_id,
        country_code: target.country_code,
        canonical_hostname: target.canonical_hostname,
        run_month: november(),
        detection_status: DetectionStatus::NotFound,
        confidence: Confidence::Medium,
        statement_url: None,
        detected_language: None,
        reason_codes: Vec::new(),
        evidence: Vec::new(),
        policy_mentions: Vec::new(),
        conformance_status: None,
        prepared_on: None,
        reviewed_on: None,
        method: None,
        feedback: None,
        enforcement: None,
        has_host_named: None,
        is_reachable: true,
        is_read: true,
        fetch_count: 1,
        proof_fetch_id: None,
        proof_body_sha256: None,
        entry_fetch_id: None,
        sampled_urls: Vec::new(),
        sample_shortfall_reason: Some(ShortfallReason::NoLinks),
        covers_this_host: None,
        national_status: None,
        obligations_present: None,
        obligations_absent: None,
        age_days: None,
        is_review_overdue: None,
        promises_past_count: None,
        glossary_version: None,
        rubric_version: None,
        answering_hostname: None,
    }
}
