//! One URL of the frontier: attempts, the fall-back to http, and the row of each.

use crate::answer::{Answer, Stop};
use crate::chain::{self, Chain, Ended};
use crate::failure::is_unconnected;
use crate::request::Want;
use crate::robots;
use crate::session::Session;
use deklaro_schemas::codes::{FetchOutcome, Purpose, ReasonCode, RobotsDecision};
use deklaro_schemas::tables::{Fetch, FrontierUrl};
use deklaro_schemas::{FetchId, HostKey, PageUrl, RunMonth};

/// Fetches a URL and adds one row per attempt to those of its host, the last of them final.
pub(crate) async fn visit(session: &Session, month: RunMonth, item: &FrontierUrl, rows: &mut Vec<Fetch>) {
    let first = rows.len();
    attempts(session, month, item, &item.url, rows, first).await;
    if let Some(url) = rows.last().and_then(|row| other_scheme(item, row)) {
        attempts(session, month, item, &url, rows, first).await;
    }
    if let Some(url) = twin(item, &rows[first..]) {
        attempts(session, month, item, &url, rows, first).await;
    }
    if let Some(last) = rows.last_mut() {
        last.is_final = true;
    }
}

/// One attempt, and more while the failure may pass and retries are left. The host's pace keeps them apart.
async fn attempts(
    session: &Session,
    month: RunMonth,
    item: &FrontierUrl,
    url: &PageUrl,
    rows: &mut Vec<Fetch>,
    first: usize,
) {
    for tries_left in (0..=session.web.config.retries).rev() {
        let chain = chain::follow(session, url, Want::Page, |url| robots::consent(session, url)).await;
        let may_pass = chain.may_pass();
        let attempt = next_attempt(rows, first, url);
        let row = row(session, month, item, url, attempt, chain);
        let reason = row.reason_code.map(ReasonCode::as_str);
        tracing::debug!(%url, outcome = %row.outcome, reason, attempt, "fetched");
        rows.push(row);
        if !may_pass || tries_left == 0 {
            return;
        }
    }
}

/// Counts on from the item's last attempt, and past those another item made at the same URL: ids must not meet.
fn next_attempt(rows: &[Fetch], first: usize, url: &PageUrl) -> i32 {
    let of_url = rows.iter().filter(|row| row.url == *url).map(|row| row.attempt).max().unwrap_or(0);
    of_url.max((rows.len() - first) as i32) + 1
}

/// The same address over the other scheme, for an entry page whose host does not speak this one to us; tried once.
fn other_scheme(item: &FrontierUrl, last: &Fetch) -> Option<PageUrl> {
    let is_unconnected = last.reason_code.is_some_and(is_unconnected);
    if item.purpose != Purpose::Entry || !is_unconnected || !last.redirect_hops.is_empty() {
        return None;
    }
    let url = if item.url.is_https() { item.url.over_http() } else { item.url.over_https() };
    (url != item.url).then_some(url)
}

/// The address with or without `www.`, for an entry page whose name has no address or a certificate for another; tried once.
fn twin(item: &FrontierUrl, rows: &[Fetch]) -> Option<PageUrl> {
    let is_name_wrong = |row: &Fetch| {
        row.redirect_hops.is_empty()
            && matches!(row.reason_code, Some(ReasonCode::DnsNotFound | ReasonCode::TlsWrongName))
    };
    let is_without_answer = rows.last().is_some_and(|last| last.status_code.is_none());
    let is_tried = item.purpose == Purpose::Entry && is_without_answer && rows.iter().any(is_name_wrong);
    is_tried.then(|| item.url.on_twin())
}

/// What the fall-back was, where the address that was asked is another than the planned one.
fn fallback(item: &FrontierUrl, url: &PageUrl) -> Option<ReasonCode> {
    if *url == item.url {
        return None;
    }
    let is_same_host = url.host() == item.url.host();
    // From http to https nothing is lost, so there is nothing for the owner to mend.
    match (is_same_host, url.is_https()) {
        (false, _) => Some(ReasonCode::FellBackToTwin),
        (true, false) => Some(ReasonCode::FellBackToHttp),
        (true, true) => None,
    }
}

