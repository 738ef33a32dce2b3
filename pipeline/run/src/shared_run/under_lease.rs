//! A piece of a shared run, done under a lease of its own.

use crate::active_run::ActiveRun;
use crate::run_lease::RunLease;
use crate::tools::Tools;
use deklaro_schemas::stored::RunFile;
use tracing::Instrument;

/// Does a piece of a shared run under a lease of its own, for as long as that is held.
pub(super) async fn under_lease<T>(
    tools: Tools<'_>,
    run: RunFile,
    area: String,
    lease: RunLease,
    steps: impl AsyncFnOnce(&ActiveRun<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let (store, home) = (tools.store, run.home());
    let (work, span) = ActiveRun::begin(tools, run, area, &lease)?;
    let outcome = tokio::select! {
        outcome = Box::pin(steps(&work)).instrument(span.clone()) => outcome,
        // Another process has the partition now: this one must not write any more.
        lost = lease.lost() => Err(lost.into()),
    };
    let state = if outcome.is_ok() { "completed" } else { "failed" };
    deklaro_watch::ended(&span, state, outcome.as_ref().err());
    deklaro_watch::write_spans(&work.watch, store, &home).await;
    drop(work);
    lease.release().await;
    outcome
}
