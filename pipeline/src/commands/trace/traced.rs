//! Everything that leads to a host's verdict, from the verdict back to the sheet row.

use super::hops::Hop;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::tables::{
    Candidate, Fetch, FrontierUrl, Host, Reading, Seed, Source, Statement, Target,
};
use serde::Serialize;

/// Everything that leads to a host's verdict, from the verdict back to the sheet row.
#[derive(Debug, Serialize)]
pub(super) struct Traced {
    pub(super) snapshot: SnapshotId,
    pub(super) host: Host,
    /// The verdict of the snapshot the proof lies in; empty when the host was not visited then.
    pub(super) statement: Option<Statement>,
    /// The snapshot the proof lies in: an earlier one when the verdict is kept.
    pub(super) proof_snapshot: SnapshotId,
    /// The fetch of the page the verdict rests on, and how it was found.
    pub(super) proof: Option<Proof>,
    pub(super) fetches: Vec<Fetch>,
    pub(super) target: Option<Target>,
    pub(super) seeds: Vec<TracedSeed>,
    /// Every step, checked.
    pub(super) hops: Vec<Hop>,
}

/// The page a verdict rests on.
#[derive(Debug, Serialize)]
pub(super) struct Proof {
    pub(super) fetch: Fetch,
    /// The Parquet files that hold the page's bytes.
    pub(super) evidence: String,
    pub(super) reading: Option<Reading>,
    pub(super) frontier: Option<FrontierUrl>,
    /// The link on an earlier page that led there.
    pub(super) found_through: Option<Candidate>,
}

/// A sheet row that lists the host.
#[derive(Debug, Serialize)]
pub(super) struct TracedSeed {
    #[serde(flatten)]
    pub(super) source: Source,
    pub(super) seed: Seed,
}
