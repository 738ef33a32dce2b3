//! `deklaro history` lists what was published, oldest first, or says where the log ends.

use crate::cli::HistoryArgs;
use deklaro_console::{Exit, output};
use deklaro_store::{Rehearsal, Store, StoreError};

/// `deklaro history`: what was published, oldest first.
pub(crate) async fn history(store: &Store, asked: &HistoryArgs) -> anyhow::Result<Exit> {
    if asked.head {
        let head = store.head().await?.ok_or(StoreError::Empty)?;
        if asked.output.json {
            output::json(&head)?;
        } else {
            output::text(&format!("{head}\n"))?;
        }
        return Ok(Exit::Done);
    }
    let entries = store.refs().await?;
    if asked.atom {
        output::bytes(deklaro_publish::atom_feed(&entries)?.as_bytes())?;
        return Ok(Exit::Done);
    }
    if asked.output.json {
        output::json(&entries)?;
        return Ok(Exit::Done);
    }
    let current = store.current().await.ok();
    let mut text = String::new();
    for entry in &entries {
        let run = entry.run_id.as_ref().map_or_else(String::new, |run| format!("  run {run}"));
        let mark = if current.as_ref() == Some(&entry.snapshot) { "  (current)" } else { "" };
        let reason =
            entry.reason.as_ref().map_or_else(String::new, |reason| format!("  {}", output::field(reason)));
        text.push_str(&format!(
            "{:>4}  {}  {:<8}  {}{run}{reason}{mark}\n",
            entry.sequence, entry.at, entry.action, entry.snapshot
        ));
    }
    if let Some(rehearsal) = Rehearsal::unfinished(&entries) {
        text.push_str(&format!("{}\n", deklaro_record::rehearsal::told(&rehearsal)));
    }
    output::text(&text)?;
    Ok(Exit::Done)
}
