//! What the pages are made from, and who takes them.

use super::publication::{Detector, Publication};
use deklaro_judge::{Health, Scorecard, Summary};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{SnapshotId, Timestamp};
use std::collections::BTreeMap;

/// What the pages are made from, beside the tables.
#[derive(Debug, Clone, Copy)]
pub struct SiteInput<'a> {
    /// The snapshot.
    pub snapshot: &'a SnapshotId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Version of the program.
    pub version: &'a str,
    /// Its figures.
    pub summary: &'a Summary,
    /// Figures of the months before, oldest first.
    pub history: &'a [Summary],
    /// Its checks.
    pub checks: &'a [MetaCheck],
    /// The platform's health, where it was judged.
    pub health: Option<&'a Health>,
    /// Whether the month may be released, where it was judged.
    pub scorecard: Option<&'a Scorecard>,
    /// English names by country code; a code without a name stands for itself.
    pub country_names: &'a BTreeMap<String, String>,
    /// How often the detector was right.
    pub detector: &'a Detector,
    /// Who publishes the pages.
    pub publication: &'a Publication,
    /// Where the snapshot's own files are, seen from the pages: `../`.
    pub files: &'a str,
    /// Rules of the gate that are waived now: objects with rule, until, approver and reason.
    pub waivers: &'a [serde_json::Value],
    /// What is on record about its release, as `deklaro release show --json` prints it; gets a page of its own.
    pub release: Option<&'a serde_json::Value>,
}

/// A file of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    /// Name, without folders: all of them lie side by side.
    pub name: String,
    /// Content.
    pub text: String,
}

/// Takes each page as soon as it is made.
pub type Sink<'a> = dyn FnMut(SitePage) -> std::io::Result<()> + 'a;

/// Most bytes of rows on a page: with what stands around them a page stays far below 1 MB.
pub(crate) const PAGE_BYTES: usize = 500_000;
/// Most websites on a page of a list: more are hard to find one's way in.
pub(crate) const PAGE_ROWS: usize = 400;
