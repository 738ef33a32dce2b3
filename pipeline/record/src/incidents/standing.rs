//! Where every incident stands at a moment.

use deklaro_schemas::codes::IncidentAction;
use deklaro_schemas::stored::{Entry, Incident};
use deklaro_schemas::{Timestamp, rfc3339};
use deklaro_store::{Store, StoreError};
use serde::Serialize;

/// The postmortem of an incident is due so long after it was opened.
pub const DUE_AFTER_US: i64 = 72 * 3_600 * 1_000_000;

/// An incident, as its rows tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentStanding {
    /// Its name.
    pub id: String,
    /// The first line of what it was opened with.
    pub title: String,
    /// When it was opened.
    #[serde(with = "rfc3339")]
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: String,
    /// Notes since.
    pub notes: usize,
    /// When its postmortem is due.
    #[serde(with = "rfc3339")]
    pub due_at: Timestamp,
    /// When it was closed, with its postmortem.
    #[serde(with = "rfc3339")]
    pub closed_at: Option<Timestamp>,
    /// True when its postmortem is due and not there.
    pub is_overdue: bool,
}

/// Every incident, in the order they were opened.
pub fn standings(rows: &[Entry<Incident>], now: Timestamp) -> Vec<IncidentStanding> {
    let mut all: Vec<IncidentStanding> = Vec::new();
    for entry in rows {
        let known = all.iter_mut().find(|standing| standing.id == entry.row.id);
        match (entry.row.action, known) {
            (IncidentAction::Opened, None) => all.push(opened(entry, now)),
            (IncidentAction::Note, Some(standing)) => standing.notes += 1,
            (IncidentAction::Closed, Some(standing)) => {
                standing.closed_at.get_or_insert(entry.at);
                standing.is_overdue = false;
            }
            // A row that the program itself would not have written changes nothing.
            _ => {}
        }
    }
    all
}

fn opened(entry: &Entry<Incident>, now: Timestamp) -> IncidentStanding {
    let due = Timestamp(entry.at.0.saturating_add(DUE_AFTER_US));
    let title = entry.row.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
    IncidentStanding {
        id: entry.row.id.clone(),
        title: title.to_owned(),
        opened_at: entry.at,
        opened_by: entry.by.clone(),
        notes: 0,
        due_at: due,
        closed_at: None,
        is_overdue: due < now,
    }
}

/// Names of the incidents whose postmortem is overdue.
pub async fn overdue(store: &Store, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let rows = store.registered::<Incident>().await?;
    let late = standings(&rows, now).into_iter().filter(|standing| standing.is_overdue);
    Ok(late.map(|standing| standing.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, action: IncidentAction, text: &str) -> Entry<Incident> {
        let row =
            Incident { id: id.to_owned(), action, text: "# it is down\nmore".to_owned(), trace_id: None };
        let (at, by) = (at(text), "ops".to_owned());
        Entry { sequence: 1, at, by, trace_id: None, row, previous_sha256: None }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_postmortem_is_overdue_after_72_hours_until_it_is_there() {
        use IncidentAction::{Closed, Note, Opened};
        let mut rows = vec![
            row("a", Opened, "2026-11-01T00:00:00Z"),
            row("a", Note, "2026-11-01T01:00:00Z"),
            row("b", Opened, "2026-11-03T00:00:00Z"),
        ];
        let late = |rows: &[Entry<Incident>], now: &str| -> Vec<String> {
            standings(rows, at(now)).into_iter().filter(|one| one.is_overdue).map(|one| one.id).collect()
        };
        assert!(late(&rows, "2026-11-04T00:00:00Z").is_empty(), "to the microsecond");
        assert_eq!(late(&rows, "2026-11-04T00:00:01Z"), ["a"]);
        assert_eq!(late(&rows, "2026-11-07T00:00:00Z"), ["a", "b"]);
        rows.push(row("a", Closed, "2026-11-06T00:00:00Z"));
        assert_eq!(late(&rows, "2026-11-07T00:00:00Z"), ["b"], "late, but there");
        let first = &standings(&rows, at("2026-11-07T00:00:00Z"))[0];
        assert_eq!((first.title.as_str(), first.notes, first.closed_at.is_some()), ("it is down", 1, true));
    }

    #[test]
    fn rows_out_of_turn_change_nothing() {
        let rows = [
            row("a", IncidentAction::Closed, "2026-11-01T00:00:00Z"),
            row("a", IncidentAction::Opened, "2026-11-01T00:00:00Z"),
            row("a", IncidentAction::Opened, "2026-11-09T00:00:00Z"),
        ];
        let all = standings(&rows, at("2026-11-09T00:00:00Z"));
        assert_eq!((all.len(), all[0].is_overdue), (1, true));
    }
}