fn row(
    session: &Session,
    month: RunMonth,
    item: &FrontierUrl,
    url: &PageUrl,
    attempt: i32,
    chain: Chain,
) -> Fetch {
    let (outcome, reason_code, robots_decision) = verdict(&chain);
    let alias_candidate = alias_candidate(item, outcome, &chain);
    let Chain { hops, last_url, status_code, ended, clock } = chain;
    let mut answer = match ended {
        Ended::Answer(answer) => Some(answer),
        Ended::Stopped(_) | Ended::BadRedirect(_) => None,
    };
    let content = answer
        .as_ref()
        .map_or((None, None), |answer| (answer.facts.content_type.clone(), answer.facts.charset.clone()));
    let body = answer.as_mut().and_then(|answer| answer.body.take());
    let head = answer.as_mut().map(|answer| std::mem::take(&mut answer.head)).unwrap_or_default();
    Fetch {
        fetch_id: FetchId::of(&item.host_id, month, item.round, url, attempt),
        host_id: item.host_id.clone(),
        country_code: item.country_code,
        canonical_hostname: item.canonical_hostname.clone(),
        round: item.round,
        rank: item.rank,
        url: url.clone(),
        purpose: item.purpose,
        attempt,
        is_final: false,
        final_url: status_code.map(|_| last_url),
        status_code,
        outcome,
        reason_code: reason_code.or_else(|| fallback(item, url)),
        redirect_hops: hops,
        robots_decision,
        started_at: clock.started_at.unwrap_or_else(|| session.web.now()),
        duration_ms: clock.spent.as_millis() as i64,
        headers_ms: clock.to_headers.map(|time| time.as_millis() as i64),
        gap_ms: clock.waits.promised.map(|gap| gap.as_millis() as i64),
        waited_ms: clock.waits.owed().as_millis() as i64,
        gap_wait_ms: clock.waits.gap.as_millis() as i64,
        backoff_wait_ms: clock.waits.backoff.as_millis() as i64,
        retry_after_wait_ms: clock.waits.retry_after.as_millis() as i64,
        queue_wait_ms: clock.waits.queue.as_millis() as i64,
        body_bytes: answer.as_ref().map(|answer| answer.body_bytes),
        is_truncated: answer.as_ref().is_some_and(|answer| answer.is_truncated),
        body_sha256: body.map(|body| session.keep_body(body, content.clone())),
        content_type: content.0,
        charset: content.1,
        alias_candidate,
        x_robots_tag: answer.as_mut().and_then(|answer| answer.facts.x_robots_tag.take()),
        meta_robots: answer.as_ref().and_then(|answer| answer.meta_robots.clone()),
        tls_version: head.tls_version,
        http_version: head.http_version,
        request_headers: head.request_headers,
        response_headers: head.response_headers,
        remote_address: answer
            .and_then(|answer| answer.remote_address)
            .map(|address| address.ip().to_string()),
    }
}

/// The other host an entry page was read on, which may be the same site.
fn alias_candidate(item: &FrontierUrl, outcome: FetchOutcome, chain: &Chain) -> Option<HostKey> {
    let is_read = item.purpose == Purpose::Entry && outcome == FetchOutcome::Ok;
    Some(chain.last_url.host()).filter(|host| is_read && *host != item.canonical_hostname)
}

fn verdict(chain: &Chain) -> (FetchOutcome, Option<ReasonCode>, RobotsDecision) {
    match &chain.ended {
        Ended::Answer(answer) => (outcome(answer), answer.reason(), RobotsDecision::Allowed),
        Ended::BadRedirect(reason) => (FetchOutcome::RedirectError, Some(*reason), RobotsDecision::Allowed),
        Ended::Stopped(stop) => {
            let (outcome, reason, decision) = stopped(*stop);
            (outcome, Some(reason), decision)
        }
    }
}

/// A page whose body broke off or came too late has no answer; one that cannot be decoded has a useless one.
fn outcome(answer: &Answer) -> FetchOutcome {
    match (answer.status, answer.body_failure) {
        (200..=299, _) if answer.is_challenge => FetchOutcome::HttpError,
        (200..=299, None) => FetchOutcome::Ok,
        (200..=299, Some(ReasonCode::BodyBomb | ReasonCode::BodyEncoding)) => FetchOutcome::HttpError,
        (200..=299, Some(_)) => FetchOutcome::NetworkError,
        (300..=399, _) => FetchOutcome::RedirectError,
        _ => FetchOutcome::HttpError,
    }
}

