use crate::artifact::{CountryArtifact, PublishError};
use crate::spreadsheet::artifact_csv;

/// A file to be written into the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Path within the snapshot, `artifacts/AT.json`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The formats of an artifact. JSON and TOON hold the same value; the CSV has a row per host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtifactFormat {
    /// Indented JSON.
    Json,
    /// TOON, by its specification.
    Toon,
    /// A guarded CSV.
    Csv,
}

impl ArtifactFormat {
    /// All of them, in the order they are written.
    pub const ALL: [Self; 3] = [Self::Json, Self::Toon, Self::Csv];

    /// Ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Toon => "toon",
            Self::Csv => "csv",
        }
    }
}

/// One file of an artifact.
pub fn render_artifact(
    artifact: &CountryArtifact,
    format: ArtifactFormat,
) -> Result<ArtifactFile, PublishError> {
    let country = artifact.country_code;
    let failed = |message: String| PublishError::Format { country, format: format.extension(), message };
    let mut bytes = match format {
        ArtifactFormat::Json => {
            serde_json::to_vec_pretty(artifact).map_err(|error| failed(error.to_string()))?
        }
        ArtifactFormat::Toon => {
            toon_format::encode_default(artifact).map_err(|error| failed(error.to_string()))?.into_bytes()
        }
        ArtifactFormat::Csv => artifact_csv(artifact).map_err(|error| failed(error.to_string()))?,
    };
    if format != ArtifactFormat::Csv {
        bytes.push(b'\n');
    }
    Ok(ArtifactFile { path: format!("artifacts/{country}.{}", format.extension()), bytes })
}
