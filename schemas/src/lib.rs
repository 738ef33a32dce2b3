//! What do the stages agree on?
//!
#![doc = include_str!("../README.md")]

pub mod batch;
pub mod budget;
pub mod codes;
mod column;
mod fold;
pub mod keys;
pub mod parquet_file;
pub mod prometheus;
pub mod rfc3339;
mod selection;
pub mod sql;
pub mod steps;
pub mod stored;
mod table;
pub mod tables;

pub use column::{ArrowColumn, Bytes, Date, Timestamp};
pub use fold::fold;
pub use keys::{
    Authority, CountryCode, FetchId, HostId, HostKey, KeyError, LanguageTag, PageUrl, RunId, RunMonth,
    ScanId, SeedId, SeedIds, Sha256, SnapshotId, SourceId, StoreId,
};
pub use selection::Selection;
pub use table::{Carry, ColumnSpec, Row, TableSpec};
