//! What lies in a store, as plain types: manifest, ref log, registry. Who reads and writes it is not known here.

mod file_path;
mod layout;
mod lease;
mod manifest;
mod operation_rows;
mod ref_entry;
mod registry;
mod registry_tables;
mod release_rows;
mod run_file;

pub use file_path::FilePath;
pub use layout::entry_path;
pub use lease::{CLOCK_SKEW_SECONDS, LEASE_SECONDS};
pub use manifest::{Manifest, ManifestError, ManifestFile, STORE_FORMAT};
pub use operation_rows::{Drill, Incident, LeaseBreak, SuiteRun};
pub use ref_entry::RefEntry;
pub use registry::{Entry, Event, Registered};
pub use registry_tables::{REGISTRY_TABLES, RegistryColumn, RegistryTable};
pub use release_rows::{
    Approval, DecidedRule, Decision, DraftedManifest, Head, RecordedScorecard, ReleaseWaiver,
    ScorecardReference, ThresholdChange, ThresholdDelta, WaitingSnapshot, WaiverRevocation,
};
pub use run_file::{Lists, RunFile, STAGING_FORMAT};
