#![doc = include_str!("../README.md")]

mod artifact;
mod catalog;
mod columns;
mod datapackage;
mod file;
mod parquet;
mod readme;
mod render;
mod schema;
mod spreadsheet;
mod verify;
mod workbook;

pub use artifact::{ArtifactInput, CountryArtifact, DomainRecord, Hop, PublishError, country_artifact};
pub use catalog::{catalog_sql, catalog_sql_from};
pub use columns::column_docs;
pub use datapackage::datapackage;
pub use file::sha256sums;
pub use readme::snapshot_readme;
pub use render::{ArtifactFile, ArtifactFormat, render_artifact};
pub use schema::artifact_schema;
pub use verify::verify_sql;
