//! A workbook with what its list says of it.

use deklaro_import::{Origin, SourceEntry};

/// A workbook with what is known about it.
#[derive(Debug, Clone)]
pub struct ListedSource {
    /// File name without folder.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Where it comes from.
    pub origin: Origin,
    /// The columns, or the text of a column map, where the user gives one.
    pub map: Option<String>,
}

/// What a list of sources says of a workbook.
pub fn origin_of(entry: &SourceEntry) -> Origin {
    Origin {
        publisher: entry.publisher.clone(),
        source_type: entry.source_type,
        source_reference_url: Some(entry.source_reference_url.clone()),
        country: entry.country,
    }
}
