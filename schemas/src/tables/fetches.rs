//! The table `fetches` records every request that was made or refused.

use crate::codes::{FetchOutcome, HopKind, Purpose, ReasonCode, RobotsDecision};
use crate::column::nested;
use crate::table::table;
use crate::{CountryCode, FetchId, HostId, HostKey, PageUrl, Sha256, Timestamp};

nested! {
    /// One redirect.
    RedirectHop {
        /// Order, from 1.
        position: i32,
        /// What was asked for.
        from_url: PageUrl,
        /// Where it pointed, as a resolved URL or the raw text where it cannot be one.
        to_url: String,
        /// Status code of the answer that sent on; 200 for most refreshes.
        status_code: i32,
        /// location, refresh_header or meta_refresh.
        kind: HopKind,
    }
}

table! {
    /// One row per request made or refused; retries are rows of their own.
    Fetch in fetches, version 2, key [fetch_id], sort [country_code, canonical_hostname, round, rank, attempt], carry ByCountry;
    /// Hash of host, month, round, URL and attempt.
    fetch_id: FetchId,
    /// The host it was made for.
    host_id: HostId,
    /// Country of that host.
    country_code: CountryCode,
    /// That host.
    canonical_hostname: HostKey,
    /// Round, from 1.
    round: i32,
    /// Order within the host and round, from 0.
    rank: i32,
    /// What was asked for.
    url: PageUrl,
    /// What for.
    purpose: Purpose,
    /// Number of the attempt, from 1.
    attempt: i32,
    /// True for the attempt whose answer stands.
    is_final: bool,
    /// Where the redirects ended.
    final_url: Option<PageUrl>,
    /// Status code of the last answer.
    status_code: Option<i32>,
    /// How it ended.
    outcome: FetchOutcome,
    /// Why it ended so; empty when all went well.
    reason_code: Option<ReasonCode>,
    /// The redirects, in order.
    redirect_hops: Vec<RedirectHop>,
    /// What robots.txt said.
    robots_decision: RobotsDecision,
    /// When it began.
    started_at: Timestamp,
    /// From beginning to end, waiting for the turn left out.
    duration_ms: i64,
    /// From beginning to the headers of the last answer.
    headers_ms: Option<i64>,
    /// Pause promised to the first host asked, between its last request and this one; empty when nothing was sent.
    gap_ms: Option<i64>,
    /// Wait that the gap, a backoff or the server asked for, over all hops: the sum of the three that follow.
    waited_ms: i64,
    /// Wait for the gap between two requests to a host, Crawl-delay included.
    gap_wait_ms: i64,
    /// Wait because requests to the host had failed.
    backoff_wait_ms: i64,
    /// Wait that the host asked for with Retry-After.
    retry_after_wait_ms: i64,
    /// Wait for a turn: at the host, at its address, among all requests.
    queue_wait_ms: i64,
    /// Decoded bytes read.
    body_bytes: Option<i64>,
    /// True when the body was cut at the cap.
    is_truncated: bool,
    /// Media type in lower case, without parameters.
    content_type: Option<String>,
    /// Charset parameter, as sent.
    charset: Option<String>,
    /// Host the redirects of an entry page ended at, where it is another than the one asked for: perhaps the same site.
    alias_candidate: Option<HostKey>,
    /// What `X-Robots-Tag` headers ask of those who read the page.
    x_robots_tag: Option<String>,
    /// What `<meta name="robots">` asks of those who read the page.
    meta_robots: Option<String>,
    /// HTTP version of the last answer.
    http_version: Option<String>,
    /// TLS version of the connection the last answer came over; none over http.
    tls_version: Option<String>,
    /// Header lines of the last request, without what the connection itself adds.
    request_headers: Option<String>,
    /// Header lines of the last answer; cookies are left out.
    response_headers: Option<String>,
    /// Address that answered.
    remote_address: Option<String>,
    /// Hash of the body, which is in `bodies`.
    body_sha256: Option<Sha256>,
}
