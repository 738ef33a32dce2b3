//! `deklaro audit spans` says which stages, rounds and countries of a run have a span.

use crate::cli::{AuditArgs, AuditWhat};
use deklaro_console::{Exit, UsageError, output};
use deklaro_report::{Database, OpenOptions};
use deklaro_run::watched;
use deklaro_schemas::tables::Body;
use deklaro_schemas::{Row, RunId, SnapshotId};
use deklaro_store::{Store, StoreError};
use deklaro_watch::{LEAST_COVERED, SpanAudit};

/// `deklaro audit`
pub(crate) async fn audit(store: &Store, audit: &AuditArgs) -> anyhow::Result<Exit> {
    let AuditWhat::Spans { run, output: how } = &audit.what;
    let found = compared(store, run).await?;
    if how.json {
        output::json(&found)?;
    } else {
        output::text(&text(&found))?;
    }
    Ok(if found.is_passed() { Exit::Done } else { Exit::CheckFailed })
}

async fn compared(store: &Store, run: &RunId) -> anyhow::Result<SpanAudit> {
    let snapshot = snapshot_of(store, run).await?;
    let spans = match store.read_listed(&snapshot, deklaro_watch::SPANS_PATH).await {
        Ok(bytes) => deklaro_watch::parse(&String::from_utf8_lossy(&bytes)),
        // Made with telemetry off, or before there was any.
        Err(StoreError::Missing { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let temp = tempfile::tempdir()?;
    store.check_tables(&snapshot, |table| table != Body::TABLE).await?;
    let local = store.local_snapshot(&snapshot, false).await?;
    let (options, run) = (OpenOptions::new(local.tables(), temp.path()), run.clone());
    let executed = tokio::task::spawn_blocking(move || watched::executed(&Database::open(&options)?, &run));
    Ok(deklaro_watch::audit(&executed.await??, &spans))
}

async fn snapshot_of(store: &Store, run: &RunId) -> anyhow::Result<SnapshotId> {
    let published = store.refs().await?.into_iter().rev().find(|entry| entry.run_id.as_ref() == Some(run));
    let hint =
        "`deklaro history` lists the runs that were published; others lie in `staging/` with their spans";
    let found = published.map(|entry| entry.snapshot);
    found.ok_or_else(|| UsageError::new(format!("run `{run}` has published no snapshot"), hint).into())
}

fn text(audit: &SpanAudit) -> String {
    let mut text = format!(
        "{} of {} stages, rounds and countries have a span ({:.1} %, at least {:.0} %); {} spans in all\n",
        audit.covered,
        audit.executed,
        audit.share * 100.0,
        LEAST_COVERED * 100.0,
        audit.spans
    );
    for missing in &audit.missing {
        let round = missing.round.map(|round| format!(" {round}")).unwrap_or_default();
        let country = missing.country_code.as_deref().unwrap_or_default();
        text.push_str(&format!("  without: {}{round} {country}\n", missing.stage));
    }
    text
}
