//! `/v1/status`: how the service is, for programs and for people.

use super::auth::Asker;
use super::negotiate::{Media, media};
use super::page;
use super::problem::{Problem, ProblemBody};
use super::shared::Service;
use super::vitals::Vitals;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;

/// How the service is: its state with every cause, queues, workers, the schedule. A page for people by `Accept: text/html`.
///
/// Names of machines and texts of errors are told with the token alone.
#[utoipa::path(
    get,
    path = "/v1/status",
    tag = "operation",
    security((), ("token" = [])),
    responses(
        (status = 200, description = "How it is", content((Vitals = "application/json"), (String = "text/html"))),
        (status = 406, description = "No such format", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    asker: Asker,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = media(&headers, &[Media::Json, Media::Html])?;
    let vitals =
        service.vitals.wait().await.ok_or_else(|| Problem::unavailable("the service is starting"))?;
    let vitals = match asker {
        Asker::Operator => vitals,
        Asker::Stranger => Arc::new(vitals.for_strangers()),
    };
    let mut response = if media == Media::Html {
        page::status(&vitals)?.into_response()
    } else {
        axum::Json(&*vitals).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if media == Media::Html {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
        headers.insert("content-security-policy", HeaderValue::from_static(policy));
    }
    Ok(response)
}
