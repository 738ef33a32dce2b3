use crate::artifact::{ArtifactInput, CountryArtifact, PublishError, country_artifact};
use crate::spreadsheet::artifact_csv;

/// A file to be written into the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Path within the snapshot, `artifacts/AT.json`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The country's artifact as `.json`, `.toon` and `.csv`.
pub fn country_artifacts(input: &ArtifactInput) -> Result<Vec<ArtifactFile>, PublishError> {
    render_artifact(&country_artifact(input)?)
}

/// The three files of an artifact. JSON and TOON hold the same value; the CSV has a row per host.
pub fn render_artifact(artifact: &CountryArtifact) -> Result<Vec<ArtifactFile>, PublishError> {
    let country = artifact.country_code;
    let failed = |format, message: String| PublishError::Format { country, format, message };
    let mut json = serde_json::to_vec_pretty(artifact).map_err(|error| failed("JSON", error.to_string()))?;
    json.push(b'\n');
    let mut toon =
        toon_format::encode_default(artifact).map_err(|error| failed("TOON", error.to_string()))?;
    toon.push('\n');
    let csv = artifact_csv(artifact).map_err(|error| failed("CSV", error.to_string()))?;
    let file = |extension, bytes| ArtifactFile { path: format!("artifacts/{country}.{extension}"), bytes };
    Ok(vec![file("json", json), file("toon", toon.into_bytes()), file("csv", csv)])
}
