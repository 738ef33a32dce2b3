//! One reader's connection: from an HTTP request to the model and back.

use std::future::Future;
use std::io::{Error, ErrorKind};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::Service;

use super::body::{self, Body};
use super::control;
use super::fault::{self, Struck};
use super::seen::Record;
use super::state::State;
use super::wire::Breaker;
use crate::reply::Reply;
use crate::{Answer, Habit, Scheme, SimRequest};

/// Time before a late answer.
const LATE: Duration = Duration::from_secs(1);
/// Longest path that is looked at and recorded.
const LONGEST_PATH: usize = 2048;
/// Longest user agent that is recorded.
const LONGEST_AGENT: usize = 256;

/// Answers the requests of one connection.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) state: Arc<State>,
    pub(super) scheme: Scheme,
    pub(super) connection: u64,
    pub(super) breaker: Breaker,
}

impl Service<Request<Incoming>> for Reader {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        match self.answer(&request) {
            Some((Duration::ZERO, answered)) => Box::pin(std::future::ready(answered)),
            Some((wait, answered)) => Box::pin(async move {
                tokio::time::sleep(wait).await;
                answered
            }),
            None => Box::pin(async {
                tokio::time::sleep(fault::HELD).await;
                Err(Error::from(ErrorKind::ConnectionReset))
            }),
        }
    }
}

impl Reader {
    /// The answer, made at once, and how long it is held back; nothing where a fault leaves the request without one.
    fn answer(&self, request: &Request<Incoming>) -> Option<(Duration, Result<Response<Body>, Error>)> {
        let host = host_of(request);
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        if is_control(&host) {
            let reply = control::answer(&self.state, request.method(), path);
            return Some((Duration::ZERO, Ok(response(reply, &self.breaker))));
        }
        let answer = match self.state.struck(&host) {
            None => Some(self.asked(request, &host, path)),
            Some(Struck::Answered(answer)) => Some(answer),
            Some(Struck::Held) => None,
        };
        let status = match &answer {
            Some(Answer::Reply(reply) | Answer::Late(reply)) => reply.status,
            Some(Answer::Refuse) | None => 0,
        };
        self.record(&host, path, Some(request.method().clone()), status, agent_of(request.headers()));
        Some(match answer? {
            Answer::Reply(reply) => (Duration::ZERO, Ok(response(reply, &self.breaker))),
            Answer::Late(reply) => (LATE, Ok(response(reply, &self.breaker))),
            Answer::Refuse => {
                self.breaker.break_off();
                (Duration::ZERO, Err(Error::from(ErrorKind::ConnectionReset)))
            }
        })
    }

    fn asked(&self, request: &Request<Incoming>, host: &str, path: &str) -> Answer {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Answer::Reply(Reply::text(405, "only GET and HEAD are served\n"));
        }
        if path.len() > LONGEST_PATH {
            return Answer::Reply(Reply::text(414, "the path is too long\n"));
        }
        let request = SimRequest {
            scheme: self.scheme,
            host: host.to_owned(),
            path: path.to_owned(),
            accepts_gzip: accepts_gzip(request.headers()),
            is_too_soon: self.is_too_soon(host, path),
        };
        self.state.europe.answer(&request, self.state.month())
    }

    /// Whether the host limits its readers and this request comes too soon; `robots.txt` is never limited.
    fn is_too_soon(&self, host: &str, path: &str) -> bool {
        let body = self.state.europe.host(host);
        let is_limited = body.habit == Habit::LimitedOnce && path != "/robots.txt";
        is_limited && self.state.limiter.is_too_soon(&body.hostname, self.state.started.elapsed())
    }

    /// Keeps a request in the log; no method for a TLS handshake that failed.
    pub(super) fn record(&self, host: &str, path: &str, method: Option<Method>, status: u16, agent: &str) {
        let record = Record {
            host: host.into(),
            path: head(path, LONGEST_PATH).into(),
            method,
            scheme: self.scheme,
            status,
            at: self.state.started.elapsed(),
            connection: self.connection,
        };
        self.state.log.add(record, head(agent, LONGEST_AGENT));
    }
}

/// Host of the request without port, in lower case: from the target (HTTP/2) or the `Host` field.
fn host_of(request: &Request<Incoming>) -> String {
    let field = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let authority =
        request.uri().authority().map(http::uri::Authority::as_str).or_else(field).unwrap_or_default();
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    };
    head(host, 253).to_ascii_lowercase()
}

/// Hosts that reach the controls of the simulation.
fn is_control(host: &str) -> bool {
    host.is_empty() || host == "localhost" || host.parse::<IpAddr>().is_ok()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"))
}

fn agent_of(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The first `most` bytes of `text` or a little less, whole letters only.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

fn response(reply: Reply, breaker: &Breaker) -> Response<Body> {
    let length = body::announced_length(&reply.payload);
    let mut response = Response::new(body::body(reply.payload, breaker.clone()));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        // Targets of redirects hold what a reader asked for; hyper let only legal bytes through.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
