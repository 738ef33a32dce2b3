//! Processes of our own binary in the Europe of the drills.

use super::europe::DrillGround;
use super::waiting::DEADLINE;
use crate::process::Process;
use std::path::Path;
use std::process::ExitStatus;

/// What the operator has set must not reach them.
const WITHOUT: [&str; 3] = ["DEKLARO_", "OTEL_", "AWS_"];

impl DrillGround<'_> {
    /// Starts `deklaro` on this store; `name` is that of its log.
    pub(super) fn start(&self, name: &str, store: &Path, words: &[&str]) -> anyhow::Result<Process> {
        let settings = self.path("deklaro.toml").display().to_string();
        let store = store.display().to_string();
        let all: Vec<&str> =
            ["--store", &store, "--config", &settings].into_iter().chain(words.iter().copied()).collect();
        Process::start(&self.path(&format!("{name}.log")), &all, &WITHOUT)
    }

    /// The words for a command that crawls: how the web is reached.
    pub(super) fn web_words(&self) -> Vec<String> {
        let (http, https) = (self.web.http().to_string(), self.web.https().to_string());
        let authority = self.path("ca.pem").display().to_string();
        vec!["--connect-to".to_owned(), http, https, "--ca".to_owned(), authority]
    }

    /// The same, and the lists.
    pub(super) fn crawl_words(&self) -> Vec<String> {
        let mut words = self.web_words();
        words.extend(["--sources".to_owned(), self.sources().display().to_string()]);
        words
    }
}

/// Waits until a process ends by itself.
pub(super) async fn ended(process: &mut Process, what: &str) -> anyhow::Result<ExitStatus> {
    process.ended_within(DEADLINE, what).await
}
