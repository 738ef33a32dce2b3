//! What is known when an incident is opened.

use super::{excerpt, postmortem};
use crate::health::{Judgement, judgement};
use crate::tables::Tables;
use deklaro_console::output;
use deklaro_judge::HealthVerdict;
use deklaro_schemas::codes::CheckVerdict;
use deklaro_schemas::stored::RefEntry;
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Selection, SnapshotId, Timestamp};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use std::path::Path;

/// Entries of the ref log that are shown.
const REFS: usize = 5;
/// Longest reason why something is not known, in characters.
const LONGEST_WHY: usize = 500;

/// The state of the platform at a moment, a line for each thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformState {
    /// healthy, degraded or critical, and the causes.
    state: Vec<String>,
    /// Health checks and rules about the tables that are not kept.
    failing: Vec<String>,
    /// The newest entries of the ref log.
    refs: Vec<String>,
    /// Scans that wait or are at work.
    jobs: Vec<String>,
    /// Log lines of the trace.
    lines: Vec<String>,
}

impl PlatformState {
    /// What the store tells; of what cannot be had, `state` says why. Incidents are opened when something is broken.
    pub fn of<'a>(store: &'a Store, tables: &'a dyn Tables, at: Timestamp) -> BoxFuture<'a, Self> {
        Box::pin(async move {
            let mut known = Self::default();
            match store.current().await {
                Ok(current) => known.judge(store, tables, &current, at).await,
                Err(StoreError::Empty) => known.state.push("no snapshot is published".to_owned()),
                Err(error) => known.lacks("the current snapshot", &error.into()),
            }
            match store.refs().await {
                Ok(refs) => known.refs.extend(refs.iter().rev().take(REFS).map(line_of)),
                Err(error) => known.lacks("the ref log", &error.into()),
            }
            match store.open_jobs().await {
                Ok(jobs) => known.jobs.extend(
                    jobs.iter()
                        .map(|job| format!("{} {}, attempt {}", job.snapshot, job.status, job.attempts)),
                ),
                Err(error) => known.lacks("the queue of scans", &error.into()),
            }
            known
        })
    }

    /// The lines of a trace in a log file or a folder of them.
    pub fn read_logs(&mut self, logs: &Path, trace_id: &str) {
        match excerpt(logs, trace_id) {
            Ok(lines) => self.lines = lines,
            Err(error) => self.lacks("log lines", &error),
        }
    }

    /// Health as of a snapshot, and the rules about its tables.
    async fn judge(&mut self, store: &Store, tables: &dyn Tables, current: &SnapshotId, at: Timestamp) {
        let ask = Judgement { at, window: None, without_machine: false };
        match judgement(store, tables, current, ask).await {
            Ok((health, _)) => {
                self.state.push(format!("{} as of snapshot {current}", health.state.as_str()));
                self.state.extend(health.causes);
                let failed = health.checks.iter().filter(|check| check.verdict == HealthVerdict::Fail);
                self.failing.extend(failed.map(|check| format!("health: {}", check.name)));
            }
            Err(error) => self.lacks(&format!("health as of snapshot {current}"), &error),
        }
        match store.read_rows::<MetaCheck>(current, &Selection::all()).await {
            Ok(rules) => {
                let broken = rules.iter().filter(|rule| rule.verdict != CheckVerdict::Pass);
                self.failing
                    .extend(broken.map(|rule| format!("table rule: {} ({})", rule.check_name, rule.verdict)));
            }
            Err(error) => self.lacks(&format!("the rules about the tables of {current}"), &error.into()),
        }
    }

    /// Says that something cannot be had, and why.
    fn lacks(&mut self, what: &str, error: &anyhow::Error) {
        let why: String = format!("{error:#}").chars().take(LONGEST_WHY).collect();
        self.state.push(output::field(&format!("not known: {what}: {why}")).into_owned());
    }

    /// The filled template: what is known, then the form of the postmortem.
    pub fn template(&self, id: &str, what: &str, due_at: &str) -> String {
        let mut said = what.trim().lines();
        let title = said.next().unwrap_or_default();
        let mut text = format!("# {title}\n\nIncident {id}. Its postmortem is due {due_at}.\n");
        // Quoted, so that no line of it is taken for a section of the form.
        let mut further = said.map(|line| format!("> {line}").trim_end().to_owned() + "\n").peekable();
        if further.peek().is_some() {
            text.push('\n');
            text.extend(further);
        }
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

/// An entry of the ref log, in a line.
fn line_of(entry: &RefEntry) -> String {
    let reason = entry.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
    output::field(&format!("{} {} {}{reason}", entry.at, entry.action, entry.snapshot)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::NoTables;
    use deklaro_schemas::codes::RefAction;
    use deklaro_schemas::stored::Manifest;

    #[tokio::test]
    async fn what_cannot_be_had_is_named_and_the_template_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let at: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let manifest = folder.path().join(Manifest::path(&snapshot));
        std::fs::create_dir_all(manifest.parent().unwrap()).unwrap();
        std::fs::write(manifest, "not a manifest").unwrap();
        store.append_ref(RefAction::Publish, &snapshot, None, at, Some("a\nreason")).await.unwrap();
        let mut known = PlatformState::of(&store, &NoTables, Timestamp(0)).await;
        let said = known.state.join("\n");
        assert!(said.contains("not known: health as of snapshot 2026-11.0: "), "{said}");
        assert_eq!(known.refs, [format!("{at} publish 2026-11.0: a\\u{{a}}reason")]);
        known.read_logs(&folder.path().join("nothing"), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(known.state.last().unwrap().starts_with("not known: log lines: reading "), "{known:?}");

        let entry = walk(&folder.path().join("refs"));
        let text = std::fs::read_to_string(&entry).unwrap();
        std::fs::write(&entry, &text[..text.len() / 2]).unwrap();
        let said = PlatformState::of(&store, &NoTables, Timestamp(0)).await.state.join("\n");
        assert!(said.contains("not known: the current snapshot: "), "{said}");
        assert!(said.contains("not known: the ref log: "), "{said}");
    }

    /// The one file below a folder.
    fn walk(folder: &Path) -> std::path::PathBuf {
        let path = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        if path.is_dir() { walk(&path) } else { path }
    }

    #[test]
    fn everything_that_was_said_is_in_the_template() {
        let text =
            PlatformState::default().template("INC-1", "It is down\n\n## Cause\nno idea\n", "tomorrow");
        assert!(text.starts_with("# It is down\n\nIncident INC-1."), "{text}");
        assert!(text.contains("due tomorrow.\n\n>\n> ## Cause\n> no idea\n\n**State**\n"), "{text}");
    }

    #[tokio::test]
    async fn an_empty_store_has_little_to_tell_and_the_form_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut known = PlatformState::of(&store, &NoTables, Timestamp(0)).await;
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
