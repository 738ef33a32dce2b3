//! `deklaro detect` reads a snapshot's stored pages again, or compares months under today's rules.

use crate::cli::{DetectArgs, Months};
use crate::context::Context;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::rehearsal;
use deklaro_record::timestamp::{self, TimeAuthority};
use deklaro_run::reread::{Again, Compared};
use deklaro_run::{Tools, redetect_start};
use std::sync::Arc;

/// `deklaro detect`
pub(crate) async fn detect(context: &Context, detect: &DetectArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    if let Some(months) = detect.snapshots {
        let tools = config.tools(store, &config.crawl, (progress, shutdown));
        return compare(tools, detect, months).await;
    }
    rehearsal::settle(store, progress).await?;
    let from = deklaro_record::chosen(store, detect.snapshot.as_ref()).await?;
    let tools = config.tools(store, &config.crawl, (progress, shutdown));
    let authority = TimeAuthority::of(&config.timestamp, &(&detect.tsa).into())?;
    let mut outcome = redetect_start::start(tools, &from, detect.terms.path()?).await?;
    outcome.timestamp = timestamp::after(store, authority.as_ref(), &outcome.snapshot, progress).await;
    if detect.output.json {
        output::json(&outcome)?;
    } else {
        output::text(&super::run::shown(&outcome))?;
    }
    Ok(Exit::Done)
}

/// `deklaro detect --snapshots`: what today's rules say of the snapshots that stand for these months.
async fn compare(tools: Tools<'_>, detect: &DetectArgs, months: Months) -> anyhow::Result<Exit> {
    let own = detect.terms.own()?.map(Arc::new);
    let history = tools.store.history().await?;
    let mut compared = Vec::new();
    let mut month = months.first;
    while month <= months.last {
        if let Some(snapshot) = history.current_of(month) {
            compared.push(Again::of(tools, snapshot, own.clone(), detect.partitions).compared().await?);
        }
        month = month.next();
    }
    if compared.is_empty() {
        let message = format!("no snapshot stands for a month from `{}` to `{}`", months.first, months.last);
        return Err(UsageError::new(message, "`deklaro history` lists what was published").into());
    }
    if detect.output.json {
        output::json(&compared)?;
    } else {
        output::text(&told(&compared))?;
    }
    Ok(Exit::Done)
}

fn told(compared: &[Compared]) -> String {
    let mut text = String::new();
    for month in compared {
        let rules = format!("{} → {}", month.rubric_before, month.rubric_now);
        let terms = format!("{} → {}", month.glossary_before, month.glossary_now);
        text.push_str(&format!(
            "{}: rules {rules}, terms {terms}; {} of {} verdicts are others\n",
            month.snapshot, month.changed, month.hosts
        ));
        for verdict in &month.verdicts {
            text.push_str(&format!("  {:<20} {:<20} {:>8}\n", verdict.before, verdict.now, verdict.hosts));
        }
    }
    text
}
