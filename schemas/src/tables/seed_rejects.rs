//! The table `seed_rejects` says which sheet rows were rejected, and why.

use crate::codes::ReasonCode;
use crate::table::table;
use crate::{CountryCode, SourceId};

table! {
    /// One row per rejected sheet row, with the cell that was refused and why.
    SeedReject in seed_rejects, version 1, key [source_id, row_number], sort [source_id, row_number], carry ByCountry;
    /// The sheet it came from.
    source_id: SourceId,
    /// Country, where it is known.
    country_code: Option<CountryCode>,
    /// Sheet name.
    sheet: String,
    /// Row in the sheet, counted from 1.
    row_number: i64,
    /// Header text of the refused cell's column.
    column: Option<String>,
    /// Why.
    reason_code: ReasonCode,
    /// The refused text, cut to 2,000 characters; to 200 behind the first 10,000 rejects of a sheet.
    raw_text: String,
}
