//! Lists that lead to the rest: countries, snapshots, and a snapshot's pages and documents.

use super::negotiate::{Media, media};
use super::paging::{Page, link_next};
use super::problem::{Problem, ProblemBody};
use super::shared::Service;
use super::{answer, path};
use axum::extract::{Path, State};
use axum::response::Response;
use deklaro_import::Countries;
use deklaro_schemas::codes::{FileKind, SnapshotState};
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{CountryCode, SnapshotId, Timestamp, rfc3339};
use http::{HeaderMap, HeaderValue, Uri};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

const LISTED: [Media; 2] = [Media::Json, Media::Toon];

/// A country in the current snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Country)]
pub(crate) struct CountryFigures {
    /// Two capital letters.
    country_code: String,
    /// In English.
    name: Option<String>,
    /// Month of its scan.
    run_month: Option<String>,
    /// Its scan.
    scan_id: Option<String>,
    /// Hosts on its lists.
    host_total: u64,
    /// Hosts with a statement that was read.
    found: u64,
    /// Hosts that were read and have none.
    not_found: u64,
    /// Hosts of which neither can be said.
    uncertain: u64,
}

/// The countries of the current snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Countries)]
pub(crate) struct CountryList {
    /// The snapshot; nothing before the first one.
    snapshot: Option<String>,
    /// The countries.
    countries: Vec<CountryFigures>,
    /// The last of this page, where there are more.
    next: Option<String>,
}

/// A snapshot that was published.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Snapshot)]
pub(crate) struct Published {
    /// Its name.
    snapshot: String,
    /// Its month.
    run_month: String,
    /// live, retracted, expired or vacuumed.
    state: String,
    /// True for the one that is served as latest.
    is_current: bool,
    /// True for the one that is served for its month.
    is_current_of_month: bool,
    /// When it was made; nothing where its files are gone.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    created_at: Option<Timestamp>,
    /// Its countries.
    countries: Vec<String>,
    /// Its report, for people.
    report: Option<String>,
}

/// The snapshots, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Snapshots)]
pub(crate) struct SnapshotList {
    /// The snapshots.
    snapshots: Vec<Published>,
    /// The last of this page, where there are more.
    next: Option<String>,
}

