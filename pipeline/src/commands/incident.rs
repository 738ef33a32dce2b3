//! `deklaro incident`: what went wrong, on record from its first minute to its postmortem.

use crate::cli::{IncidentArgs, IncidentWhat, OpenIncidentArgs};
use crate::context::Context;
use deklaro_console::{BadFile, Exit, UsageError, now, output};
use deklaro_record::incidents::{DUE_AFTER_US, IncidentStanding, PlatformState, missing_sections, standings};
use deklaro_run::DuckTables;
use deklaro_schemas::Timestamp;
use deklaro_schemas::codes::IncidentAction;
use deklaro_schemas::stored::{Entry, Incident};
use deklaro_store::Store;
use std::fs::File;
use std::io::Read;

/// Longest text of a row, in bytes; a postmortem is some pages.
const LONGEST: usize = 256 << 10;

/// `deklaro incident`: `list` ends with 1 when a postmortem is overdue. Rows have the time of the clock, whatever is looked at.
pub(crate) async fn incident(context: &Context, asked: &IncidentArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let at = now();
    let (row, trace_id) = match &asked.what {
        IncidentWhat::List { open, now } => {
            let at = now
                .as_deref()
                .map(|text| deklaro_record::moment_of("--now", text))
                .transpose()?
                .unwrap_or(at);
            return list(asked, all(store, at).await?, *open);
        }
        IncidentWhat::Open(what) => (opened(store, what, at).await, what.trace_id.clone()),
        IncidentWhat::Note { id, text } => {
            known(&all(store, at).await?, id)?;
            (
                Incident { id: id.clone(), action: IncidentAction::Note, text: text.clone(), trace_id: None },
                None,
            )
        }
        IncidentWhat::Close { id, postmortem } => (closed(&all(store, at).await?, id, postmortem)?, None),
    };
    if row.text.len() > LONGEST {
        return Err(UsageError::new("the text is too long", "256 KiB at most").into());
    }
    let by = asked.by.as_ref().unwrap_or(&config.operator);
    let entry = store.register(at, by, trace_id.as_deref(), row).await?;
    say(asked, &entry)?;
    Ok(Exit::Done)
}

async fn all(store: &Store, at: Timestamp) -> anyhow::Result<Vec<IncidentStanding>> {
    Ok(standings(&store.registered::<Incident>().await?, at))
}

/// The row an incident begins with. It is made whatever state the store is in: what cannot be had is named in it.
async fn opened(store: &Store, what: &OpenIncidentArgs, at: Timestamp) -> Incident {
    // Two that are opened at once must not share a name.
    let (drawn, _, _, _) = uuid::Uuid::new_v4().as_fields();
    let id = format!("INC-{}-{:06x}", at.date(), drawn & 0xff_ffff);
    let mut known = PlatformState::of(store, &DuckTables, at).await;
    if let (Some(logs), Some(trace_id)) = (&what.logs, &what.trace_id) {
        known.read_logs(logs, trace_id);
    }
    let due = Timestamp(at.0.saturating_add(DUE_AFTER_US)).to_string();
    let text = known.template(&id, &what.text, &due);
    Incident { id, action: IncidentAction::Opened, text, trace_id: what.trace_id.clone() }
}

/// An incident is closed by its postmortem alone, and only once.
fn closed(all: &[IncidentStanding], id: &str, postmortem: &std::path::Path) -> anyhow::Result<Incident> {
    if let Some(at) = &known(all, id)?.closed_at {
        return Err(UsageError::new(format!("incident `{id}` was closed {at}"), "add a note").into());
    }
    let mut text = String::new();
    File::open(postmortem)
        .and_then(|file| file.take(LONGEST as u64 + 1).read_to_string(&mut text))
        .map_err(|source| BadFile { path: postmortem.to_owned(), source })?;
    let missing = missing_sections(&text);
    if !missing.is_empty() {
        let message = format!("`{}` does not say: {}", postmortem.display(), missing.join(", "));
        return Err(UsageError::new(message, "fill the sections of the template that `open` printed").into());
    }
    Ok(Incident { id: id.to_owned(), action: IncidentAction::Closed, text, trace_id: None })
}

fn known<'a>(all: &'a [IncidentStanding], id: &str) -> anyhow::Result<&'a IncidentStanding> {
    let found = all.iter().find(|standing| standing.id == id);
    found.ok_or_else(|| {
        UsageError::new(format!("there is no incident `{id}`"), "`deklaro incident list` shows them").into()
    })
}

fn say(asked: &IncidentArgs, entry: &Entry<Incident>) -> anyhow::Result<()> {
    if asked.output.json {
        return output::json(entry);
    }
    match entry.row.action {
        IncidentAction::Opened => output::text(&entry.row.text),
        action => output::text(&format!("{}: {action}\n", entry.row.id)),
    }
}

fn list(asked: &IncidentArgs, mut all: Vec<IncidentStanding>, open_only: bool) -> anyhow::Result<Exit> {
    all.retain(|standing| !open_only || standing.closed_at.is_none());
    let exit = if all.iter().any(|standing| standing.is_overdue) { Exit::CheckFailed } else { Exit::Done };
    if asked.output.json {
        output::json(&all)?;
        return Ok(exit);
    }
    let mut text = String::new();
    for IncidentStanding { id, title, opened_at, due_at, closed_at, is_overdue, .. } in &all {
        let state = match (closed_at, is_overdue) {
            (Some(at), _) => format!("closed {at}"),
            (None, true) => format!("OVERDUE since {due_at}"),
            (None, false) => format!("postmortem due {due_at}"),
        };
        let (id, title) = (output::field(id), output::field(title));
        text.push_str(&format!("{id}  opened {opened_at}  {state}  {title}\n"));
    }
    if all.is_empty() {
        text.push_str("no incidents\n");
    }
    output::text(&text)?;
    Ok(exit)
}