/// The outcome of a request that was stopped. A robots.txt that could not be connected to gives the page its
/// failure, which says more than "robots".
fn stopped(stop: Stop) -> (FetchOutcome, ReasonCode, RobotsDecision) {
    let network = |reason| match reason {
        ReasonCode::AddressForbidden => FetchOutcome::Refused,
        _ => FetchOutcome::NetworkError,
    };
    let refused = |reason, decision| (FetchOutcome::Refused, reason, decision);
    match stop {
        Stop::Cancelled => refused(ReasonCode::Cancelled, RobotsDecision::NotAsked),
        Stop::OptedOut => refused(ReasonCode::OptedOut, RobotsDecision::NotAsked),
        Stop::PortForbidden => refused(ReasonCode::PortForbidden, RobotsDecision::NotAsked),
        // Only who may ask gets as far as the host's turn.
        Stop::CircuitOpen => refused(ReasonCode::CircuitOpen, RobotsDecision::Allowed),
        Stop::OutOfTime => refused(ReasonCode::HostTooSlow, RobotsDecision::Allowed),
        Stop::Disallowed => refused(ReasonCode::RobotsDisallowed, RobotsDecision::Disallowed),
        Stop::RobotsTooCostly => refused(ReasonCode::RobotsTooCostly, RobotsDecision::Disallowed),
        Stop::RobotsUnreachable(None) => refused(ReasonCode::RobotsUnreachable, RobotsDecision::Unreachable),
        // Its robots.txt held the round; the page itself was not asked for.
        Stop::RobotsUnreachable(Some(reason @ ReasonCode::HostTooSlow)) => {
            refused(reason, RobotsDecision::Unreachable)
        }
        Stop::RobotsUnreachable(Some(reason)) => (network(reason), reason, RobotsDecision::Unreachable),
        Stop::Failed(reason) => (network(reason), reason, RobotsDecision::Allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::tables::testing::{frontier_url, url};

    fn entry() -> FrontierUrl {
        frontier_url("a.example", "https://a.example/", 0)
    }

    fn failed(address: &str, reason: ReasonCode) -> Fetch {
        let row = deklaro_schemas::tables::testing::fetch("a.example");
        Fetch { url: url(address), status_code: None, reason_code: Some(reason), ..row }
    }

    #[test]
    fn the_twin_is_tried_where_the_name_is_wrong_and_nothing_answered() {
        let wrong = || failed("https://a.example/", ReasonCode::TlsWrongName);
        let refused = || failed("http://a.example/", ReasonCode::ConnectRefused);
        let tried = |rows: &[Fetch]| twin(&entry(), rows).map(|url| url.to_string());
        assert_eq!(tried(&[wrong(), refused()]).as_deref(), Some("https://www.a.example/"));
        assert_eq!(
            tried(&[failed("https://a.example/", ReasonCode::DnsNotFound)]).as_deref(),
            Some("https://www.a.example/")
        );
        assert_eq!(tried(&[refused()]), None);
        assert_eq!(tried(&[wrong(), Fetch { status_code: Some(200), ..refused() }]), None, "http answered");
        let probe = FrontierUrl { purpose: Purpose::Probe, ..entry() };
        assert_eq!(twin(&probe, &[wrong()]), None);
    }

    #[test]
    fn a_fallback_is_named() {
        let named = |address: &str| fallback(&entry(), &url(address));
        assert_eq!(named("https://a.example/"), None);
        assert_eq!(named("http://a.example/"), Some(ReasonCode::FellBackToHttp));
        assert_eq!(named("https://www.a.example/"), Some(ReasonCode::FellBackToTwin));
    }

    #[test]
    fn a_request_that_a_stop_came_before_is_no_failure_of_the_host() {
        let expected = (FetchOutcome::Refused, ReasonCode::Cancelled, RobotsDecision::NotAsked);
        assert_eq!(stopped(Stop::Cancelled), expected);
    }
}
