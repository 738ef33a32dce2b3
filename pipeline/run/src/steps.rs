//! The steps of a month: import → targets → rounds of crawl and detect → verdicts → diff → publish.
//!
//! Hosts are dealt out to chunks of [`crate::chunks::HOSTS_PER_CHUNK`] in table order. All chunks of a round
//! are crawled as one stream. Everything after the crawl happens chunk by chunk, so memory does not grow with
//! the number of hosts. Each step leaves whole files in staging, and a resume passes over a step whose files
//! are there.

use crate::active_run::ActiveRun;
use crate::request::RunOutcome;
use crate::{parts, publish, redetect, rounds, targets, verdicts};
use deklaro_schemas::steps::{DETECT, TARGETS, VERDICTS};

/// The steps in order.
pub(crate) async fn steps(work: &mut ActiveRun<'_>) -> anyhow::Result<RunOutcome> {
    if let Some(outcome) = publish::committed(work).await? {
        return Ok(outcome);
    }
    let chunks = work.stage(&TARGETS, None, Box::pin(targets::targets(work))).await?;
    if let Some(from) = work.run.redetect.clone() {
        let again = async {
            redetect::take_over_fetches(work, &from, &chunks).await?;
            redetect::detect(work, &from, &chunks).await
        };
        work.stage(&DETECT, None, again).await?;
    } else if work.run.partitions.is_some() {
        parts::gathered(work, &chunks).await?;
    } else {
        rounds::rounds(work, &chunks).await?;
    }
    work.stage(&VERDICTS, None, verdicts::verdicts(work, &chunks)).await?;
    publish::publish(work, &chunks).await
}
