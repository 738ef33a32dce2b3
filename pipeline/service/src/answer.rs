//! Answers with a tag of their content: not sent again to those who have it (RFC 9110 section 13).

use super::cache::CachedFile;
use super::negotiate::{Media, takes_gzip};
use super::problem::Problem;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use deklaro_schemas::Sha256;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// What depends on the request's headers.
const VARIES: &str = "accept, accept-encoding";

/// A file as it is stored, its tag being its hash in the manifest; compressed for those who take it.
pub(crate) async fn file(
    headers: &HeaderMap,
    kept: &CachedFile,
    sha256: &Sha256,
    content_type: &str,
) -> Result<Response, Problem> {
    let is_gzip = takes_gzip(headers);
    // Two encodings are two representations, and a strong tag names one of them.
    let tag = format!("\"{sha256}{}\"", if is_gzip { "-gzip" } else { "" });
    if is_known(headers, &tag) {
        return Ok(not_modified(&tag));
    }
    let bytes = if is_gzip { kept.gzip().await? } else { kept.bytes.clone() };
    let mut response = whole(bytes, content_type, &tag);
    if is_gzip {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// Something made for this request; its tag is weak, as it may be compressed on its way.
pub(crate) fn made(headers: &HeaderMap, bytes: impl Into<Bytes>, media: Media) -> Response {
    let bytes = bytes.into();
    let tag = format!("W/\"{}\"", Sha256::of(&bytes));
    if is_known(headers, &tag) { not_modified(&tag) } else { whole(bytes, media.content_type(), &tag) }
}

/// A value as JSON, or as TOON.
pub(crate) fn value(
    headers: &HeaderMap,
    value: &serde_json::Value,
    media: Media,
) -> Result<Response, Problem> {
    let text = match media {
        Media::Toon => media.artifact().and_then(|format| deklaro_publish::render_value(value, format)),
        _ => Some(value.to_string()),
    };
    let text = text.ok_or_else(|| Problem::not_acceptable(Media::Json.essence()))?;
    Ok(made(headers, text, media))
}

/// Ends the connection with the answer.
pub(crate) async fn close(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn whole(bytes: Bytes, content_type: &str, tag: &str) -> Response {
    let mut response = Body::from(bytes).into_response();
    set(&mut response, CONTENT_TYPE, content_type);
    tagged(&mut response, tag);
    response
}

fn not_modified(tag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    tagged(&mut response, tag);
    response
}

fn tagged(response: &mut Response, tag: &str) {
    set(response, ETAG, tag);
    // A month may be run again: whoever keeps an answer asks whether it still holds.
    set(response, CACHE_CONTROL, "no-cache");
    set(response, VARY, VARIES);
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Whether the client has it; tags are compared weakly (RFC 9110 section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let given = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|given| given.trim() == "*" || opaque(given) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let known = |value: &str| {
            is_known(&HeaderMap::from_iter([(IF_NONE_MATCH, value.parse().unwrap())]), "\"abc\"")
        };
        for value in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert!(known(value), "{value}");
        }
        for value in ["\"abcd\"", "abc", "", "\"x\""] {
            assert!(!known(value), "{value}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"abc\""));
    }
}
