//! A run that several processes share, through the store alone.
//!
//! ```text
//! parts/<run>/run.json                     the run, as a resumable one has it in staging
//! parts/<run>/work/…                       its targets, frontiers and what was merged, by chunk
//! parts/<run>/spans/…                      what each process did
//! parts/<run>/round=1/plan.json            the parts of a round, create-only
//! parts/<run>/round=1/part-00003/…         a part: targets and frontier from the plan; the rest is its worker's
//! parts/<run>/round=1/part-00003.done.json which files of it count, with rows and hashes; create-only, so the first one to finish counts
//! ```
//!
//! `plan` cuts a round into parts, workers do them, `plan` merges them and cuts the next round, `commit` publishes. One lease a
//! part keeps two processes from asking the same servers; the create-only end of a part keeps one from counting twice.

mod gather;
mod plan;
mod record;
mod share;
mod worker;

pub(super) use gather::{files, gathered};
pub use plan::{Planned, begin, commit, next, shares_of};
pub use record::{Done, DoneFile, RoundPlan};
pub use share::Load;
pub use worker::{PartOutcome, crawl};

use super::area::WorkArea;
use super::held::Held;
use super::{RunFile, Tools, Work, own_glossary, run_span, watch};
use crate::telemetry;
use deklaro_schemas::RunId;
use tracing::Instrument;

/// The folder of a round.
fn round_folder(run: &RunId, round: i32) -> String {
    format!("parts/{run}/round={round}")
}

/// The folder of a part.
fn part_folder(run: &RunId, round: i32, partition: u32) -> String {
    format!("{}/part-{partition:05}", round_folder(run, round))
}

/// Does a piece of a shared run under a lease of its own, for as long as that is held.
async fn under_lease<T>(
    tools: Tools<'_>,
    run: RunFile,
    area: String,
    held: Held,
    steps: impl AsyncFnOnce(&Work<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let Tools { store, crawl, progress, shutdown, publication, held_by } = tools;
    let own_glossary = run.glossary.as_deref().map(own_glossary).transpose()?;
    let (home, span) = (run.home(), run_span(&run));
    let watch = watch(&run, &span);
    let area = WorkArea::new(store, area);
    let work = Work {
        store,
        area,
        crawl,
        progress,
        shutdown,
        run,
        publication,
        held_by,
        held: &held,
        watch,
        own_glossary,
    };
    let outcome = tokio::select! {
        outcome = Box::pin(steps(&work)).instrument(span.clone()) => outcome,
        // Another process has the part now: this one must not write any more.
        lost = held.lost() => Err(lost.into()),
    };
    let state = if outcome.is_ok() { "completed" } else { "failed" };
    telemetry::ended(&span, state, outcome.as_ref().err());
    telemetry::write_spans(&work.watch, store, &home).await;
    drop(work);
    held.release().await;
    outcome
}
