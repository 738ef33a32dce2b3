//! What was found in a country: its artifact as stored, page by page, or one host of it.

use super::cache::CachedFile;
use super::current::Files;
use super::negotiate::{Media, media};
use super::openapi::{ArtifactAnswer, DomainRecord};
use super::paging::{Page, link_next};
use super::problem::{Problem, ProblemBody};
use super::shared::Service;
use super::{answer, path};
use axum::extract::{Path, State};
use axum::response::Response;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{CountryCode, RunMonth, Sha256};
use http::{HeaderMap, Uri};
use serde_json::{Value, json};
use std::sync::Arc;

/// The formats an artifact is stored in.
const STORED: [Media; 5] = [Media::Json, Media::Toon, Media::Csv, Media::Xlsx, Media::Parquet];
/// The formats a part of it is made in.
const MADE: [Media; 2] = [Media::Json, Media::Toon];

/// The latest month of a country.
///
/// As stored: JSON, or TOON, CSV, a workbook or Parquet by `Accept`. With `limit` or `after` a page of it, as JSON or TOON.
#[utoipa::path(
    get,
    path = "/v1/countries/{CC}/toon/latest",
    tag = "record",
    params(("CC" = String, Path, description = "Two capital letters", pattern = "^[A-Z]{2}$"), Page),
    responses(
        (status = 200, description = "The artifact", content(
            (ArtifactAnswer = "application/json"), (String = "text/toon"), (String = "text/csv"))),
        (status = 304, description = "The client has it"),
        (status = 400, description = "Not a country", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such country", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn latest(
    State(service): State<Arc<Service>>,
    Path(country): Path<String>,
    page: Page,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_month(&service, &country, None, &page, &uri, &headers).await
}

/// A month of a country, as it was last published.
#[utoipa::path(
    get,
    path = "/v1/countries/{CC}/toon/{month}",
    tag = "record",
    params(
        ("CC" = String, Path, description = "Two capital letters", pattern = "^[A-Z]{2}$"),
        ("month" = String, Path, description = "`YYYY-MM`", pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$"),
        Page
    ),
    responses(
        (status = 200, description = "The artifact", content(
            (ArtifactAnswer = "application/json"), (String = "text/toon"), (String = "text/csv"))),
        (status = 304, description = "The client has it"),
        (status = 400, description = "Not a country or month", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such month", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn month(
    State(service): State<Arc<Service>>,
    Path((country, month)): Path<(String, String)>,
    page: Page,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let month = path::month(&month)?;
    of_month(&service, &country, Some(month), &page, &uri, &headers).await
}

/// One host of a country, in its latest month; the name with or without `www.`.
#[utoipa::path(
    get,
    path = "/v1/countries/{CC}/hosts/{hostname}",
    tag = "record",
    params(
        ("CC" = String, Path, description = "Two capital letters", pattern = "^[A-Z]{2}$"),
        ("hostname" = String, Path, description = "A host name, in Unicode or punycode", pattern = "^([a-z0-9]{1,20}(-[a-z0-9]{1,20})?\\.){1,4}[a-z]{2,10}$"),
    ),
    responses(
        (status = 200, description = "The record", content((DomainRecord = "application/json"), (String = "text/toon"))),
        (status = 304, description = "The client has it"),
        (status = 400, description = "Not a host name", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such host", body = ProblemBody, content_type = "application/problem+json"),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn host(
    State(service): State<Arc<Service>>,
    Path((country, host)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (country, host) = (path::country(&country)?, path::host(&host)?);
    let media = media(&headers, &MADE)?;
    let files = files(&service, country, None).await?;
    let (kept, _) = stored(&service, &files, country, Media::Json).await?;
    let index = kept.index().await?;
    let found = index.find(host.as_str()).or_else(|| index.find(host.twin().as_str()));
    let place = found
        .ok_or_else(|| Problem::not_found(format!("`{country}` has no host `{host}` in its latest month")))?;
    let record: Value = serde_json::from_slice(&kept.bytes[place]).map_err(anyhow::Error::from)?;
    answer::value(&headers, &record, media)
}

async fn of_month(
    service: &Service,
    country: &str,
    month: Option<RunMonth>,
    page: &Page,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let country = path::country(country)?;
    let media = media(headers, if page.is_asked() { &MADE } else { &STORED })?;
    let files = files(service, country, month).await?;
    if page.is_asked() {
        let (kept, _) = stored(service, &files, country, Media::Json).await?;
        return self::page(&kept, page, media, uri, headers).await;
    }
    let (kept, sha256) = stored(service, &files, country, media).await?;
    answer::file(headers, &kept, &sha256, media.content_type()).await
}

async fn files(
    service: &Service,
    country: CountryCode,
    month: Option<RunMonth>,
) -> Result<Arc<Files>, Problem> {
    service.current.files_of(month).await?.ok_or_else(|| match month {
        Some(month) => Problem::not_found(format!("no snapshot of `{month}` is live"))
            .hint("`GET /v1/snapshots` lists what there is"),
        None => Problem::not_found(format!("nothing of `{country}` or any country is published yet"))
            .hint("`deklaro run` or `POST /v1/countries/{CC}/scans` makes a snapshot"),
    })
}

async fn stored(
    service: &Service,
    files: &Files,
    country: CountryCode,
    media: Media,
) -> Result<(Arc<CachedFile>, Sha256), Problem> {
    let snapshot = &files.manifest.snapshot;
    let ending = media.artifact().map_or("json", deklaro_publish::ArtifactFormat::extension);
    let file = files.get(&ManifestFile::artifact_path(country, ending)).ok_or_else(|| {
        Problem::not_found(format!("snapshot `{snapshot}` has no artifact of `{country}` as {ending}"))
            .hint("`GET /v1/countries` lists the countries")
    })?;
    Ok((service.current.read(files, file).await?, file.sha256.clone()))
}

/// The head of the artifact with a part of its list.
async fn page(
    kept: &CachedFile,
    page: &Page,
    media: Media,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let index = kept.index().await?;
    let (places, next) = index.page(page.after(), page.limit());
    let mut text = kept.bytes[..index.head()].to_vec();
    for (number, place) in places.into_iter().enumerate() {
        if number > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&kept.bytes[place]);
    }
    let foot = json!({ "limit": page.limit(), "total": index.len(), "next": next });
    text.extend_from_slice(format!("],\"page\":{foot}}}").as_bytes());
    let mut response = if media == Media::Json {
        answer::made(headers, text, media)
    } else {
        let value: Value = serde_json::from_slice(&text).map_err(anyhow::Error::from)?;
        answer::value(headers, &value, media)?
    };
    link_next(&mut response, uri, page.limit(), next);
    Ok(response)
}
