//! One request: the guards in their order, then the exchange.

use crate::answer::{Answer, Stop};
use crate::body::{self, BodyLimits, Caps};
use crate::facts::HeaderFacts;
use crate::failure::reason_of;
use crate::head::{self, Head};
use crate::pace::Waits;
use crate::session::Session;
use crate::{challenge, content_type, refresh};
use deklaro_schemas::codes::ReasonCode;
use deklaro_schemas::{PageUrl, Timestamp};
use reqwest::header::HOST;
use reqwest::{RequestBuilder, Response};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::Instant;

/// Bytes read of a body that will not be kept, so that its connection can be used again.
const MAX_UNKEPT_BYTES: usize = 64 << 10;

/// Time for that. A new connection costs less than a longer wait.
const UNKEPT_TIMEOUT: Duration = Duration::from_secs(2);

/// What a request is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// A page: asked for only where robots.txt allows.
    Page,
    /// A robots.txt, which may always be asked for (RFC 9309 section 2.2.2).
    Robots,
}

/// When a chain of requests began and how long its parts took.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    pub(crate) started_at: Option<Timestamp>,
    /// Time in exchanges.
    pub(crate) spent: Duration,
    /// The same up to the headers of the last answer.
    pub(crate) to_headers: Option<Duration>,
    /// Time waited for our turn.
    pub(crate) waits: Waits,
}

/// Makes one request when it is our turn. Every guard a request passes stands here, in order. What robots.txt says comes as a
/// future, for it is asked after the first guard: an error, or the pause between requests.
pub(crate) async fn ask(
    session: &Session,
    url: &PageUrl,
    want: Want,
    robots: impl Future<Output = Result<Option<Duration>, Stop>>,
    clock: &mut Clock,
) -> Result<Answer, Stop> {
    let politeness = &session.web.politeness;
    let host = url.host();
    let waits = &mut clock.waits;
    politeness.consent(&host)?;
    let crawl_delay = robots.await?;
    if session.patience.is_over() {
        return Err(Stop::OutOfTime);
    }
    let names_before = waits.names;
    let turn = session.before_stop(async {
        let mut turn = politeness.host_permit(&host, waits).await?;
        // Those before us may have waited for it as long as the round may.
        if session.together.is_over(&host) {
            return Err(Stop::OutOfTime);
        }
        turn.backoff(waits).await;
        turn.address_permit(waits).await?;
        if turn.address().is_some_and(|address| session.together.is_over_at(address)) {
            return Err(Stop::OutOfTime);
        }
        turn.gap(crawl_delay, waits).await;
        turn.slot(waits).await;
        Ok(turn)
    });
    let turn = turn.await;
    session.patience.spend(waits.names.saturating_sub(names_before));
    let turn = turn?;
    let result = exchange(session, url, want, (clock, turn.address())).await;
    turn.end(&result);
    result
}

/// The request and its answer; the time it takes is time waited for the host.
async fn exchange(
    session: &Session,
    url: &PageUrl,
    want: Want,
    (clock, address): (&mut Clock, Option<IpAddr>),
) -> Result<Answer, Stop> {
    let begin = Instant::now();
    clock.started_at.get_or_insert_with(|| session.web.now());
    let result = match headers(session, url).await {
        Ok(response) => {
            clock.to_headers = Some(clock.spent + begin.elapsed());
            let patience = session.patience.left().saturating_sub(begin.elapsed());
            answer(session, url, response, want, patience).await
        }
        Err(stop) => Err(stop),
    };
    clock.spent += begin.elapsed();
    let waited = begin.elapsed();
    session.patience.spend(waited);
    session.together.spend(&url.host(), address, waited);
    result
}

/// The answer up to its headers.
async fn headers(session: &Session, url: &PageUrl) -> Result<Response, Stop> {
    let config = &session.web.config;
    let for_headers = config.dns_timeout + config.connect_timeout + config.headers_timeout;
    let patience = session.patience.left();
    match tokio::time::timeout(for_headers.min(patience), request(session, url).send()).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(Stop::Failed(failure(url, &error))),
        Err(_) if patience < for_headers => Err(Stop::Failed(ReasonCode::HostTooSlow)),
        Err(_) => Err(Stop::Failed(ReasonCode::HeadersTimeout)),
    }
}

