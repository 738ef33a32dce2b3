//! Artifacts of every earlier version are read and can be written as JSON or TOON.

use crate::ArtifactFormat;
use serde_json::Value;

/// Fields of the contract that every artifact ever written has.
const CONTRACT: [&str; 5] = ["countryCode", "runMonth", "scanId", "generatedAt", "domains"];

/// Why a file is not an artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an artifact: {0}")]
pub struct NotAnArtifact(String);

/// The content of an artifact file, whatever its ending says: TOON, or JSON as older `.toon` files have it.
pub fn read_artifact(bytes: &[u8]) -> Result<Value, NotAnArtifact> {
    let text = std::str::from_utf8(bytes).map_err(|error| NotAnArtifact(error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| NotAnArtifact(error.to_string()))?
    } else {
        toon_format::decode_default(text).map_err(|error| NotAnArtifact(error.to_string()))?
    };
    match CONTRACT.iter().find(|field| value.get(**field).is_none()) {
        Some(field) => Err(NotAnArtifact(format!("it has no `{field}`"))),
        None => Ok(value),
    }
}

/// The value of an artifact as JSON or TOON; tables need more than the contract's fields, so there is none.
pub fn render_value(value: &Value, format: ArtifactFormat) -> Option<String> {
    let text = match format {
        ArtifactFormat::Json => serde_json::to_string_pretty(value).ok()?,
        ArtifactFormat::Toon => toon_format::encode_default(value).ok()?,
        ArtifactFormat::Csv | ArtifactFormat::Xlsx | ArtifactFormat::Parquet => return None,
    };
    Some(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value() -> Value {
        json!({
            "countryCode": "AT", "runMonth": "2025-01", "scanId": "s", "generatedAt": "2025-01-31T00:00:00Z",
            "domains": [{ "canonicalHostname": "a.example.at", "statementUrl": null, "stale": false }],
        })
    }

    #[test]
    fn toon_and_json_bodies_are_read_whatever_the_name_of_the_file() {
        let json = serde_json::to_vec(&value()).unwrap();
        let marked = [b"\xef\xbb\xbf".as_slice(), &json].concat();
        let toon = render_value(&value(), ArtifactFormat::Toon).unwrap();
        for bytes in [json.as_slice(), &marked, toon.as_bytes()] {
            assert_eq!(read_artifact(bytes).unwrap(), value());
        }
        assert_eq!(render_value(&value(), ArtifactFormat::Csv), None);
    }

    #[test]
    fn what_is_no_artifact_is_refused_with_the_reason() {
        let reason = |bytes: &[u8]| read_artifact(bytes).unwrap_err().to_string();
        assert_eq!(reason(b"{}"), "not an artifact: it has no `countryCode`");
        assert!(reason(b"{\"countryCode\"").starts_with("not an artifact: EOF"));
        assert!(reason(b"\xff\xfe").starts_with("not an artifact: invalid utf-8"));
        assert!(reason(b"PAR1").starts_with("not an artifact: "));
    }
}
