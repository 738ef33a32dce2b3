#![doc = include_str!("../README.md")]

mod delta;
mod gate;
mod manifest;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

pub use delta::deltas;
pub use gate::{GateInput, GateLimits, Judged, Rehearsed, Scored, Signature, WaiverOnRecord, judge};
pub use manifest::{
    DataDelta, DraftInput, FileReference, LastRehearsal, MANIFEST_FORMAT, NamedScorecard, ReleaseManifest,
    ReleasedFile, RollbackPlan, Rollout, draft,
};
pub use schema::manifest_schema;
