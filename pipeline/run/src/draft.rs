//! On which snapshot is the new one put together, and what of it is staged so far?

use crate::active_run::ActiveRun;
use crate::carry::previous_manifest;
use crate::chunks::Chunks;
use crate::staging::table;
use crate::{meta, run_file};
use deklaro_console::{ProgressStep, UsageError, now};
use deklaro_schemas::Timestamp;
use deklaro_schemas::steps::PUBLISH;
use deklaro_schemas::tables::{MetaColumn, MetaLineage, MetaRun, Scan};
use deklaro_store::Staged;

/// A snapshot on its way: from the first staged table to its commit.
pub(super) struct Draft {
    /// What is staged of it.
    pub staged: Staged,
    /// One row per country of the run.
    pub scans: Vec<Scan>,
    /// When its results were put together, or began to be.
    pub finished_at: Timestamp,
    /// What people see of it.
    pub progress: ProgressStep,
}

impl Draft {
    /// Begins the snapshot on what is current at this moment. A resumed run keeps the time it began with, so its bytes stay the same.
    pub(super) async fn begin(work: &mut ActiveRun<'_>, chunks: &Chunks) -> anyhow::Result<Self> {
        work.lease.move_current(work.progress).await?;
        rebase(work).await?;
        let finished_at = *work.run.finished_at.get_or_insert_with(now);
        run_file::save(&work.run, work.store).await?;
        // Tables, report, artifacts and commit.
        let progress = work.progress.step(PUBLISH.name, 4);
        let staged = Staged { base: work.run.base.clone(), ..Staged::default() };
        Ok(Self { staged, scans: meta::scans(work, chunks, finished_at), finished_at, progress })
    }

    /// Stages the tables about the run that checks and pages read, once those of the dataflow are staged.
    pub(super) async fn about_the_run(&mut self, work: &ActiveRun<'_>) -> anyhow::Result<()> {
        let Self { staged, scans, finished_at, progress } = self;
        for scan in scans.iter() {
            let (scan_id, country_code, hosts) = (&scan.scan_id, scan.country_code, scan.host_processed);
            tracing::info!(%scan_id, %country_code, hosts, "scan completed");
        }
        table(work, scans, staged).await?;
        table::<MetaRun>(work, &meta::settings(work, *finished_at), staged).await?;
        table::<MetaColumn>(work, &meta::columns(), staged).await?;
        let previous = previous_manifest(work).await?;
        let lineage = meta::lineage(staged, previous.as_ref());
        table::<MetaLineage>(work, &lineage, staged).await?;
        progress.advance(1);
        Ok(())
    }
}

/// Takes the other countries' rows from what is current now, as another run may have published since this one
/// began. The run's own countries are the same in both: it held their leases.
async fn rebase(work: &mut ActiveRun<'_>) -> anyhow::Result<()> {
    let current = work.store.history().await?.current().cloned();
    let month = work.run.month;
    if let Some(later) = current.as_ref().filter(|current| current.month() > month) {
        let message = format!("month `{month}` lies before the current snapshot `{later}`, published since");
        return Err(UsageError::new(message, "run that month or a later one").into());
    }
    if work.run.redetect.is_none() && work.run.base != current {
        work.run.previous.clone_from(&current);
        work.run.base = current;
        // What the checks compare with is another snapshot: its time is part of what is written.
        work.run.finished_at = None;
    }
    Ok(())
}
