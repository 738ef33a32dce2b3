//! What does unpacking cost, whoever unpacks: each packed byte that is read stands for the bytes it unpacks to.
//!
//! A workbook may name one sheet ten thousand times, and calamine would read it as often.

use super::archive::{Entry, Listing};
use deklaro_schemas::budget::{Budget, Cost};
use std::io::{Cursor, Read, Result, Seek, SeekFrom};

/// A zip file, and what it says it holds.
#[derive(Clone, Copy)]
pub(super) struct Packed<'b> {
    bytes: &'b [u8],
    pub listing: &'b Listing,
    budget: &'b Budget,
}

impl<'b> Packed<'b> {
    pub(super) fn new(bytes: &'b [u8], listing: &'b Listing, budget: &'b Budget) -> Self {
        Self { bytes, listing, budget }
    }

    /// A reader of it from the start.
    pub(super) fn reader(self) -> Metered<'b> {
        Metered { inner: Cursor::new(self.bytes), entries: &self.listing.entries, budget: self.budget }
    }
}

/// The bytes of a zip file, whose reading is paid for in steps.
pub(super) struct Metered<'b> {
    inner: Cursor<&'b [u8]>,
    entries: &'b [Entry],
    budget: &'b Budget,
}

impl Metered<'_> {
    /// Unpacked bytes for each byte at this place, rounded up.
    fn weight(&self, at: u64) -> u64 {
        let behind = self.entries.partition_point(|entry| entry.packed.start <= at);
        let entry = behind.checked_sub(1).map(|index| &self.entries[index]);
        let entry = entry.filter(|entry| entry.packed.contains(&at));
        entry.map_or(1, |entry| 1 + entry.unpacked / (entry.packed.end - entry.packed.start))
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let weight = self.weight(self.inner.position());
        let count = self.inner.read(buffer)?;
        let steps = weight.saturating_mul(count as u64);
        self.budget.charge(Cost::Steps, steps).map_err(std::io::Error::other)?;
        Ok(count)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.inner.seek(to)
    }
}
