//! What are the steps of a month, first one first?
//!
//! import → targets → rounds of frontier, crawl and detect → verdicts → diff → report → publish. What each reads and writes is
//! declared in [`deklaro_schemas::steps`].
//!
//! Hosts are dealt out to chunks of [`crate::chunks::HOSTS_PER_CHUNK`] in table order. All chunks of a round
//! are crawled as one stream. Everything after the crawl happens chunk by chunk, so memory does not grow with
//! the number of hosts. Each step leaves whole files in staging, and a resume passes over a step whose files
//! are there.

use crate::active_run::ActiveRun;
use crate::assemble::assemble;
use crate::chunks::Chunks;
use crate::country_artifacts::artifacts;
use crate::detect::{PageBytes, detect};
use crate::draft::Draft;
use crate::reports::reports;
use crate::request::RunOutcome;
use crate::stored_bodies::StoredBodies;
use crate::verdicts::verdicts;
use crate::{publish, redetect, rounds, shared_run, targets};
use deklaro_schemas::steps::{DETECT, DIFF, IMPORT, PUBLISH, REPORT, TARGETS, VERDICTS};

/// The steps in order.
pub(crate) async fn steps(work: &mut ActiveRun<'_>) -> anyhow::Result<RunOutcome> {
    if let Some(outcome) = publish::committed(work).await? {
        return Ok(outcome);
    }
    let chunks = hosts_to_visit(work).await?;
    fetch_and_read(work, &chunks).await?;
    work.stage(&VERDICTS, None, verdicts(work, &chunks)).await?;

    let mut draft = Draft::begin(work, &chunks).await?;
    work.stage(&DIFF, None, assemble(work, &chunks, &mut draft.staged)).await?;
    draft.about_the_run(work).await?;
    work.stage(&REPORT, None, reports(work, &mut draft)).await?;
    draft.progress.advance(1);
    work.stage(&PUBLISH, None, artifacts(work, &mut draft)).await?;
    draft.progress.advance(1);
    publish::publish(work, &chunks, draft).await
}

/// Import and targets. A run over stored pages takes over what was imported.
pub(crate) async fn hosts_to_visit(work: &ActiveRun<'_>) -> anyhow::Result<Chunks> {
    if work.run.redetect.is_none() && !targets::are_made(work).await? {
        work.stage(&IMPORT, None, targets::import(work)).await?;
    }
    work.stage(&TARGETS, None, targets::targets(work)).await
}

/// Rounds of frontier, crawl and detect; what partitions bring, where several processes share the run; stored pages, where they are read again.
async fn fetch_and_read(work: &ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<()> {
    if let Some(from) = work.run.redetect.clone() {
        let again = async {
            redetect::take_over_fetches(work, &from, chunks).await?;
            let stored = StoredBodies::of(work.store, &from).await?;
            detect(work, chunks, PageBytes::Stored(&stored)).await
        };
        work.stage(&DETECT, None, again).await
    } else if work.run.partitions.is_some() {
        shared_run::gathered(work, chunks).await
    } else {
        rounds::rounds(work, chunks).await
    }
}
