//! The API's description, made from the code: `/openapi.json`, and the copy in the repository.

use super::shared::Service;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

/// What there is besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Deklaro",
        description = "Accessibility statements of Europe's public-sector websites: the record, month by month, and the scans that make it. \
            Every answer carries `X-Request-Id`; errors are `application/problem+json` and say what to do. More fields may be added; none of these changes.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT"),
    ),
    paths(super::snapshots::file),
    components(schemas(CountryArtifact, CountryArtifactPage, DomainRecord)),
    tags(
        (name = "record", description = "What was found"),
        (name = "scans", description = "Asking for more"),
        (name = "operation", description = "How the service is"),
    ),
    modifiers(&Token),
)]
pub(crate) struct Described;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The service's token"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// An artifact, whole or a page of it.
#[derive(ToSchema)]
#[schema(as = ArtifactAnswer)]
#[expect(dead_code, reason = "stands for schemas that are put in its place")]
pub(crate) enum ArtifactAnswer {
    Whole(CountryArtifact),
    Page(CountryArtifactPage),
}

/// A country's month; its schema is the one the stage `publish` declares.
#[derive(ToSchema)]
pub(crate) struct CountryArtifact {}

/// A part of it.
#[derive(ToSchema)]
pub(crate) struct CountryArtifactPage {}

/// One host of it.
#[derive(ToSchema)]
pub(crate) struct DomainRecord {}

/// The description as it is served: OpenAPI 3.1, with the artifact's own schemas in their places.
pub(crate) fn complete(document: &Document) -> anyhow::Result<Value> {
    let mut whole = serde_json::to_value(document)?;
    let mut artifact: Value = serde_json::from_str(&deklaro_publish::artifact_schema())?;
    let domain = artifact["properties"]["domains"]["items"].take();
    artifact["properties"]["domains"]["items"] = json!({ "$ref": "#/components/schemas/DomainRecord" });
    if let Some(fields) = artifact.as_object_mut() {
        fields.shift_remove("$schema");
    }
    let mut page = artifact.clone();
    page["title"] = "A page of a country artifact".into();
    page["properties"]["page"] = json!({
        "type": "object",
        "required": ["limit", "total", "next"],
        "properties": {
            "limit": { "type": "integer", "description": "Entries of a page at most" },
            "total": { "type": "integer", "description": "Entries of the whole list" },
            "next": { "type": ["string", "null"], "description": "`after` of the next page" },
        },
    });
    if let Some(required) = page["required"].as_array_mut() {
        required.push("page".into());
    }
    refusals(&mut whole);
    let schemas = &mut whole["components"]["schemas"];
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    schemas["ArtifactAnswer"] = json!({
        "description": "The whole month or, where a page was asked for, a part of it.",
        "anyOf": [reference("CountryArtifact"), reference("CountryArtifactPage")],
    });
    (schemas["CountryArtifact"], schemas["CountryArtifactPage"], schemas["DomainRecord"]) =
        (artifact, page, domain);
    Ok(whole)
}

/// What any request may be told, whatever it asks.
fn refusals(document: &mut Value) {
    let told = [
        ("400", "The request cannot be understood"),
        ("414", "The address is too long"),
        ("429", "Too many requests"),
        ("500", "The service failed"),
        ("503", "Not now"),
        ("504", "It took too long"),
    ];
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (_, operation) in paths.filter_map(|(_, path)| path.as_object_mut()).flatten() {
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, description) in told {
            let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
            let told =
                json!({ "description": description, "content": { "application/problem+json": problem } });
            responses.entry(status).or_insert(told);
        }
    }
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(crate) async fn get(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let mut response = super::answer::made(&headers, service.document.clone(), super::negotiate::Media::Json)
        .into_response();
    response.headers_mut().entry(CACHE_CONTROL).or_insert(http::HeaderValue::from_static("no-cache"));
    response.headers_mut().entry(CONTENT_TYPE).or_insert(http::HeaderValue::from_static("application/json"));
    response
}
