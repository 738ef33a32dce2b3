//! `deklaro thresholds` shows the thresholds, and records who changed them and why.

use crate::cli::{ThresholdsArgs, ThresholdsWhat};
use crate::config::Config;
use crate::context::Context;
use deklaro_console::{Exit, output};
use deklaro_judge::release::deltas;
use deklaro_record::release::{About, Desk, thresholds_now};
use deklaro_run::DuckTables;
use deklaro_schemas::codes::DecisionAction;
use deklaro_schemas::stored::{Entry, ThresholdChange, ThresholdDelta};
use deklaro_schemas::{Timestamp, rfc3339};
use deklaro_store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// The thresholds, and what is not on record about them.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(with = "rfc3339")]
    recorded_at: Option<Timestamp>,
    recorded_by: Option<String>,
    unrecorded: Vec<ThresholdDelta>,
    thresholds: BTreeMap<String, String>,
}

/// `deklaro thresholds`: change control (mission B10).
pub(crate) async fn thresholds(context: &Context, asked: &ThresholdsArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    match &asked.what {
        ThresholdsWhat::Show { output } => show(store, config, output.json).await,
        ThresholdsWhat::Record { reason, by, output } => {
            record(store, config, (reason, by), output.json).await
        }
    }
}

async fn last(store: &Store) -> anyhow::Result<Option<Entry<ThresholdChange>>> {
    Ok(store.registered::<ThresholdChange>().await?.pop())
}

async fn show(store: &Store, config: &Config, as_json: bool) -> anyhow::Result<Exit> {
    let (thresholds, last) = (thresholds_now(&config.gate)?, last(store).await?);
    let recorded = last.as_ref().map(|entry| entry.row.thresholds.clone()).unwrap_or_default();
    let shown = Shown {
        recorded_at: last.as_ref().map(|entry| entry.at),
        recorded_by: last.map(|entry| entry.by),
        unrecorded: deltas(&recorded, &thresholds),
        thresholds,
    };
    if as_json {
        output::json(&shown)?;
    } else {
        output::text(&text(&shown))?;
    }
    Ok(if shown.unrecorded.is_empty() { Exit::Done } else { Exit::CheckFailed })
}

fn text(shown: &Shown) -> String {
    let mut text = String::new();
    for (name, value) in &shown.thresholds {
        let change = shown.unrecorded.iter().find(|delta| delta.name == *name);
        let mark = change.map_or_else(String::new, |delta| {
            format!("  not recorded; was {}", delta.before.as_deref().unwrap_or("not there"))
        });
        text.push_str(&format!("{name:<48} {value}{mark}\n"));
    }
    for gone in shown.unrecorded.iter().filter(|delta| delta.after.is_none()) {
        text.push_str(&format!(
            "{:<48} -  not recorded; was {}\n",
            gone.name,
            gone.before.as_deref().unwrap_or("-")
        ));
    }
    text
}

async fn record(
    store: &Store,
    config: &Config,
    (reason, by): (&str, &str),
    as_json: bool,
) -> anyhow::Result<Exit> {
    let desk = Desk { by, ..Desk::open(store, &config.gate, &config.operator, &DuckTables) };
    let done = recorded(&desk, reason).await;
    let Some(entry) = desk.or_refused(DecisionAction::Thresholds, done).await? else {
        output::text("nothing changed since they were recorded last\n")?;
        return Ok(Exit::Done);
    };
    if as_json {
        output::json(&entry)?;
    } else {
        let (count, sequence) = (entry.row.changes.len(), entry.sequence);
        output::text(&format!("recorded: {count} changes, row {sequence} of threshold_changes\n"))?;
    }
    Ok(Exit::Done)
}

/// The row that is written; nothing where nothing changed. What is refused is on record.
async fn recorded(desk: &Desk<'_>, reason: &str) -> anyhow::Result<Option<Entry<ThresholdChange>>> {
    if let Some(why) = desk.mistrust().await? {
        return Err(desk.refuse(DecisionAction::Thresholds, About::default(), why).await);
    }
    let thresholds = thresholds_now(desk.gate)?;
    let before = last(desk.store).await?;
    let recorded = before.as_ref().map(|entry| entry.row.thresholds.clone()).unwrap_or_default();
    let changes = deltas(&recorded, &thresholds);
    if before.is_some() && changes.is_empty() {
        return Ok(None);
    }
    let row = ThresholdChange { reason: reason.to_owned(), changes, thresholds };
    Ok(Some(desk.register(desk.by, row).await?))
}
