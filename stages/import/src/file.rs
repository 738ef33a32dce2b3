//! What do all sheets of a file share?

use crate::{ColumnMaps, Countries, ImportError, Origin};
use deklaro_schemas::Sha256;
use deklaro_schemas::budget::{Budget, Cost, Exhausted};

/// What all sheets of a file share.
pub(crate) struct File<'a> {
    pub name: &'a str,
    pub sha256: Sha256,
    pub origin: &'a Origin,
    /// Empty where none is known.
    pub reference: &'a str,
    pub maps: &'a ColumnMaps,
    pub countries: &'a Countries,
    /// What reading it may cost.
    pub budget: &'a Budget,
}

impl File<'_> {
    /// Pays for work that is about to be done.
    pub(crate) fn charge(&self, cost: Cost, amount: u64) -> Result<(), ImportError> {
        self.budget.charge(cost, amount).map_err(|exhausted| self.too_costly(exhausted))
    }

    /// The error of a file whose budget is spent, whatever became of its reading.
    pub(crate) fn overspent(&self) -> Option<ImportError> {
        let costs = [Cost::Unpacked, Cost::Text, Cost::Items, Cost::Steps];
        let exhausted = costs.iter().find_map(|cost| self.budget.charge(*cost, 0).err())?;
        Some(self.too_costly(exhausted))
    }

    fn too_costly(&self, exhausted: Exhausted) -> ImportError {
        ImportError::TooCostly { file: self.name.to_owned(), exhausted }
    }
}
