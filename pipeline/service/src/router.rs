//! Every route there is. What all requests pass is listed in [`layered`], the outermost last.

use super::auth::Asker;
use super::openapi::{Described, complete};
use super::problem::Problem;
use super::shared::Service;
use super::{answer, artifacts, limits, measured, openapi, ready, request_id, scans, snapshots, status};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Extension, Router};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

fn routes() -> (Router<Arc<Service>>, Document) {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(artifacts::latest))
        .routes(routes!(artifacts::month))
        .routes(routes!(artifacts::host))
        .routes(routes!(snapshots::countries))
        .routes(routes!(snapshots::snapshots))
        .routes(routes!(scans::request))
        .routes(routes!(scans::get))
        .routes(routes!(status::get))
        .routes(routes!(ready::alive))
        .routes(routes!(ready::ready))
        .routes(routes!(measured::get))
        .routes(routes!(openapi::get))
        .split_for_parts()
}

/// The API's description, as it is served and as the repository has it.
pub fn document() -> anyhow::Result<String> {
    Ok(format!("{:#}\n", complete(&routes().1)?))
}

/// The service's router.
pub(crate) fn service(service: &Arc<Service>) -> Router {
    let (routes, _) = routes();
    let routes = routes
        // OpenAPI has no wildcard: the description has it as a parameter.
        .route("/v1/snapshots/{snapshot}/files/{*path}", get(snapshots::file))
        .fallback(|| async { Problem::not_found("no such address; `/openapi.json` lists them") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() });
    layered(routes.with_state(service.clone()), service)
}

/// What every request passes, the innermost first.
fn layered(routes: Router, service: &Arc<Service>) -> Router {
    // Artifacts come compressed from memory; this is for the rest.
    let routes = routes.layer(CompressionLayer::new().gzip(true));
    let routes = routes.layer(from_fn_with_state(service.clone(), limits::guard));
    let routes = observed(routes);
    routes.layer(from_fn(request_id::carry))
}

/// What connections get that found no place: a probe's answer, or why they are turned away.
pub(crate) fn spare(service: &Arc<Service>) -> Router {
    let full = "every place for a connection is taken, or every one that one address may hold";
    let routes = Router::new()
        .route("/healthz", get(ready::alive))
        .route("/readyz", get(ready::ready))
        .fallback(move || async move { Problem::unavailable(full) })
        .layer(from_fn(answer::close));
    observed(routes.with_state(service.clone())).layer(from_fn(request_id::carry))
}

/// The router of an address that strangers do not reach: alive, ready, how the service is, and what is measured.
pub(crate) fn probes(service: &Arc<Service>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(ready::alive))
        .route("/readyz", get(ready::ready))
        .route("/metrics", get(measured::get))
        .route("/v1/status", get(status::get))
        .fallback(|| async {
            Problem::not_found("here are `/healthz`, `/readyz`, `/metrics` and `/v1/status`")
        })
        .layer(Extension(Asker::Operator));
    observed(routes.with_state(service.clone())).layer(from_fn(request_id::carry))
}

/// A worker's router: alive, ready, and what is measured.
pub(crate) fn worker(shutdown: &deklaro_console::Shutdown) -> Router {
    let (shutdown, asked) = (shutdown.clone(), shutdown.clone());
    let routes = Router::new()
        .route("/healthz", get(ready::alive))
        .route("/readyz", get(async move || ready::worker_ready(&shutdown)))
        .route("/metrics", get(async move || measured::of_worker(&asked)))
        .fallback(|| async { Problem::not_found("a worker answers `/healthz`, `/readyz` and `/metrics`") });
    observed(routes).layer(from_fn(request_id::carry))
}

/// The place for what is measured of each request: inside the request's id, outside everything that can refuse it. The matched
/// path is known here, except for addresses that no route has.
fn observed(routes: Router) -> Router {
    routes.layer(from_fn(crate::observed::observe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_description_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/docs/openapi.json");
        let checked_in = std::fs::read_to_string(path).unwrap_or_default();
        assert!(checked_in == document().unwrap(), "`deklaro docs` writes it anew");
    }

    #[test]
    fn the_description_has_the_contract_and_no_loose_ends() {
        let document: serde_json::Value = serde_json::from_str(&document().unwrap()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let text = document.to_string();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name}");
        }
        let fields = |name: &str| -> Vec<String> {
            let mut names: Vec<String> =
                schemas[name]["properties"].as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        for field in [
            "scanId",
            "countryCode",
            "runMonth",
            "status",
            "startedAt",
            "finishedAt",
            "hostTotal",
            "hostProcessed",
            "artifactPath",
            "errorSummary",
        ] {
            assert!(fields("Scan").iter().any(|name| name == field), "{field}");
        }
        assert_eq!(fields("ScanQueued"), ["countryCode", "runMonth", "scanId", "status"]);
        let artifact = ["countryCode", "domains", "generatedAt", "runMonth", "scanId"];
        assert_eq!(fields("CountryArtifact"), artifact);
    }
}
