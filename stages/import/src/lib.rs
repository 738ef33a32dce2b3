#![doc = include_str!("../README.md")]

mod body;
mod cell;
mod clean;
mod countries;
mod error;
mod field;
mod given;
mod guess;
mod header;
mod layout;
mod maps;
mod place;
mod read;
mod refusal;
mod seeds;
mod seen;
mod sheet;
mod source_list;
mod split;
mod value;
mod words;

pub use countries::{Countries, Country};
pub use error::{ImportError, SeenHeader};
pub use given::GivenColumns;
pub use layout::{Layout, LayoutColumn};
pub use maps::ColumnMaps;
pub use seeds::Seeds;
pub use source_list::{SourceEntry, SourceList};

use deklaro_schemas::codes::SourceType;
use deklaro_schemas::tables::{SeedReject, Source};
use deklaro_schemas::{CountryCode, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A file to import; its bytes were read by the caller, who also caps their number.
#[derive(Debug, Clone)]
pub struct Workbook<'a> {
    /// File name without folder.
    pub file_name: &'a str,
    /// The content.
    pub bytes: &'a [u8],
    /// Where the list comes from.
    pub origin: Origin,
}

/// Where a list comes from: what its rows are worth and to whom they point back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who keeps the list.
    pub publisher: Option<String>,
    /// official, curated, archive or other.
    pub source_type: SourceType,
    /// Where the list can be had; without it every row is rejected (mission A1).
    pub source_reference_url: Option<String>,
    /// The country of rows that name none.
    pub country: Option<CountryCode>,
}

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedSheet {
    /// Its name.
    pub sheet: String,
    /// Why it was not read.
    pub why: SkipReason,
}

/// Why a sheet was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Reads a workbook: every row below a sheet's header is accepted, rejected with a reason, or blank.
///
/// A file that is no workbook, is locked, empty or damaged, or has no host column in any visible sheet is an error.
pub fn import(
    workbook: &Workbook<'_>,
    maps: &ColumnMaps,
    countries: &Countries,
) -> Result<Imported, ImportError> {
    let file = sheet::File {
        name: workbook.file_name,
        sha256: Sha256::of(workbook.bytes),
        origin: &workbook.origin,
        reference: workbook.origin.source_reference_url.as_deref().map_or("", str::trim),
        maps,
        countries,
    };
    // calamine trusts lengths it reads in old binary workbooks: a damaged one can make it panic.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut sheets = sheet::Sheets::new(&file);
        read::read(&file, workbook.bytes, &mut sheets)?;
        sheets.finish()
    }));
    read.unwrap_or_else(|_| {
        let message = "its structure contradicts itself".to_owned();
        Err(ImportError::Damaged { file: file.name.to_owned(), sheet: None, message })
    })
}
