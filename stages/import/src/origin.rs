//! Where does a list come from?

use deklaro_schemas::CountryCode;
use deklaro_schemas::codes::SourceType;
use serde::{Deserialize, Serialize};

/// Where a list comes from: what its rows are worth and to whom they point back.
///
/// An entry of a list of sources, a list in the store and a workbook each hold one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
