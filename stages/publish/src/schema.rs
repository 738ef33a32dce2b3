//! The JSON Schema of a country's artifact.

use deklaro_schemas::codes::{
    Confidence, Conformance, DetectionStatus, Lifecycle, PolicyMention, ReasonCode, ShortfallReason,
    SourceType,
};
use serde_json::{Map, Value, json};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema of a country's artifact: the contract of mission A8 and A9, for those who build on it.
pub fn artifact_schema() -> String {
    let schema = object(&[
        ("countryCode", json!({ "type": "string", "pattern": "^[A-Z]{2}$", "examples": ["AT"] })),
        ("runMonth", json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "examples": ["2026-11"] })),
        ("scanId", json!({ "type": "string", "examples": ["2026-11.0-AT"] })),
        (
            "generatedAt",
            json!({ "type": "string", "format": "date-time", "examples": ["2026-11-22T00:00:00Z"] }),
        ),
        ("domains", json!({ "type": "array", "items": domain() })),
    ]);
    let mut whole = json!({ "$schema": DRAFT, "title": "Deklaro country artifact" });
    for (key, value) in schema.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    format!("{whole:#}")
}

/// All properties required; more may be added later, none may change.
fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn text(example: &str) -> Value {
    json!({ "type": "string", "examples": [example] })
}

fn optional(example: &str) -> Value {
    json!({ "type": ["string", "null"], "examples": [example] })
}

fn whole_number(example: i64) -> Value {
    json!({ "type": "integer", "examples": [example] })
}

macro_rules! one_of {
    ($code:ty) => {{
        let values: Vec<&str> = <$code>::ALL.iter().map(|code| code.as_str()).collect();
        json!({ "type": "string", "enum": values, "examples": [values[0]] })
    }};
}

macro_rules! one_of_or_null {
    ($code:ty) => {{
        let mut schema = one_of!($code);
        schema["type"] = json!(["string", "null"]);
        if let Some(values) = schema["enum"].as_array_mut() {
            values.push(Value::Null);
        }
        schema
    }};
}

fn domain() -> Value {
    let hop = object(&[
        ("fromUrl", text("http://a.example.at/")),
        ("toUrl", text("https://a.example.at/")),
        ("statusCode", whole_number(301)),
    ]);
    let list = |items: Value| json!({ "type": "array", "items": items });
    let urls = json!({ "type": "array", "maxItems": 10, "items": text("https://a.example.at/news") });
    object(&[
        ("canonicalHostname", text("a.example.at")),
        ("statementUrl", optional("https://a.example.at/statement")),
        ("detectionStatus", one_of!(DetectionStatus)),
        ("confidence", one_of!(Confidence)),
        ("detectedLanguage", optional("de")),
        ("redirectChain", list(hop)),
        ("sampledUrls", urls),
        ("sampleShortfallReason", one_of_or_null!(ShortfallReason)),
        ("sourceReferenceUrl", text("https://lists.example/at")),
        ("stale", json!({ "type": "boolean", "examples": [false] })),
        ("hostId", text("00000000000000000000000000000000")),
        ("lifecycle", one_of!(Lifecycle)),
        ("unreachableStreak", whole_number(0)),
        ("firstSeenMonth", text("2026-09")),
        ("lastReachedMonth", optional("2026-11")),
        ("verdictSnapshot", text("2026-11.0")),
        ("reasonCodes", list(one_of!(ReasonCode))),
        ("conformanceStatus", one_of_or_null!(Conformance)),
        ("preparedOn", optional("2020-09-23")),
        ("reviewedOn", optional("2026-09-23")),
        ("policyMentions", list(one_of!(PolicyMention))),
        ("proofFetchId", optional("00000000000000000000000000000000")),
        ("sourceType", one_of!(SourceType)),
        ("sourceFile", text("austria.xlsx")),
        ("sourceSheet", text("Sheet1")),
        ("sourceRow", whole_number(2)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CountryArtifact;

    /// A value that fits a schema, from its examples.
    fn example(schema: &Value) -> Value {
        match schema["type"].as_str() {
            Some("object") => {
                let properties = schema["properties"].as_object().unwrap();
                properties.iter().map(|(name, schema)| (name.clone(), example(schema))).collect()
            }
            Some("array") => json!([example(&schema["items"])]),
            _ => schema["examples"][0].clone(),
        }
    }

    #[test]
    fn the_schema_and_the_artifact_have_the_same_fields() {
        let schema: Value = serde_json::from_str(&artifact_schema()).unwrap();
        let example = example(&schema);
        let artifact: CountryArtifact = serde_json::from_value(example.clone()).unwrap();
        assert_eq!(serde_json::to_value(&artifact).unwrap(), example);
    }
}
