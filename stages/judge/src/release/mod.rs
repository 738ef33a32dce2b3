//! May this month go out? The release manifest, and the rules of the gate.

mod delta;
mod flakes;
mod gate;
mod gate_input;
mod manifest;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

pub use delta::deltas;
pub use flakes::{FLAKE_RUNS, Flakes, flakes};
pub use gate::{Judged, judge};
pub use gate_input::{CheckedWaiver, GateInput, GateLimits, Rehearsed, Scored, Signature};
pub use manifest::{
    DataDelta, DraftInput, FileReference, LastRehearsal, MANIFEST_FORMAT, NamedScorecard, ReleaseManifest,
    ReleasedFile, RollbackPlan, Rollout, draft,
};
pub use schema::manifest_schema;
