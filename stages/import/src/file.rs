//! What do all sheets of a file share?

use crate::{ColumnMaps, Countries, Origin};
use deklaro_schemas::Sha256;

/// What all sheets of a file share.
pub(crate) struct File<'a> {
    pub name: &'a str,
    pub sha256: Sha256,
    pub origin: &'a Origin,
    /// Empty where none is known.
    pub reference: &'a str,
    pub maps: &'a ColumnMaps,
    pub countries: &'a Countries,
}
