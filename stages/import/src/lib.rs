//! Which hosts do the workbooks name?
//!
#![doc = include_str!("../README.md")]

mod body;
mod cell;
mod clean;
mod countries;
#[doc(hidden)]
pub mod doors;
mod error;
mod field;
mod file;
mod given;
mod guess;
mod handed;
mod header;
mod imported;
mod layout;
mod limits;
mod maps;
mod origin;
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
mod workbooks;

pub use countries::{Countries, Country};
pub use error::{ImportError, SeenHeader};
pub use given::GivenColumns;
pub use handed::{HandedError, Handing};
pub use imported::{Imported, SkipReason, SkippedSheet};
pub use layout::{Layout, LayoutColumn};
pub use limits::limits;
pub use maps::ColumnMaps;
pub use origin::Origin;
pub use seeds::Seeds;
pub use source_list::{SourceEntry, SourceList};
pub use workbooks::{Here, Workbooks};

use deklaro_schemas::Sha256;
use deklaro_schemas::budget::Budget;
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

/// Reads a workbook: every row below a sheet's header is accepted, rejected with a reason, or blank.
///
/// A file that is no workbook, is locked, empty or damaged, or has no host column in any visible sheet is an error.
pub fn import(
    workbook: &Workbook<'_>,
    maps: &ColumnMaps,
    countries: &Countries,
) -> Result<Imported, ImportError> {
    let budget = Budget::new(limits(workbook.bytes.len() as u64));
    import_within(workbook, maps, countries, &budget)
}

/// The same within a budget of the caller's, which says afterwards what was spent.
pub fn import_within(
    workbook: &Workbook<'_>,
    maps: &ColumnMaps,
    countries: &Countries,
    budget: &Budget,
) -> Result<Imported, ImportError> {
    let file = file::File {
        name: workbook.file_name,
        sha256: Sha256::of(workbook.bytes),
        origin: &workbook.origin,
        reference: workbook.origin.source_reference_url.as_deref().map_or("", str::trim),
        maps,
        countries,
        budget,
    };
    // calamine trusts lengths it reads in old binary workbooks: a damaged one can make it panic.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut sheets = sheet::Sheets::new(&file);
        read::read(&file, workbook.bytes, &mut sheets)?;
        sheets.finish()
    }));
    let read = read.unwrap_or_else(|_| {
        let message = "its structure contradicts itself".to_owned();
        Err(ImportError::Damaged { file: file.name.to_owned(), sheet: None, message })
    });
    // Whatever a parser made of a refusal: what was read is not the whole.
    file.overspent().map_or(read, Err)
}
