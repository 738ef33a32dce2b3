//! The table `seeds` holds every accepted sheet row with its raw cells.

use crate::codes::RepairCode;
use crate::column::nested;
use crate::table::table;
use crate::{CountryCode, HostKey, PageUrl, SeedId, SourceId};

nested! {
    /// A cell as it stood in the sheet.
    RawCell {
        /// Header text of the column, or its letter where it has none.
        column: String,
        /// The text.
        text: String,
    }
}

table! {
    /// One row per accepted sheet row, with its provenance and raw cells.
    Seed in seeds, version 1, key [seed_id], sort [country_code, canonical_hostname, source_id, row_number, seed_id], carry ByCountry;
    /// Hash of file content, sheet and row.
    seed_id: SeedId,
    /// The sheet it came from.
    source_id: SourceId,
    /// Country.
    country_code: CountryCode,
    /// Host in canonical spelling.
    canonical_hostname: HostKey,
    /// Sheet name.
    sheet: String,
    /// Row in the sheet, counted from 1 as spreadsheets do.
    row_number: i64,
    /// The mapped cells as they stood.
    raw: Vec<RawCell>,
    /// Region within the country, as written.
    subnational: Option<String>,
    /// The body, as written.
    organisation: Option<String>,
    /// What kind of body it is, as written.
    organisation_type: Option<String>,
    /// The page the row names.
    page_url: Option<PageUrl>,
    /// True when the list calls the page the host's home page.
    is_root_page: Option<bool>,
    /// Performance score of the list, 0 to 1.
    performance_score: Option<f64>,
    /// Accessibility score of the list, 0 to 1.
    accessibility_score: Option<f64>,
    /// Best-practice score of the list, 0 to 1.
    best_practices_score: Option<f64>,
    /// SEO score of the list, 0 to 1.
    seo_score: Option<f64>,
    /// What was mended.
    repairs: Vec<RepairCode>,
}
