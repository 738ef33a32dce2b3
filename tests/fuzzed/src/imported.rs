//! What does the importer make of a file without a name that could help?

use deklaro_import::{ColumnMaps, Countries, ImportError, Imported, Origin, Workbook, import};
use deklaro_schemas::codes::SourceType;
use std::sync::LazyLock;

static LISTS: LazyLock<(ColumnMaps, Countries)> =
    LazyLock::new(|| (ColumnMaps::builtin(), Countries::builtin()));

/// The built-in column maps and countries, parsed once.
pub(crate) fn lists() -> &'static (ColumnMaps, Countries) {
    &LISTS
}

/// Imports a file without a name that could help.
pub(crate) fn read(
    bytes: &[u8],
    (maps, countries): &(ColumnMaps, Countries),
) -> Result<Imported, ImportError> {
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Other,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: countries.find("AT"),
    };
    import(&Workbook { file_name: "x", bytes, origin }, maps, countries)
}
