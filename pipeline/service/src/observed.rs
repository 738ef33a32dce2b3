//! What is counted and traced of each HTTP request (mission D1). Labels are bounded: route templates, known methods, status codes.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use deklaro_watch::WatchSettings;
use http::{HeaderMap, Method};
use metrics::{counter, gauge, histogram};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::sync::OnceLock;
use std::time::Instant;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// What stands for addresses that no route has: a label must not grow with what strangers type.
const UNMATCHED: &str = "unmatched";
/// Routes that machines ask again and again: a line for each request would fill the log.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Service and project, as every request is counted for them.
static WHO: OnceLock<(String, String)> = OnceLock::new();

/// Names those whom requests are counted for; without it, or where nothing is watched, they are not counted.
pub fn count_requests_for(settings: &WatchSettings) {
    if !settings.enabled {
        return;
    }
    let _named_already = WHO.set((settings.service.clone(), settings.project_id.clone()));
}

/// The span of a request, in the trace of the client where it sends one (W3C Trace Context).
pub(crate) fn span(method: &Method, headers: &HeaderMap, request_id: &str) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        request_id,
        method = known(method),
        endpoint = tracing::field::Empty,
        status = tracing::field::Empty,
        outcome = tracing::field::Empty,
        otel.status_code = tracing::field::Empty
    );
    let sent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    let sent = sent.span().span_context().clone();
    if sent.is_valid() {
        // The client does not decide whether we keep our spans.
        let (trace, parent, state) = (sent.trace_id(), sent.span_id(), sent.trace_state().clone());
        let sampled = SpanContext::new(trace, parent, TraceFlags::SAMPLED, true, state);
        let _not_traced = span.set_parent(opentelemetry::Context::new().with_remote_span_context(sampled));
    }
    span
}

/// Counts a request once it is answered, ends its span, and writes its line: no query, no address, no header.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let endpoint =
        request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).to_owned();
    let method = known(request.method());
    let under_way = UnderWay::begin();
    let began = Instant::now();
    let response = next.run(request).await;
    let elapsed = began.elapsed();
    drop(under_way);
    let status = response.status();
    count(&endpoint, method, status.as_u16(), elapsed.as_secs_f64());
    let outcome = if status.is_server_error() { "failed" } else { "answered" };
    let span = Span::current();
    // A span that has begun takes a new name only from its own side.
    span.context().span().update_name(format!("{method} {endpoint}"));
    span.record("endpoint", &endpoint).record("status", status.as_u16()).record("outcome", outcome);
    span.record("otel.status_code", if status.is_server_error() { "ERROR" } else { "OK" });
    let duration_ms = (elapsed.as_secs_f64() * 1e6).round() / 1e3;
    if status.is_server_error() {
        tracing::warn!(target: "deklaro::service", outcome, duration_ms, "request answered");
    } else if PROBES.contains(&endpoint.as_str()) {
        tracing::debug!(target: "deklaro::service", outcome, duration_ms, "request answered");
    } else {
        tracing::info!(target: "deklaro::service", outcome, duration_ms, "request answered");
    }
    response
}

fn count(endpoint: &str, method: &'static str, status: u16, seconds: f64) {
    let Some((service, project_id)) = WHO.get() else { return };
    let labels = [
        ("service", service.clone()),
        ("endpoint", endpoint.to_owned()),
        ("method", method.to_owned()),
        ("status", status.to_string()),
        ("project_id", project_id.clone()),
    ];
    counter!("request_count", &labels).increment(1);
    counter!("response_status_count", &labels).increment(1);
    histogram!("request_duration_seconds", &labels).record(seconds);
}

/// The methods there are (RFC 9110 section 9, RFC 5789); a client may send any word.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// A request under way; one whose client has gone ends too.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        if let Some((service, _)) = WHO.get() {
            gauge!("deklaro_requests_in_flight", "service" => service.as_str()).increment(1.0);
        }
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some((service, _)) = WHO.get() {
            gauge!("deklaro_requests_in_flight", "service" => service.as_str()).decrement(1.0);
        }
    }
}

/// Who is counted, for gauges that are written elsewhere.
pub(crate) fn service() -> &'static str {
    WHO.get().map_or("deklaro", |(service, _)| service.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_one_of_a_few_words() {
        assert_eq!(known(&Method::GET), "GET");
        assert_eq!(known(&Method::from_bytes(b"BREW").unwrap()), "other");
    }
}
