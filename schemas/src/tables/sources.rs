//! The table `sources` says which sheets were read and how many rows each gave.

use crate::codes::SourceType;
use crate::table::table;
use crate::{CountryCode, Sha256, SourceId};

table! {
    /// One row per workbook sheet that was read.
    Source in sources, version 1, key [source_id], sort [file_name, sheet], carry ByKey;
    /// Hash of file content and sheet name.
    source_id: SourceId,
    /// The country all rows of the sheet belong to; empty where rows name their own.
    country_code: Option<CountryCode>,
    /// File name without folder.
    file_name: String,
    /// SHA-256 of the file.
    file_sha256: Sha256,
    /// Sheet name; the file name for text files.
    sheet: String,
    /// Who keeps the list.
    publisher: Option<String>,
    /// official, curated, archive or other.
    source_type: SourceType,
    /// Where the list can be had.
    source_reference_url: String,
    /// Name of the column map that fitted.
    column_map: String,
    /// Row of the header, counted from 1; 0 for lists without one.
    header_row: i64,
    /// Rows below the header that are not blank.
    rows_total: i64,
    /// Rows that gave at least one seed.
    rows_accepted: i64,
    /// Rows rejected.
    rows_rejected: i64,
    /// Blank rows below the header, not part of the total.
    rows_blank: i64,
}
