//! What leaves the house, and in which formats?
//!
#![doc = include_str!("../README.md")]

mod artifact;
mod catalog;
mod columns;
mod datapackage;
mod feed;
mod file;
pub mod lineage;
mod older;
mod parquet;
mod readme;
mod render;
mod sbom;
mod schema;
mod spreadsheet;
mod verify;
mod workbook;

pub use artifact::{ArtifactInput, CountryArtifact, DomainRecord, Hop, PublishError, country_artifact};
pub use catalog::{catalog_sql, catalog_sql_from};
pub use columns::column_docs;
pub use datapackage::datapackage;
pub use feed::atom_feed;
pub use file::sha256sums;
pub use older::{read_artifact, render_value};
pub use readme::snapshot_readme;
pub use render::{ArtifactFile, ArtifactFormat, render_artifact};
pub use sbom::{SbomError, sbom};
pub use schema::artifact_schema;
pub use verify::verify_sql;
