//! One log line per request: route, status, time taken. No query, no address, no header: nothing personal, nothing secret.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// What stands for addresses that no route has: a label must not grow with what strangers type.
pub(crate) const UNMATCHED: &str = "unmatched";

/// Tells of a request once it is answered.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).to_owned();
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, duration_ms) = (response.status().as_u16(), began.elapsed().as_secs_f64() * 1e3);
    if response.status().is_server_error() {
        tracing::warn!(route, status, duration_ms, "request answered");
    } else {
        tracing::info!(route, status, duration_ms, "request answered");
    }
    response
}
