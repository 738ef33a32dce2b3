//! `/healthz` and `/readyz`: alive, and fit to be sent requests.

use super::auth::Asker;
use super::problem::{Problem, ProblemBody};
use super::shared::Service;
use super::strangers::WITH_THE_TOKEN;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What a probe is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Probe {
    /// ok
    status: &'static str,
    /// The snapshot that is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<String>,
}

/// The process is alive.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    responses((status = 200, description = "It is", body = Probe))
)]
pub(crate) async fn alive() -> Response {
    ok(None)
}

/// The store can be read, a snapshot is served, and the service is not stopping.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    responses(
        (status = 200, description = "It is", body = Probe),
        (status = 503, description = "Not now", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Problem> {
    is_ready(&service, asker).map(|snapshot| ok(Some(snapshot)))
}

/// The snapshot that is served, or why nothing should be asked of the service now.
pub(crate) fn is_ready(service: &Service, asker: Asker) -> Result<String, Problem> {
    if service.shutdown.token.is_cancelled() {
        return Err(Problem::unavailable("the service is stopping"));
    }
    if let Some(vitals) = service.vitals.last()
        && let Some(error) = &vitals.store.error
    {
        let why = if asker == Asker::Operator { error } else { WITH_THE_TOKEN };
        return Err(Problem::unavailable(format!("the store cannot be read: {why}")));
    }
    let served = service.current.now();
    match &served.snapshot {
        Some(snapshot) => Ok(snapshot.id().to_string()),
        None => Err(Problem::unavailable("no snapshot is published yet")),
    }
}

/// A worker is ready while it takes work.
pub(crate) fn worker_ready(shutdown: &deklaro_console::Shutdown) -> Result<Response, Problem> {
    if shutdown.token.is_cancelled() {
        return Err(Problem::unavailable("the worker is stopping"));
    }
    Ok(ok(None))
}

fn ok(snapshot: Option<String>) -> Response {
    let mut response = axum::Json(Probe { status: "ok", snapshot }).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
