//! The store: snapshots that never change, a manifest written last, a hash-chained ref log, staging nobody else reads.
//!
//! ```text
//! store.json                               format of the store
//! snapshots/snapshot=2026-11.0/            claim.json first, manifest.json last; between them the files
//! evidence/snapshot=2026-11.0/             page bytes
//! tombstones/snapshot=2026-01.0.json       the manifest of a snapshot whose files are deleted
//! refs/log/00000000000000000001.json       create-only, each with the hash of the one before
//! registry/events/00000000000000000001.json  the same for rehearsals
//! staging/<run_id>/                        work in progress
//! ```
//!
//! Create-only (`PutMode::Create`) is the one primitive used for everything that must not be overwritten: local disk and S3
//! both have it.

mod chain;
mod commit;
mod error;
mod history;
mod manifest;
mod objects;
mod refs;
mod registry;
mod vacuum;
mod verify;

pub use commit::{CommitStep, Staged};
pub use error::StoreError;
pub use history::History;
pub use manifest::{Manifest, ManifestFile};
pub use objects::{STORE_FORMAT, Store};
pub use refs::RefEntry;
pub use registry::Event;
pub use vacuum::Vacuumed;
pub use verify::{Finding, Verified};
