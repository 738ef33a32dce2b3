//! `deklaro commit` merges the partitions of a shared run into a snapshot and publishes it.

use crate::cli::CommitArgs;
use crate::config::with_web;
use crate::context::Context;
use deklaro_console::{Exit, output};
use deklaro_record::timestamp::{self, TimeAuthority};
use deklaro_run::shared_run;

/// `deklaro commit`
pub(crate) async fn commit(context: &Context, commit: &CommitArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let crawl = with_web(config.crawl.clone(), &commit.web)?;
    let authority = TimeAuthority::of(&config.timestamp, &(&commit.tsa).into())?;
    let tools = config.tools(store, &crawl, (progress, shutdown));
    let mut outcome = shared_run::commit(tools, &commit.run, commit.coverage_reason.clone()).await?;
    outcome.timestamp = timestamp::after(store, authority.as_ref(), &outcome.snapshot, progress).await;
    if commit.output.json {
        output::json(&outcome)?;
    } else {
        output::text(&super::run::shown(&outcome))?;
    }
    Ok(Exit::Done)
}
