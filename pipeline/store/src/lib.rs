//! The store: snapshots that never change, a manifest written last, a hash-chained ref log, staging nobody else reads.
//!
//! ```text
//! store.json                               format of the store
//! store-id.json                            its id, once something was signed for it
//! snapshots/snapshot=2026-11.0/            claim.json first, manifest.json last; between them the files; manifest.tsr where
//!                                          an authority was asked when the manifest was there
//! evidence/snapshot=2026-11.0/             page bytes
//! tombstones/snapshot=2026-01.0.json       the manifest of a snapshot whose files are deleted; .tsr is its time stamp
//! refs/log/00000000000000000001.json       create-only, each with the hash of the one before; a publication with the manifest's
//! stamps/refs/00000000000000000001.tsr     the time stamp of an entry of the ref log, where an authority was asked
//! registry/<table>/00000000000000000001.json  the same for what was rehearsed, decided and approved: a log a table
//! leases/00000000000000000001.json         who is at work on which country; the newest counts
//! queue/jobs/2026-11.1/00000001.json       scans that were asked for; the newest edition counts
//! workers/<worker>.json                    when a worker was last heard of; overwritten
//! staging/<run_id>/                        work in progress, always on a local disk
//! probe/create-only.txt                    in a bucket: written once, to learn whether a second time is refused
//! parts/<run_id>/                          work in progress of a run that several processes share
//! ```
//!
//! Create-only (`PutMode::Create`) is the one primitive used for everything that must not be overwritten: local disk and S3
//! both have it.

mod bound;
mod chain;
mod commit;
mod error;
mod head;
mod history;
mod lease;
mod lease_book;
mod location;
mod logged;
mod loss;
mod manifest;
mod objects;
mod open;
mod probe;
mod published;
mod queue;
mod refs;
mod registry;
mod registry_tables;
mod rehearsal;
mod s3;
mod stamp;
mod store_id;
mod transfer;
mod unsent;
mod vacuum;
mod verify;

pub use commit::{CommitStep, Staged};
pub use error::StoreError;
pub use head::RefHead;
pub use history::History;
pub use lease::{Lease, LeaseScope, Owner};
pub use location::{LocationError, StoreLocation};
pub use logged::Bound;
pub use loss::{Loss, Losses};
pub use objects::Store;
pub use open::Remote;
pub use queue::{Beat, Job, Slot, SlotOutcome};
pub use registry_tables::{RawRow, RawTable, TableCheck};
pub use rehearsal::{REHEARSAL, Rehearsal};
pub use stamp::StampSubject;
pub use transfer::LocalSnapshot;
pub use vacuum::Vacuumed;
pub use verify::{Finding, Verified};
