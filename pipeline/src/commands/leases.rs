//! `deklaro leases` shows who is at work on what, and takes a lease from a run that holds it for nothing.

use crate::cli::{LeasesArgs, LeasesWhat};
use crate::context::Context;
use deklaro_console::{Exit, UsageError, now, output};
use deklaro_record::break_leases;
use deklaro_schemas::RunId;

/// `deklaro leases`
pub(crate) async fn leases(context: &Context, asked: &LeasesArgs) -> anyhow::Result<Exit> {
    match &asked.what {
        LeasesWhat::List => list(context, asked.output.json).await,
        LeasesWhat::Break { run, reason, by } => {
            let by = by.as_ref().unwrap_or(&context.config.operator);
            take(context, run, (by, reason), asked.output.json).await
        }
    }
}

async fn list(context: &Context, as_json: bool) -> anyhow::Result<Exit> {
    let leases = context.store.leases(now()).await?;
    if as_json {
        output::json(&leases)?;
    } else if leases.is_empty() {
        output::text("nobody is at work\n")?;
    } else {
        output::text(&leases.iter().map(|lease| format!("{lease}\n")).collect::<String>())?;
    }
    Ok(Exit::Done)
}

async fn take(context: &Context, run: &RunId, why: (&str, &str), as_json: bool) -> anyhow::Result<Exit> {
    let rows = break_leases(&context.store, run, now(), why).await?;
    if rows.is_empty() {
        let what = format!("run `{run}` holds no lease");
        return Err(UsageError::new(what, "`deklaro leases list` shows who is at work").into());
    }
    if as_json {
        output::json(&rows)?;
    } else {
        let numbers: Vec<String> = rows.iter().map(|entry| entry.sequence.to_string()).collect();
        output::text(&format!(
            "run {run} holds no lease any more; its process ends within a minute (row {} of lease_breaks)\n",
            numbers.join(", ")
        ))?;
    }
    Ok(Exit::Done)
}
