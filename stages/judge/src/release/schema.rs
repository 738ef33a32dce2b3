//! The JSON Schema of a release manifest.

use deklaro_schemas::Sha256;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a release manifest. Every field is required; more may be added later, with a new format.
pub fn manifest_schema() -> String {
    let delta = object(&[("name", text()), ("before", optional(&text())), ("after", optional(&text()))]);
    let named = json!({ "type": "object", "additionalProperties": text() });
    let mut schema = object(&[
        ("format", json!({ "const": super::manifest::MANIFEST_FORMAT })),
        ("snapshot", snapshot()),
        ("run_id", text()),
        ("created_at", time()),
        ("previous_release", optional(&snapshot())),
        ("snapshot_manifest_sha256", hash()),
        ("artifacts", list(&object(&[("path", text()), ("sha256", hash()), ("size_bytes", count())]))),
        ("configuration", optional(&list(&delta))),
        ("thresholds", named),
        ("threshold_changes", optional(&list(&delta))),
        ("data", optional(&data())),
        ("rollout", object(&[("from", time()), ("until", time())])),
        ("rollback", rollback()),
        ("scorecard", optional(&scorecard())),
        ("sbom", optional(&object(&[("path", text()), ("sha256", hash())]))),
        ("trace_id", optional(&json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }))),
    ]);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "Deklaro release manifest".into();
    format!("{schema:#}\n")
}

fn data() -> Value {
    let changes = json!({ "type": "object", "additionalProperties": count() });
    let counts = [
        "hosts_before",
        "hosts_after",
        "hosts_common",
        "hosts_added",
        "hosts_removed",
        "found_before",
        "found_after",
    ];
    let mut fields: Vec<(&str, Value)> = counts.iter().map(|name| (*name, count())).collect();
    fields.push(("changes", changes));
    object(&fields)
}

fn rollback() -> Value {
    let rehearsal = object(&[
        ("sequence", count()),
        ("at", time()),
        ("snapshot", snapshot()),
        ("took_ms", count()),
        ("is_ok", json!({ "type": "boolean" })),
    ]);
    object(&[
        ("target", optional(&snapshot())),
        ("command", text()),
        ("last_rehearsal", optional(&rehearsal)),
    ])
}

fn scorecard() -> Value {
    object(&[
        ("sequence", count()),
        ("sha256", hash()),
        ("generated_at", time()),
        ("overall_passed", json!({ "type": "boolean" })),
    ])
}

fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn optional(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn time() -> Value {
    json!({ "type": "string", "examples": ["2026-11-22T00:00:00Z"] })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn snapshot() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}\\.[0-9]+$" })
}

fn hash() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{64}$", "examples": [Sha256::of(b"")] })
}
