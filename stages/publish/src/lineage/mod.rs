//! What tells other programs where a snapshot comes from: run events, provenance, a catalogue entry.

mod dcat;
mod openlineage;
mod provenance;

pub use dcat::dcat;
pub use openlineage::openlineage;
pub use provenance::provenance;

use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{MetaLineage, Source};
use deklaro_schemas::{RunId, Sha256, SnapshotId, Timestamp};

/// What the lineage documents are written from; the same input gives the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct LineageInput<'a> {
    /// The snapshot.
    pub snapshot: &'a SnapshotId,
    /// The run that made it.
    pub run_id: &'a RunId,
    /// The snapshot it was compared with.
    pub previous: Option<&'a SnapshotId>,
    /// When the run began.
    pub started_at: Timestamp,
    /// When its results were put together.
    pub finished_at: Timestamp,
    /// Version of this program.
    pub version: &'a str,
    /// Settings of the run by name, as `meta_runs` keeps them.
    pub settings: &'a [(String, String)],
    /// The steps, as `meta_lineage` keeps them.
    pub steps: &'a [MetaLineage],
    /// The lists that went in.
    pub sources: &'a [Source],
    /// The files staged so far.
    pub files: &'a [ManifestFile],
}

impl LineageInput<'_> {
    /// Files of a table.
    fn parts(&self, table: &str) -> impl Iterator<Item = &ManifestFile> {
        self.files.iter().filter(move |file| file.table.as_deref() == Some(table))
    }

    /// A name for this snapshot's things that is the same wherever it is kept.
    fn urn(&self) -> String {
        format!("urn:deklaro:snapshot:{}:{}", self.snapshot, self.run_id)
    }

    /// The program, as lineage documents name it.
    fn program(&self) -> String {
        format!("urn:deklaro:program:{}", self.version)
    }
}

/// A UUID of version 8 (RFC 9562 section 5.8) made from a text: the same text gives the same one.
pub(crate) fn uuid_of(text: &str) -> String {
    let hash = Sha256::of(text.as_bytes());
    let digits = hash.as_str();
    // The variant takes the two highest bits of the 17th digit: 8, 9, a or b.
    let variant = match digits.as_bytes()[16] % 4 {
        0 => '8',
        1 => '9',
        2 => 'a',
        _ => 'b',
    };
    format!(
        "{}-{}-8{}-{variant}{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..32]
    )
}

#[cfg(test)]
mod tests;
