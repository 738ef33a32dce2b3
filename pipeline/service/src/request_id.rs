//! The id of a request: the client's where it is sane, else one of ours; in the answer and in every log line.

use super::observed;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;

/// The header it comes and goes in.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones are replaced.
const MAX_LENGTH: usize = 128;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request this task answers.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Gives the request its id, and the answer the same.
pub(crate) async fn carry(request: Request, next: Next) -> Response {
    let id = given_or_new(request.headers().get(&X_REQUEST_ID));
    let span = observed::span(request.method(), request.headers(), &id);
    let mut response = CURRENT.scope(id.clone(), next.run(request).instrument(span)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

fn given_or_new(given: Option<&HeaderValue>) -> String {
    let sane = given.and_then(|value| value.to_str().ok()).filter(|text| is_sane(text));
    sane.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Letters, digits and what ids are made of: nothing that could break a log line or a label.
fn is_sane(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
    (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sane_ids_are_kept_and_others_replaced() {
        for id in ["a", "3f2b-11", "Root=1-5759e988-bd862e3fe1be46a994272793", "a.b:c/d+e_f"] {
            assert_eq!(given_or_new(Some(&HeaderValue::from_str(id).unwrap())), id);
        }
        for id in ["", " ", "a b", "a\"b", "a{b}", &"x".repeat(MAX_LENGTH + 1)] {
            let made = given_or_new(Some(&HeaderValue::from_str(id).unwrap()));
            assert!(uuid::Uuid::parse_str(&made).is_ok(), "{id:?} became {made}");
        }
        assert!(uuid::Uuid::parse_str(&given_or_new(None)).is_ok());
        assert!(
            uuid::Uuid::parse_str(&given_or_new(Some(&HeaderValue::from_bytes(b"\xff").unwrap()))).is_ok()
        );
    }
}
