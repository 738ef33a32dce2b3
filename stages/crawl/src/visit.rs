//! One URL of the frontier: attempts, the fall-back to http, and the row of each.

use crate::answer::{Answer, Stop};
use crate::chain::{self, Chain, Ended};
use crate::request::Want;
use crate::session::Session;
use deklaro_schemas::codes::{FetchOutcome, Purpose, ReasonCode, RobotsDecision};
use deklaro_schemas::tables::{Fetch, FrontierUrl};
use deklaro_schemas::{FetchId, PageUrl, RunMonth, Timestamp};

/// Fetches a URL and adds one row per attempt to those of its host, the last of them final.
pub(crate) async fn visit(session: &Session, month: RunMonth, item: &FrontierUrl, rows: &mut Vec<Fetch>) {
    let first = rows.len();
    attempts(session, month, item, &item.url, rows, first).await;
    if rows.last().is_some_and(|row| wants_http(item, row)) {
        attempts(session, month, item, &item.url.over_http(), rows, first).await;
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
        let chain = chain::follow(session, url, Want::Page).await;
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

/// True for an https entry page whose host does not speak TLS to us; the http address is tried once instead.
fn wants_http(item: &FrontierUrl, last: &Fetch) -> bool {
    item.purpose == Purpose::Entry
        && item.url.is_https()
        && last.redirect_hops.is_empty()
        && matches!(
            last.reason_code,
            Some(
                ReasonCode::ConnectFailed
                    | ReasonCode::ConnectTimeout
                    | ReasonCode::TlsFailed
                    | ReasonCode::TlsCertificate
            )
        )
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
    let fell_back = (*url != item.url).then_some(ReasonCode::FellBackToHttp);
    let Chain { hops, last_url, status_code, ended, clock } = chain;
    let answer = match ended {
        Ended::Answer(answer) => Some(answer),
        Ended::Stopped(_) | Ended::BadRedirect(_) => None,
    };
    let content =
        answer.as_ref().map_or((None, None), |answer| (answer.content_type.clone(), answer.charset.clone()));
    let body = answer.as_ref().and_then(|answer| answer.body.as_deref());
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
        reason_code: reason_code.or(fell_back),
        redirect_hops: hops,
        robots_decision,
        started_at: clock.started_at.unwrap_or_else(|| Timestamp(jiff::Timestamp::now().as_microsecond())),
        duration_ms: clock.spent.as_millis() as i64,
        headers_ms: clock.to_headers.map(|time| time.as_millis() as i64),
        waited_ms: clock.waited.as_millis() as i64,
        body_bytes: answer.as_ref().map(|answer| answer.body_bytes),
        is_truncated: answer.as_ref().is_some_and(|answer| answer.is_truncated),
        body_sha256: body.map(|body| session.keep_body(body, content.clone())),
        content_type: content.0,
        charset: content.1,
        remote_address: answer
            .and_then(|answer| answer.remote_address)
            .map(|address| address.ip().to_string()),
    }
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
        (200..=299, None) => FetchOutcome::Ok,
        (200..=299, Some(ReasonCode::BodyBomb | ReasonCode::BodyEncoding)) => FetchOutcome::HttpError,
        (200..=299, Some(_)) => FetchOutcome::NetworkError,
        (300..=399, _) => FetchOutcome::RedirectError,
        _ => FetchOutcome::HttpError,
    }
}

/// Where not even robots.txt could be connected to, that failure is the page's too, and says more than "robots".
fn stopped(stop: Stop) -> (FetchOutcome, ReasonCode, RobotsDecision) {
    let network = |reason| match reason {
        ReasonCode::AddressForbidden => FetchOutcome::Refused,
        _ => FetchOutcome::NetworkError,
    };
    match stop {
        Stop::Disallowed => (FetchOutcome::Refused, ReasonCode::RobotsDisallowed, RobotsDecision::Disallowed),
        Stop::RobotsUnreachable(None) => {
            (FetchOutcome::Refused, ReasonCode::RobotsUnreachable, RobotsDecision::Unreachable)
        }
        Stop::RobotsUnreachable(Some(reason)) => (network(reason), reason, RobotsDecision::Unreachable),
        Stop::Failed(reason) => (network(reason), reason, RobotsDecision::Allowed),
    }
}
