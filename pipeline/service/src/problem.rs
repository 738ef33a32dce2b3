//! Errors as `application/problem+json` (RFC 9457), each with what to do.

use super::request_id;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

/// Media type of every error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not answered. Boxed: most requests are.
#[derive(Debug)]
pub(crate) struct Problem(Box<ProblemText>);

#[derive(Debug)]
struct ProblemText {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    hint: Option<String>,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let (more, headers) = (Map::new(), Vec::new());
        Self(Box::new(ProblemText { status, kind, title, detail, hint: None, more, headers }))
    }

    /// 400: what was asked makes no sense.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be understood", detail)
    }

    /// 400: a month that lies before the current snapshot.
    pub(crate) fn month_passed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "month-passed", "Earlier months never change", detail)
            .hint("ask for the month of the current snapshot or a later one")
    }

    /// 400: a month beyond the next one.
    pub(crate) fn month_ahead(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "month-ahead", "The month lies ahead", detail)
            .hint("send `{\"future\": true}` beside the month if it is meant; no earlier month can be run once it is published")
    }

    /// 401: no token, or not this one.
    pub(crate) fn unauthorized() -> Self {
        let detail = "this needs `Authorization: Bearer TOKEN` with the service's token";
        let mut problem =
            Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "The token is missing or wrong", detail);
        problem.0.headers.push((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"deklaro\"")));
        problem
    }

    /// 403: nobody may, as no token is configured.
    pub(crate) fn no_token_configured() -> Self {
        let detail = "this service has no token configured, so it takes no scans from anybody";
        Self::new(StatusCode::FORBIDDEN, "scans-not-enabled", "Scans cannot be asked for here", detail)
            .hint("start it with `--token-file FILE` or DEKLARO_API_TOKEN; `deklaro run` works without")
    }

    /// 404: there is no such thing.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// 405, with what is allowed.
    pub(crate) fn method_not_allowed() -> Self {
        let detail = "this address does not take that method; the header `Allow` names those it takes";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed", detail)
    }

    /// 406: none of the formats there are.
    pub(crate) fn not_acceptable(offered: &str) -> Self {
        let detail = format!("none of the formats in `Accept` is at hand; there are {offered}");
        Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "No such format", detail)
    }

    /// 409: a scan of the country is active.
    pub(crate) fn scan_active(detail: impl Into<String>, scan: Option<String>) -> Self {
        let status = StatusCode::CONFLICT;
        let mut problem = Self::new(status, "scan-active", "A scan of this country is active", detail)
            .hint("wait until it ends; `GET /v1/scans/{scanId}` says how far it is");
        if let Some(scan) = scan {
            problem.0.more.insert("activeScanId".to_owned(), scan.into());
        }
        problem
    }

    /// 413: more body than is read.
    pub(crate) fn body_too_large(most: usize) -> Self {
        let detail = format!("the body is longer than {most} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too long", detail)
    }

    /// 414: more address than is read.
    pub(crate) fn uri_too_long(most: usize) -> Self {
        let detail = format!("the address is longer than {most} bytes");
        Self::new(StatusCode::URI_TOO_LONG, "uri-too-long", "The address is too long", detail)
    }

    /// 415: a body that is not JSON.
    pub(crate) fn not_json() -> Self {
        let detail = "the body is not of type `application/json`";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Not JSON", detail)
    }

    /// 429: too many requests from one address.
    pub(crate) fn too_many_requests(detail: impl Into<String>) -> Self {
        let mut problem =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail);
        problem.0.headers.push((RETRY_AFTER, HeaderValue::from_static("1")));
        problem
    }

    /// 500: our own fault; what it was stands in the log.
    pub(crate) fn internal(error: &anyhow::Error) -> Self {
        // A hint may name files and buckets: it is for whoever reads the log.
        let hint = deklaro_console::hint_of(error);
        tracing::error!(error = format!("{error:#}"), hint, "request failed");
        let detail = "the service could not answer; its log says why, under the request's id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed", detail)
    }

    /// 503: not now.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The service cannot do this now",
            detail,
        );
        problem.0.headers.push((RETRY_AFTER, HeaderValue::from_static("5")));
        problem
    }

    /// 503: what is stored is not what was published; which object that is stands in the log.
    pub(crate) fn snapshot_changed(error: &deklaro_store::StoreError) -> Self {
        tracing::error!(error = error.to_string(), "a snapshot was changed after it was published");
        let detail = "what is stored is not what was published, so it is not handed out";
        let title = "The snapshot was changed";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "snapshot-changed", title, detail)
    }

    /// 504: it took too long.
    pub(crate) fn too_slow(seconds: u64) -> Self {
        let detail = format!("no answer within {seconds} s");
        Self::new(StatusCode::GATEWAY_TIMEOUT, "too-slow", "It took too long", detail)
    }

    /// With what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<deklaro_store::StoreError> for Problem {
    fn from(error: deklaro_store::StoreError) -> Self {
        match error {
            deklaro_store::StoreError::Changed { .. } => Self::snapshot_changed(&error),
            error => Self::internal(&error.into()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let ProblemText { status, kind, title, detail, hint, more, headers: own } = *self.0;
        let mut body = json!({
            "type": format!("urn:deklaro:problem:{}", kind),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
        });
        if let Some(hint) = hint {
            body["hint"] = hint.into();
        }
        if let Some(id) = request_id::current() {
            body["requestId"] = id.into();
        }
        for (name, value) in more {
            body[name] = value;
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in own {
            headers.insert(name, value);
        }
        response
    }
}

/// An error body, for the API's description.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// What kind of problem, as a URN that does not change.
    r#type: String,
    /// The same in words.
    title: String,
    /// The status code.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    detail: String,
    /// What to do.
    hint: Option<String>,
    /// The request, as in the header `X-Request-Id`.
    request_id: Option<String>,
    /// 409: the scan that is active.
    active_scan_id: Option<String>,
}
