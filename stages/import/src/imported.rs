//! What does a file give?

use crate::{Layout, Seeds};
use deklaro_schemas::tables::{SeedReject, Source};
use serde::{Deserialize, Serialize};

/// The rows a file gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// One per sheet with a header.
    pub sources: Vec<Source>,
    /// One per accepted row; several where a cell of it holds several addresses.
    pub seeds: Seeds,
    /// One per rejected row.
    pub rejects: Vec<SeedReject>,
    /// How each sheet was understood, in the order of `sources`.
    pub layouts: Vec<Layout>,
    /// Sheets that were not read.
    pub skipped: Vec<SkippedSheet>,
}

/// A sheet that gave no source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedSheet {
    /// Its name.
    pub sheet: String,
    /// Why it was not read.
    pub why: SkipReason,
}

/// Why a sheet was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkipReason {
    /// Its author hid it.
    Hidden,
    /// It has no cell.
    Empty,
    /// It has no host or URL column; another sheet of the file has one.
    NoHostColumn,
    /// A file in an archive that is no list at all.
    NotAList,
}
