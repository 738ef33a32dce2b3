//! `/metrics`: what this process counted, how the service is, and the gauges of the snapshot that is served.

use super::auth::{self, Asker};
use super::problem::{Problem, ProblemBody};
use super::ready::is_ready;
use super::shared::Service;
use crate::gauges::standing;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use deklaro_console::Shutdown;
use deklaro_watch::names::MetricWriter;
use deklaro_watch::{families, render};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use std::sync::Arc;

/// Version 0.0.4 of the text format: what every Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything that is measured, as Prometheus reads it. The names are in `schemas/docs/metrics.json`.
///
/// It names machines and processes: it needs the token, unless the operator made it public. The address for probes gives it without.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    security((), ("token" = [])),
    responses(
        (status = 200, description = "Prometheus text format", content((String = "text/plain"))),
        (status = 401, description = "No token, or not this one", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Problem> {
    if asker == Asker::Stranger && !service.has_public_metrics {
        return Err(auth::for_operators());
    }
    let vitals = service.vitals.last();
    let is_draining = service.shutdown.token.is_cancelled();
    let own = standing(vitals.as_deref(), is_ready(&service, asker).is_ok(), is_draining);
    Ok(text([render(), own, of_snapshot(&service).await].concat()))
}

/// A worker's own counts; how queues and workers are is the service's to say.
pub(crate) fn of_worker(shutdown: &Shutdown) -> Response {
    let is_draining = shutdown.token.is_cancelled();
    text([render(), standing(None, !is_draining, is_draining)].concat())
}

/// What the run that made the snapshot left: its gauges only, its counters were the other process's. Kept in memory like every file.
async fn of_snapshot(service: &Service) -> String {
    let served = service.current.now();
    let Some(snapshot) = &served.snapshot else { return String::new() };
    let Some(file) = snapshot.files.get("reports/metrics.prom") else { return String::new() };
    match service.current.read(&snapshot.files, file).await {
        Ok(kept) => families(&String::from_utf8_lossy(&kept.bytes), &[MetricWriter::Snapshot]),
        Err(error) => {
            tracing::warn!(%error, "the snapshot's metrics cannot be read");
            String::new()
        }
    }
}

fn text(text: String) -> Response {
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-store")], text).into_response()
}
