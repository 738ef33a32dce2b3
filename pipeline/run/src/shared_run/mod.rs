//! A run that several processes share, through the store alone.
//!
//! ```text
//! parts/<run>/run.json                     the run, as a resumable one has it in staging
//! parts/<run>/work/…                       its targets, frontiers and what was merged, by chunk
//! parts/<run>/spans/…                      what each process did
//! parts/<run>/round=1/plan.json            the partitions of a round, create-only
//! parts/<run>/round=1/part-00003/…         a partition: targets and frontier from the plan; the rest is its worker's
//! parts/<run>/round=1/part-00003.done.json which files of it count, with rows and hashes; create-only, so the first one to finish counts
//! ```
//!
//! `plan` cuts a round into partitions, workers do them, `plan` merges them and cuts the next round, `commit` publishes. One lease a
//! partition keeps two processes from asking the same servers; the create-only end of a partition keeps one from counting twice.

mod folders;
mod gather;
mod plan;
mod record;
mod share;
mod under_lease;
mod worker;

pub(crate) use gather::{files, gathered};
pub use plan::{Planned, begin, commit, next, shares_of};
pub use record::{Done, DoneFile, RoundPlan};
pub use share::Load;
pub use worker::{PartitionOutcome, crawl};
