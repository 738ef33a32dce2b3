//! A workbook with what its list says of it.

use deklaro_import::Origin;

/// A workbook to import: unlike a [`SourceEntry`](deklaro_import::SourceEntry), its bytes are read.
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
