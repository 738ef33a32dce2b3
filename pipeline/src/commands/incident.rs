//! `deklaro incident`: what went wrong, on record from its first minute to its postmortem.

use crate::cli::{Incident as Asked, IncidentWhat, OpenIncident};
use crate::exit::{BadFile, Exit, UsageError};
use crate::incidents::{DUE_AFTER_US, Known, Standing, excerpt, missing_sections, standings};
use crate::output;
use crate::run::now;
use deklaro_schemas::Timestamp;
use deklaro_schemas::codes::IncidentAction;
use deklaro_schemas::store::{Entry, Incident, Store};

/// Longest text of a row, in bytes; a postmortem is some pages.
const LONGEST: usize = 256 << 10;

/// `deklaro incident`: `list` ends with 1 when a postmortem is overdue.
pub(crate) async fn incident(store: &Store, asked: &Asked) -> anyhow::Result<Exit> {
    let at = asked.now.as_deref().map(super::health::moment).transpose()?.unwrap_or_else(now);
    let all = standings(&store.registered::<Incident>().await?, at);
    let (row, trace_id) = match &asked.what {
        IncidentWhat::List { open } => return list(asked, all, *open),
        IncidentWhat::Open(what) => (opened(store, what, at).await?, what.trace_id.clone()),
        IncidentWhat::Note { id, text } => {
            known(&all, id)?;
            (
                Incident { id: id.clone(), action: IncidentAction::Note, text: text.clone(), trace_id: None },
                None,
            )
        }
        IncidentWhat::Close { id, postmortem } => (closed(&all, id, postmortem)?, None),
    };
    if row.text.len() > LONGEST {
        return Err(UsageError::new("the text is too long", "256 KiB at most").into());
    }
    let entry = store.register(&at.to_string(), &asked.by, trace_id.as_deref(), row).await?;
    say(asked, &entry)?;
    Ok(Exit::Done)
}

async fn opened(store: &Store, what: &OpenIncident, at: Timestamp) -> anyhow::Result<Incident> {
    let today = at.to_string();
    // Two that are opened at once must not share a name.
    let (drawn, _, _, _) = uuid::Uuid::new_v4().as_fields();
    let id = format!("INC-{}-{:06x}", today.get(..10).unwrap_or_default(), drawn & 0xff_ffff);
    let mut known = Known::of(store, at).await?;
    if let (Some(logs), Some(trace_id)) = (&what.logs, &what.trace_id) {
        known.lines = excerpt(logs, trace_id)?;
    }
    let due = Timestamp(at.0 + DUE_AFTER_US).to_string();
    let title = what.text.lines().next().unwrap_or_default();
    let text = known.template(&id, title, &due);
    Ok(Incident { id, action: IncidentAction::Opened, text, trace_id: what.trace_id.clone() })
}

/// An incident is closed by its postmortem alone, and only once.
fn closed(all: &[Standing], id: &str, postmortem: &std::path::Path) -> anyhow::Result<Incident> {
    if let Some(at) = &known(all, id)?.closed_at {
        return Err(UsageError::new(format!("incident `{id}` was closed {at}"), "add a note").into());
    }
    let text = std::fs::read_to_string(postmortem)
        .map_err(|source| BadFile { path: postmortem.to_owned(), source })?;
    let missing = missing_sections(&text);
    if !missing.is_empty() {
        let message = format!("`{}` does not say: {}", postmortem.display(), missing.join(", "));
        return Err(UsageError::new(message, "fill the sections of the template that `open` printed").into());
    }
    Ok(Incident { id: id.to_owned(), action: IncidentAction::Closed, text, trace_id: None })
}

fn known<'a>(all: &'a [Standing], id: &str) -> anyhow::Result<&'a Standing> {
    let found = all.iter().find(|standing| standing.id == id);
    found.ok_or_else(|| {
        UsageError::new(format!("there is no incident `{id}`"), "`deklaro incident list` shows them").into()
    })
}

fn say(asked: &Asked, entry: &Entry<Incident>) -> anyhow::Result<()> {
    if asked.output.json {
        return output::json(entry);
    }
    match entry.row.action {
        IncidentAction::Opened => output::text(&entry.row.text),
        action => output::text(&format!("{}: {action}\n", entry.row.id)),
    }
}

fn list(asked: &Asked, mut all: Vec<Standing>, open_only: bool) -> anyhow::Result<Exit> {
    all.retain(|standing| !open_only || standing.closed_at.is_none());
    let exit = if all.iter().any(|standing| standing.is_overdue) { Exit::CheckFailed } else { Exit::Done };
    if asked.output.json {
        output::json(&all)?;
        return Ok(exit);
    }
    let mut text = String::new();
    for Standing { id, title, opened_at, due_at, closed_at, is_overdue, .. } in &all {
        let state = match (closed_at, is_overdue) {
            (Some(at), _) => format!("closed {at}"),
            (None, true) => format!("OVERDUE since {due_at}"),
            (None, false) => format!("postmortem due {due_at}"),
        };
        text.push_str(&format!("{id}  opened {opened_at}  {state}  {title}\n"));
    }
    if all.is_empty() {
        text.push_str("no incidents\n");
    }
    output::text(&text)?;
    Ok(exit)
}
