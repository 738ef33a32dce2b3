//! A provenance statement says which program made the files, from which lists and settings.

use super::{LineageInput, uuid_of};
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::Source;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An in-toto Statement (version 1) with a SLSA provenance predicate (version 1): these files were made by this program from
/// these lists, with these settings.
pub fn provenance(input: &LineageInput<'_>) -> Value {
    let subject: Vec<Value> = input.files.iter().map(|file| subject(input, file)).collect();
    let settings: Map<String, Value> =
        input.settings.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let mut dependencies: Vec<Value> = input
        .sources
        .iter()
        .map(list)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|(name, sha256)| json!({ "name": name, "digest": { "sha256": sha256 } }))
        .collect();
    if let Some(previous) = input.previous {
        dependencies.push(json!({ "name": "previous", "uri": format!("urn:deklaro:snapshot:{previous}") }));
    }
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:deklaro:build:snapshot:1",
                "externalParameters": settings,
                "internalParameters": { "snapshot": input.snapshot.as_str(), "run_id": input.run_id.as_str() },
                "resolvedDependencies": dependencies,
            },
            "runDetails": {
                "builder": { "id": input.program(), "version": { "deklaro": input.version } },
                "metadata": {
                    "invocationId": format!("urn:uuid:{}", uuid_of(&input.urn())),
                    "startedOn": input.started_at.to_string(),
                    "finishedOn": input.finished_at.to_string(),
                },
            },
        },
    })
}

/// Paths from the store's root: evidence stands beside the snapshots.
fn subject(input: &LineageInput<'_>, file: &ManifestFile) -> Value {
    json!({ "name": file.store_path(input.snapshot), "digest": { "sha256": file.sha256.as_str() } })
}

/// A workbook counts once, however many sheets it has.
fn list(source: &Source) -> (&str, &str) {
    (&source.file_name, source.file_sha256.as_str())
}
