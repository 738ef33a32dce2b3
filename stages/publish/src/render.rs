//! A country's artifact is written in one of five formats.

use crate::artifact::{CountryArtifact, PublishError};
use crate::parquet::artifact_parquet;
use crate::spreadsheet::artifact_csv;
use crate::workbook::artifact_xlsx;
use deklaro_schemas::CountryCode;

/// A file to be written into the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Path within the snapshot, `artifacts/AT.json`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The formats of an artifact. JSON and TOON hold the same value; the others have a row per host, with the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtifactFormat {
    /// Indented JSON.
    Json,
    /// TOON, by its specification.
    Toon,
    /// A guarded CSV.
    Csv,
    /// A workbook for people who live in spreadsheets.
    Xlsx,
    /// Typed columns, for DuckDB and others.
    Parquet,
}

impl ArtifactFormat {
    /// All of them, in the order they are written.
    pub const ALL: [Self; 5] = [Self::Json, Self::Toon, Self::Csv, Self::Xlsx, Self::Parquet];

    /// The format of files with this ending.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    /// Ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Toon => "toon",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// Where a country's artifact in it lies, from the snapshot's folder.
    pub fn path(self, country: CountryCode) -> String {
        format!("artifacts/{country}.{}", self.extension())
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
        ArtifactFormat::Xlsx => artifact_xlsx(artifact).map_err(|error| failed(error.to_string()))?,
        ArtifactFormat::Parquet => artifact_parquet(artifact).map_err(|error| failed(error.to_string()))?,
    };
    if matches!(format, ArtifactFormat::Json | ArtifactFormat::Toon) {
        bytes.push(b'\n');
    }
    Ok(ArtifactFile { path: format.path(country), bytes })
}