/// The countries of the current snapshot, with their figures.
#[utoipa::path(
    get,
    path = "/v1/countries",
    tag = "record",
    params(Page),
    responses(
        (status = 200, description = "The countries", content((CountryList = "application/json"), (String = "text/toon"))),
        (status = 400, description = "Not a page", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn countries(
    State(service): State<Arc<Service>>,
    page: Page,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = media(&headers, &LISTED)?;
    let served = service.current.now();
    let mut listed = CountryList { snapshot: None, countries: Vec::new(), next: None };
    if let Some(snapshot) = &served.snapshot {
        let names = Countries::builtin().names();
        let mut codes = snapshot.files.countries();
        codes.retain(|code| page.after().is_none_or(|after| code.as_str() > after));
        listed.next = (codes.len() > page.limit()).then(|| codes[page.limit() - 1].to_string());
        listed.countries =
            codes.into_iter().take(page.limit()).map(|code| country(snapshot, code, &names)).collect();
        listed.snapshot = Some(snapshot.id().to_string());
    }
    list(&listed, listed.next.as_deref(), &page, media, &uri, &headers)
}

fn country(
    snapshot: &super::current::Snapshot,
    code: CountryCode,
    names: &std::collections::BTreeMap<String, String>,
) -> CountryFigures {
    let figures = snapshot.summary.countries.iter().find(|funnel| funnel.country_code == Some(code));
    let scan = snapshot.scans.get(&code);
    CountryFigures {
        country_code: code.to_string(),
        name: names.get(code.as_str()).cloned(),
        run_month: scan.map(|scan| scan.run_month.to_string()),
        scan_id: scan.map(|scan| scan.scan_id.to_string()),
        host_total: figures.map_or(0, |funnel| funnel.known),
        found: figures.map_or(0, |funnel| funnel.found),
        not_found: figures.map_or(0, |funnel| funnel.not_found),
        uncertain: figures.map_or(0, |funnel| funnel.uncertain),
    }
}

/// Every snapshot that was published, the newest first.
#[utoipa::path(
    get,
    path = "/v1/snapshots",
    tag = "record",
    params(Page),
    responses(
        (status = 200, description = "The snapshots", content((SnapshotList = "application/json"), (String = "text/toon"))),
        (status = 400, description = "Not a page", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn snapshots(
    State(service): State<Arc<Service>>,
    page: Page,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = media(&headers, &LISTED)?;
    let after = page.after().map(path::snapshot).transpose()?;
    let served = service.current.now();
    let mut all: Vec<(&SnapshotId, SnapshotState)> = served.history.snapshots().collect();
    all.retain(|(snapshot, _)| after.as_ref().is_none_or(|after| *snapshot < after));
    all.reverse();
    let next = (all.len() > page.limit()).then(|| all[page.limit() - 1].0.to_string());
    let mut snapshots = Vec::new();
    for (snapshot, state) in all.into_iter().take(page.limit()) {
        snapshots.push(published(&service, &served.history, snapshot, state).await?);
    }
    let listed = SnapshotList { snapshots, next };
    list(&listed, listed.next.as_deref(), &page, media, &uri, &headers)
}

async fn published(
    service: &Service,
    history: &deklaro_store::History,
    snapshot: &SnapshotId,
    state: SnapshotState,
) -> Result<Published, Problem> {
    let listed = match state {
        SnapshotState::Vacuumed => None,
        _ => service.current.listed(snapshot).await?,
    };
    let report = listed.as_ref().filter(|listed| listed.has_report);
    Ok(Published {
        snapshot: snapshot.to_string(),
        run_month: snapshot.month().to_string(),
        state: state.as_str().to_owned(),
        is_current: history.current() == Some(snapshot),
        is_current_of_month: history.current_of(snapshot.month()) == Some(snapshot),
        created_at: listed.as_ref().map(|listed| listed.created_at),
        countries: listed.iter().flat_map(|listed| &listed.countries).map(ToString::to_string).collect(),
        report: report.map(|_| report_of(snapshot)),
    })
}

/// Where a snapshot's report is served.
pub(crate) fn report_of(snapshot: &SnapshotId) -> String {
    format!("/v1/snapshots/{snapshot}/files/reports/index.html")
}

/// A page or document of a snapshot, as published: the report begins at `reports/index.html`.
#[utoipa::path(
    get,
    path = "/v1/snapshots/{snapshot}/files/{path}",
    tag = "record",
    params(
        ("snapshot" = String, Path, description = "Its name", pattern = "^[0-9]{4}-(0[1-9]|1[0-2])\\.(0|[1-9][0-9]{0,3})$"),
        ("path" = String, Path, description = "Path in the snapshot's folder, as its manifest names it", pattern = "^[a-z]{1,10}/[A-Za-z0-9]{1,20}\\.[a-z]{1,8}$"),
    ),
    responses(
        (status = 200, description = "The file", content((String = "text/html"), (String = "application/json"))),
        (status = 304, description = "The client has it"),
        (status = 400, description = "Not a snapshot", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such file", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn file(
    State(service): State<Arc<Service>>,
    Path((snapshot, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = path::snapshot(&snapshot)?;
    let none = || Problem::not_found(format!("snapshot `{snapshot}` has no such page or document"));
    // Withdrawn snapshots are not handed out, whether their files are there or not.
    if service.current.now().history.state(&snapshot) != Some(SnapshotState::Live) {
        return Err(none());
    }
    let files = service.current.files(&snapshot).await?;
    let is_public = |file: &&ManifestFile| {
        matches!(file.kind, FileKind::Report | FileKind::Artifact | FileKind::Document)
    };
    let file = files.get(&name).filter(is_public).ok_or_else(none)?;
    let kept = service.current.read(&files, file).await?;
    let mut response = answer::file(&headers, &kept, &file.sha256, content_type(&name)).await?;
    response.headers_mut().insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => Media::Html.content_type(),
        "json" | "jsonld" => Media::Json.content_type(),
        "toon" => Media::Toon.content_type(),
        "csv" => Media::Csv.content_type(),
        "xlsx" => Media::Xlsx.content_type(),
        "parquet" => Media::Parquet.content_type(),
        "atom" => "application/atom+xml; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "md" | "sql" | "txt" | "prom" | "ndjson" | "SHA256SUMS" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn list<T: Serialize>(
    listed: &T,
    next: Option<&str>,
    page: &Page,
    media: Media,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let value = serde_json::to_value(listed).map_err(anyhow::Error::from)?;
    let mut response = answer::value(headers, &value, media)?;
    link_next(&mut response, uri, page.limit(), next);
    Ok(response)
}
