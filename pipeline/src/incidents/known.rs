//! What is known when an incident is opened.

use super::postmortem;
use crate::reporting::{Judgement, judgement};
use deklaro_report::HealthVerdict;
use deklaro_schemas::codes::CheckVerdict;
use deklaro_schemas::store::{Store, StoreError};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Selection, Timestamp};

/// Entries of the ref log that are shown.
const REFS: usize = 5;

/// The state of the platform at a moment, a line for each thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// healthy, degraded or critical, and the causes.
    state: Vec<String>,
    /// Health checks and rules about the tables that are not kept.
    failing: Vec<String>,
    /// The newest entries of the ref log.
    refs: Vec<String>,
    /// Scans that wait or are at work.
    jobs: Vec<String>,
    /// Log lines of the trace.
    pub(crate) lines: Vec<String>,
}

impl Known {
    /// What the store tells.
    pub(crate) async fn of(store: &Store, at: Timestamp) -> anyhow::Result<Self> {
        let mut known = Self::default();
        match store.current().await {
            Ok(current) => {
                let ask = Judgement { at, window: None, without_machine: false };
                let (health, _) = judgement(store, &current, ask).await?;
                known.state.push(format!("{} as of snapshot {current}", health.state.as_str()));
                known.state.extend(health.causes);
                let failed = health.checks.iter().filter(|check| check.verdict == HealthVerdict::Fail);
                known.failing.extend(failed.map(|check| format!("health: {}", check.name)));
                let rules: Vec<MetaCheck> = store.read_rows(&current, &Selection::all()).await?;
                let broken = rules.iter().filter(|rule| rule.verdict != CheckVerdict::Pass);
                known
                    .failing
                    .extend(broken.map(|rule| format!("table rule: {} ({})", rule.check_name, rule.verdict)));
            }
            Err(StoreError::Empty) => known.state.push("no snapshot is published".to_owned()),
            Err(error) => return Err(error.into()),
        }
        let refs = store.refs().await?;
        known.refs.extend(refs.iter().rev().take(REFS).map(|entry| {
            let reason = entry.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
            format!("{} {} {}{reason}", entry.at, entry.action, entry.snapshot)
        }));
        for job in store.open_jobs().await? {
            known.jobs.push(format!("{} {}, attempt {}", job.snapshot, job.status, job.attempts));
        }
        Ok(known)
    }

    /// The filled template: what is known, then the form of the postmortem.
    pub(crate) fn template(&self, id: &str, what: &str, due_at: &str) -> String {
        let mut text = format!("# {what}\n\nIncident {id}. Its postmortem is due {due_at}.\n");
        for (title, lines) in [
            ("State", &self.state),
            ("Failing checks", &self.failing),
            ("Newest entries of the ref log", &self.refs),
            ("Scans in the queue", &self.jobs),
            ("Log lines", &self.lines),
        ] {
            text.push_str(&format!("\n**{title}**\n\n"));
            if lines.is_empty() {
                text.push_str("- none\n");
            }
            text.extend(lines.iter().map(|line| format!("- {line}\n")));
        }
        text.push_str(&postmortem::form());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_empty_store_has_little_to_tell_and_the_form_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut known = Known::of(&store, Timestamp(0)).await.unwrap();
        known.lines.push("12:00 ERROR no room".to_owned());
        insta::assert_snapshot!(known.template("INC-1", "It is down", "2026-11-25T00:00:00Z"), @r"
        # It is down

        Incident INC-1. Its postmortem is due 2026-11-25T00:00:00Z.

        **State**

        - no snapshot is published

        **Failing checks**

        - none

        **Newest entries of the ref log**

        - none

        **Scans in the queue**

        - none

        **Log lines**

        - 12:00 ERROR no room

        ## What happened

        <!-- in the order of time, with times in UTC -->

        ## Impact

        <!-- who saw what, for how long; which published figures were touched -->

        ## Cause

        <!-- what made it possible, not who -->

        ## How it was noticed

        <!-- and what would have noticed it sooner -->

        ## What was done

        <!-- step by step, with what helped and what did not -->

        ## What will be changed

        <!-- each with a person and a day -->
        ");
    }
}
