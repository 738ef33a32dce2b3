//! How right a run over the simulated Europe was: its verdicts against what the simulation knows.

use deklaro_schemas::codes::DetectionStatus;
use deklaro_schemas::tables::Statement;
use deklaro_schemas::{Selection, SnapshotId};
use deklaro_simweb::{Europe, StatementTruth};
use deklaro_store::Store;
use serde::Serialize;
use std::fmt;

/// A run's verdicts against the truth of its month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Score {
    /// Hosts with a statement that a polite reader can reach.
    pub present: u64,
    /// Of these, found.
    pub present_found: u64,
    /// Of these, found at the right address.
    pub present_at_url: u64,
    /// Hosts whose statement no polite reader can reach this month.
    pub hidden: u64,
    /// Hosts without a statement.
    pub absent: u64,
    /// Of these, called found: must be none.
    pub absent_found: u64,
    /// Hosts that were missed or wrongly found, with their habit.
    pub mistakes: Vec<String>,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share =
            if self.present == 0 { 100.0 } else { 100.0 * self.present_found as f64 / self.present as f64 };
        write!(
            f,
            "{} of {} reachable statements found ({share:.1} %), {} at the right address; {} of {} hosts without one called found; {} hidden",
            self.present_found,
            self.present,
            self.present_at_url,
            self.absent_found,
            self.absent,
            self.hidden
        )
    }
}

/// Compares every verdict of a snapshot with the simulation's truth for the month of this number.
pub(crate) async fn score(
    store: &Store,
    snapshot: &SnapshotId,
    europe: &Europe,
    month: u32,
) -> anyhow::Result<Score> {
    let mut score = Score::default();
    for statement in store.read_rows::<Statement>(snapshot, &Selection::all()).await? {
        score.add(&statement, europe, month);
    }
    Ok(score)
}

impl Score {
    fn add(&mut self, statement: &Statement, europe: &Europe, month: u32) {
        let truth = europe.truth(statement.canonical_hostname.as_str(), month);
        let is_found = statement.detection_status == DetectionStatus::Found;
        let is_mistake = match &truth.statement {
            StatementTruth::Present { url } => {
                self.present += 1;
                self.present_found += u64::from(is_found);
                let found_url = statement.statement_url.as_ref().map(deklaro_schemas::PageUrl::as_str);
                self.present_at_url += u64::from(found_url == Some(url.as_str()));
                !is_found
            }
            StatementTruth::Hidden => {
                self.hidden += 1;
                false
            }
            StatementTruth::Absent => {
                self.absent += 1;
                self.absent_found += u64::from(is_found);
                is_found
            }
        };
        if is_mistake {
            let (habit, status) = (truth.habit.name(), statement.detection_status);
            self.mistakes.push(format!("{}: {habit}, verdict {status}", statement.canonical_hostname));
        }
    }
}
