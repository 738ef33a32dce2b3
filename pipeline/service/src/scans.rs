//! Asking for a scan, and asking how far it is.

use super::auth::{self, Asker};
use super::problem::{Problem, ProblemBody};
use super::queue::{Answered, QueueRequest, REQUESTS, ask, usual_month};
use super::shared::Service;
use super::strangers::public;
use super::{limits, path, request_id};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use deklaro_schemas::codes::{ScanStatus, SnapshotState};
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::Scan as ScanRow;
use deklaro_schemas::{CountryCode, ScanId, SnapshotId, Timestamp, rfc3339};
use deklaro_store::Job;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What the client calls its request (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What may be said about a scan that is asked for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct ScanRequest {
    /// The month; this one, or the current snapshot's where that is later.
    #[schema(example = "2026-11", pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$")]
    run_month: Option<String>,
    /// True where a month beyond the next one is meant; it bars all earlier months once it is published.
    future: bool,
    /// Canada is scanned only where this is true; for other countries it changes nothing.
    include_canada: Option<bool>,
}

/// A scan that waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanQueued {
    /// Its id.
    #[schema(example = "2026-11.0-AT")]
    scan_id: String,
    /// Two capital letters.
    country_code: String,
    /// Its month.
    run_month: String,
    /// queued; where the same key asked before, what became of it.
    status: ScanState,
}

/// Where a scan stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScanState {
    Queued,
    Running,
    Completed,
    Failed,
}

impl From<ScanStatus> for ScanState {
    fn from(status: ScanStatus) -> Self {
        match status {
            ScanStatus::Queued => Self::Queued,
            ScanStatus::Running => Self::Running,
            ScanStatus::Completed => Self::Completed,
            ScanStatus::Failed => Self::Failed,
        }
    }
}

/// A scan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Scan)]
pub(crate) struct ScanRecord {
    /// Its id.
    scan_id: String,
    /// Two capital letters.
    country_code: String,
    /// Its month.
    run_month: String,
    /// queued, running, completed or failed.
    status: ScanState,
    /// When it was taken up.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    finished_at: Option<Timestamp>,
    /// Hosts to visit; 0 until they are counted.
    host_total: i64,
    /// Hosts visited; all of them once it is completed.
    host_processed: i64,
    /// The artifact, from the store's root.
    artifact_path: Option<String>,
    /// What went wrong; in words with the token alone.
    error_summary: Option<String>,
    /// The same as a code.
    reason_code: Option<String>,
    /// When it was asked for; nothing for a run of the command line.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    requested_at: Option<Timestamp>,
    /// How often it was taken up.
    attempts: u32,
    /// The snapshot its rows are in.
    snapshot: Option<String>,
}

/// Asks for a scan of a country.
///
/// One scan of a country is active at a time. Asking again with the same `Idempotency-Key` while it is active gives the same scan.
#[utoipa::path(
    post,
    path = "/v1/countries/{CC}/scans",
    tag = "scans",
    security(("token" = [])),
    params(
        ("CC" = String, Path, description = "Two capital letters", pattern = "^[A-Z]{2}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "What the client calls this request"),
    ),
    request_body(content = Option<ScanRequest>, content_type = "application/json"),
    responses(
        (status = 202, description = "It waits", body = ScanQueued),
        (status = 400, description = "Not a country or month, or a month that lies ahead", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or not this one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "No token is configured", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such country", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A scan is active", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The service is stopping", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn request(
    State(service): State<Arc<Service>>,
    Path(country): Path<String>,
    asker: Asker,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    auth::check(service.token.as_ref(), asker)?;
    let country = path::country(&country)?;
    let wanted = read(&headers, body).await?;
    known(country, &wanted)?;
    if service.shutdown.token.is_cancelled() {
        return Err(Problem::unavailable("the service is stopping and takes no more scans"));
    }
    let current = service.current.now().snapshot.as_ref().map(|snapshot| snapshot.id().clone());
    let month = match &wanted.run_month {
        Some(month) => path::month(month)?,
        None => usual_month(current.as_ref()).map_err(anyhow::Error::from)?,
    };
    let asked = QueueRequest {
        month,
        may_be_ahead: wanted.future || wanted.run_month.is_none(),
        countries: vec![country],
        queue: REQUESTS,
        request_id: request_id::current(),
        idempotency_key: key(&headers)?,
    };
    // A task of its own: a client that goes away must not leave the country held.
    let store = service.store.clone();
    let answered =
        tokio::spawn(async move { ask(&store, &asked).await }).await.map_err(anyhow::Error::from)??;
    match answered {
        Answered::Queued(job) => {
            service.jobs.note(&job).await;
            service.wake.notify_one();
            service.vitals.show(&job.snapshot).await;
            Ok(accepted(&job, country))
        }
        Answered::Active(snapshot, who) => {
            let scan = snapshot.map(|snapshot| ScanId::of(&snapshot, country).to_string());
            Err(Problem::scan_active(who, scan))
        }
        Answered::MonthPassed(text) => Err(Problem::month_passed(text)),
        Answered::MonthAhead(text) => Err(Problem::month_ahead(text)),
    }
}

/// How far a scan is. What went wrong with it is told in words with the token alone.
#[utoipa::path(
    get,
    path = "/v1/scans/{scanId}",
    tag = "scans",
    security((), ("token" = [])),
    params(("scanId" = String, Path, description = "Such as `2026-11.0-AT`", pattern = "^[0-9]{4}-(0[1-9]|1[0-2])\\.(0|[1-9][0-9]{0,3})-[A-Z]{2}$")),
    responses(
        (status = 200, description = "The scan", body = ScanRecord),
        (status = 400, description = "Not a scan id", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such scan", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Path(scan): Path<String>,
    asker: Asker,
) -> Result<Response, Problem> {
    let (snapshot, country) = path::scan(&scan)?;
    let job = service.jobs.get(&snapshot).await?.filter(|job| job.is_about(country));
    let published = job.as_ref().and_then(|job| job.published.clone()).unwrap_or_else(|| snapshot.clone());
    let is_new = job.as_ref().is_some_and(|job| job.published.is_some());
    let row = row(&service, &published, country, is_new).await?;
    let id = ScanId::of(&snapshot, country);
    let found = match (&job, row) {
        (Some(job), _) if job.is_open() => Some(active(&service, &id, job, country)),
        (job, Some(row)) => Some(done(&id, &published, &row, job.as_ref())),
        (Some(job), None) => Some(active(&service, &id, job, country)),
        (None, None) => None,
    };
    let mut found = found.ok_or_else(|| Problem::not_found(format!("there is no scan `{id}`")))?;
    if asker == Asker::Stranger {
        found.error_summary = public(found.error_summary.as_ref());
    }
    Ok(axum::Json(found).into_response())
}

async fn read(headers: &HeaderMap, body: Body) -> Result<ScanRequest, Problem> {
    let bytes = axum::body::to_bytes(body, limits::MAX_BODY).await;
    let bytes = bytes.map_err(|_| Problem::body_too_large(limits::MAX_BODY))?;
    if bytes.is_empty() {
        return Ok(ScanRequest::default());
    }
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::not_json());
    }
    let request: Option<ScanRequest> =
        serde_json::from_slice(&bytes).map_err(|error| Problem::bad_request(format!("the body: {error}")))?;
    Ok(request.unwrap_or_default())
}

fn known(country: CountryCode, wanted: &ScanRequest) -> Result<(), Problem> {
    if !deklaro_import::Countries::builtin().iter().any(|known| known.code == country) {
        return Err(Problem::not_found(format!("`{country}` is not a country that is scanned")));
    }
    if country.as_str() == "CA" && wanted.include_canada != Some(true) {
        let problem = Problem::bad_request("Canada is scanned only where `includeCanada` is true");
        return Err(problem.hint("send `{\"includeCanada\": true}`"));
    }
    Ok(())
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| (1..=255).contains(&text.len()));
    let text = text.ok_or_else(|| Problem::bad_request("`Idempotency-Key` has 1 to 255 plain characters"))?;
    Ok(Some(text.to_owned()))
}

