//! Who imports a workbook: this process, or one that may die of it?

use crate::{ColumnMaps, Countries, ImportError, Imported, Workbook};

/// Who imports workbooks.
pub trait Workbooks: std::fmt::Debug + Send + Sync {
    /// Imports a workbook with the maps of [`ColumnMaps::of`].
    ///
    /// # Errors
    ///
    /// Why the file gives nothing.
    fn import(&self, workbook: &Workbook<'_>, maps: Option<&str>) -> Result<Imported, ImportError>;
}

/// Imports in this process: for tests, benches and libraries, and for a process that may die of it.
///
/// It guards against panics and by budget, not against memory that a parser asks for and does not get.
#[derive(Debug, Clone, Copy, Default)]
pub struct Here;

impl Workbooks for Here {
    fn import(&self, workbook: &Workbook<'_>, maps: Option<&str>) -> Result<Imported, ImportError> {
        let countries = Countries::builtin();
        crate::import(workbook, &ColumnMaps::of(maps, &countries)?, &countries)
    }
}
