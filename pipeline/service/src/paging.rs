//! Long lists, page by page: `limit` and `after`, and a `Link` to the next page (RFC 8288).

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::LINK;
use http::request::Parts;
use http::{HeaderValue, Uri};
use serde::Deserialize;
use utoipa::IntoParams;

/// Entries of a page when nothing is said.
const USUAL: usize = 100;
/// Entries of a page at most.
const MOST: usize = 1_000;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// Entries at most; 100 where only `after` is given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// What stands after this one, the last of the page before.
    #[param(max_length = 300)]
    after: Option<String>,
}

impl Page {
    /// Entries of the page at most.
    pub(crate) fn limit(&self) -> usize {
        self.limit.unwrap_or(USUAL)
    }

    /// The last entry of the page before.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// True where a page was asked for, and not all of it.
    pub(crate) fn is_asked(&self) -> bool {
        self.limit.is_some() || self.after.is_some()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let page = axum::extract::Query::<Self>::from_request_parts(parts, state).await;
        let page = page.map_err(|error| Problem::bad_request(error.body_text()))?.0;
        let is_sane = page.limit.is_none_or(|limit| (1..=MOST).contains(&limit))
            && page.after.as_ref().is_none_or(|after| after.len() <= 300);
        if is_sane { Ok(page) } else { Err(Problem::bad_request(format!("`limit` is 1 to {MOST}"))) }
    }
}

/// Says where the next page is.
pub(crate) fn link_next(response: &mut Response, uri: &Uri, limit: usize, next: Option<&str>) {
    let Some(next) = next else { return };
    // Hosts, countries and snapshots consist of letters that need no encoding.
    let link = format!("<{}?limit={limit}&after={next}>; rel=\"next\"", uri.path());
    if let Ok(value) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(LINK, value);
    }
}