/// The whole answer, its body read for as long as patience lasts.
async fn answer(
    session: &Session,
    url: &PageUrl,
    response: Response,
    want: Want,
    patience: Duration,
) -> Result<Answer, Stop> {
    if head::is_flood(response.headers()) {
        return Err(Stop::Failed(ReasonCode::HeadersTooLarge));
    }
    let lines = format!("host: {}\r\n{}", host_line(url), session.clients.header_lines());
    let tls_version = session.clients.tls_version(url);
    Ok(read(session, response, (lines, tls_version), want, patience).await)
}

/// A port in the URL must not lead away from `connect_to`: it moves into the `Host` header.
fn request(session: &Session, url: &PageUrl) -> RequestBuilder {
    let mut target = url.to_url();
    let client = session.clients.client_for(url);
    match target.port() {
        Some(port) if session.web.config.connect_to.is_some() && target.set_port(None).is_ok() => {
            client.get(target).header(HOST, format!("{}:{port}", url.host()))
        }
        _ => client.get(target),
    }
}

/// Host and, where it is not the scheme's own, port.
fn host_line(url: &PageUrl) -> String {
    url.authority().as_str().split("//").nth(1).unwrap_or_default().to_owned()
}

fn failure(url: &PageUrl, error: &reqwest::Error) -> ReasonCode {
    let reason = reason_of(error, url.is_https());
    tracing::debug!(%url, %reason, error = error as &(dyn std::error::Error + 'static), "no answer");
    reason
}

async fn read(
    session: &Session,
    response: Response,
    (request_headers, tls_version): (String, Option<&'static str>),
    want: Want,
    patience: Duration,
) -> Answer {
    let facts = HeaderFacts::of(response.headers(), jiff::Timestamp::now());
    let mut answer = Answer {
        status: response.status().as_u16(),
        head: Head::of(&response, request_headers, tls_version),
        is_challenge: facts.is_challenge,
        facts,
        remote_address: response.remote_addr(),
        body: None,
        body_bytes: 0,
        is_truncated: false,
        body_failure: None,
        meta_robots: None,
    };
    let (limits, is_kept) = body_plan(session, &answer, want);
    let is_impatient = patience < limits.timeout;
    let limits = BodyLimits { timeout: limits.timeout.min(patience), ..limits };
    match body::read(response, limits).await {
        Ok(read) => {
            answer.body_bytes = read.bytes.len() as i64;
            answer.is_challenge |= challenge::is_titled(answer.status, &read.bytes);
            answer.is_truncated = read.is_truncated;
            if want == Want::Page && is_kept && answer.is_markup() {
                answer.meta_robots = refresh::robots_of(&read.bytes);
            }
            answer.body = Some(read.bytes).filter(|bytes| is_kept && !bytes.is_empty());
        }
        Err(ReasonCode::BodyTimeout) if is_impatient => answer.body_failure = Some(ReasonCode::HostTooSlow),
        Err(reason) => answer.body_failure = Some(reason),
    }
    answer
}

/// How many bytes to read, and whether to keep them. Pages are kept whole. The start of a refusal is kept, as
/// it tells block pages apart. Errors, redirects and what is no text are not kept.
fn body_plan(session: &Session, answer: &Answer, want: Want) -> (BodyLimits, bool) {
    let config = &session.web.config;
    let limits = |max_bytes| BodyLimits {
        caps: Caps { max_bytes, max_inflation: config.max_inflation },
        timeout: config.body_timeout,
        stall_timeout: config.stall_timeout,
        min_bytes_per_second: config.min_bytes_per_second,
    };
    let is_readable = content_type::is_readable(answer.facts.content_type.as_deref());
    match (want, answer.status) {
        (Want::Robots, 200..=299) => (limits(config.max_robots_bytes), true),
        (Want::Page, 200..=299) if is_readable => (limits(config.max_body_bytes), true),
        (Want::Page, 401 | 403 | 429 | 451 | 503) if is_readable => (limits(MAX_UNKEPT_BYTES), true),
        (_, 200..=299) => (limits(MAX_UNKEPT_BYTES), false),
        _ => (
            BodyLimits { timeout: config.body_timeout.min(UNKEPT_TIMEOUT), ..limits(MAX_UNKEPT_BYTES) },
            false,
        ),
    }
}