fn accepted(job: &Job, country: CountryCode) -> Response {
    let id = job.scan_id(country);
    let queued = ScanQueued {
        scan_id: id.to_string(),
        country_code: country.to_string(),
        run_month: job.month.to_string(),
        status: job.status.into(),
    };
    let mut response = (StatusCode::ACCEPTED, axum::Json(queued)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/scans/{id}")) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The country's row in a snapshot that was published; `is_new` where it is known to be, and the service may not have seen it.
async fn row(
    service: &Service,
    snapshot: &SnapshotId,
    country: CountryCode,
    is_new: bool,
) -> Result<Option<ScanRow>, Problem> {
    let state = || service.current.now().history.state(snapshot);
    if state().is_none() && is_new {
        service.current.refresh().await?;
    }
    if state().is_none_or(|state| state == SnapshotState::Vacuumed) {
        return Ok(None);
    }
    let scans = service.current.scans(snapshot).await?;
    // A country that was carried over has the scan of another snapshot.
    Ok(scans.get(&country).filter(|row| row.scan_id == ScanId::of(snapshot, country)).cloned())
}

fn active(service: &Service, id: &ScanId, job: &Job, country: CountryCode) -> ScanRecord {
    // How far a run over several countries is with each of them is not counted.
    let stand = service.vitals.progress_of(&job.snapshot).filter(|_| job.countries.len() == 1);
    let (total, processed) = stand.unwrap_or_default();
    ScanRecord {
        scan_id: id.to_string(),
        country_code: country.to_string(),
        run_month: job.month.to_string(),
        status: job.status.into(),
        started_at: job.started_at,
        finished_at: job.finished_at,
        host_total: total,
        host_processed: processed,
        artifact_path: None,
        error_summary: job.error_summary.clone(),
        reason_code: job.reason_code.clone(),
        requested_at: Some(job.asked_at),
        attempts: job.attempts,
        snapshot: None,
    }
}

fn done(id: &ScanId, snapshot: &SnapshotId, row: &ScanRow, job: Option<&Job>) -> ScanRecord {
    let country = row.country_code;
    ScanRecord {
        scan_id: id.to_string(),
        country_code: country.to_string(),
        run_month: row.run_month.to_string(),
        status: row.status.into(),
        started_at: Some(row.started_at),
        finished_at: row.finished_at,
        host_total: row.host_total,
        host_processed: row.host_processed,
        artifact_path: Some(Manifest::file_path(snapshot, &ManifestFile::artifact_path(country, "json"))),
        error_summary: row.error_summary.clone(),
        reason_code: None,
        requested_at: job.map(|job| job.asked_at),
        attempts: job.map_or(1, |job| job.attempts),
        snapshot: Some(snapshot.to_string()),
    }
}
