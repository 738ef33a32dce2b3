//! What was mended in a row?

use deklaro_schemas::codes::RepairCode;

/// The repairs made to one row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repairs(u32);

impl Repairs {
    pub(crate) fn add(&mut self, code: RepairCode) {
        self.0 |= 1 << code as u32;
    }

    pub(crate) fn add_if(&mut self, is_made: bool, code: RepairCode) {
        self.0 |= u32::from(is_made) << code as u32;
    }

    pub(crate) fn merge(&mut self, other: Repairs) {
        self.0 |= other.0;
    }

    pub(super) fn without(self, code: RepairCode) -> Self {
        Self(self.0 & !(1 << code as u32))
    }

    /// The codes, in order of declaration.
    pub(crate) fn codes(self) -> Vec<RepairCode> {
        if self.0 == 0 {
            return Vec::new();
        }
        RepairCode::ALL.iter().copied().filter(|code| self.0 & (1 << *code as u32) != 0).collect()
    }
}
