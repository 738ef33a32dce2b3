//! What both import targets need: a file's origin, the built-in lists, and a quiet panic hook.

use deklaro_import::{ColumnMaps, Countries, ImportError, Imported, Origin, Workbook, import};
use deklaro_schemas::codes::SourceType;
use std::sync::LazyLock;

static LISTS: LazyLock<(ColumnMaps, Countries)> =
    LazyLock::new(|| (ColumnMaps::builtin(), Countries::builtin()));

/// The built-in column maps and countries, parsed once.
pub fn lists() -> &'static (ColumnMaps, Countries) {
    &LISTS
}

/// Imports a file without a name that could help.
pub fn read(bytes: &[u8], (maps, countries): &(ColumnMaps, Countries)) -> Result<Imported, ImportError> {
    let origin = Origin {
        publisher: None,
        source_type: SourceType::Other,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: countries.find("AT"),
    };
    import(&Workbook { file_name: "x", bytes, origin }, maps, countries)
}

/// Lets the importer catch a reader's panic, as it does in use; the fuzzer's own hook would end the process first.
///
/// A panic that leaves the target still ends it.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let is_ours = info.location().is_some_and(|place| !place.file().contains(".cargo"));
        if is_ours {
            eprintln!("{info}");
        }
    }));
}
