//! What people see on stderr.

use crate::ended::hint_of;
use crate::log_format::LogFormat;
use crate::output;
use crate::redact::redact;
use deklaro_schemas::steps::CRAWL;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What people see on stderr while the program works: a bar on a terminal, one plain line per step elsewhere.
///
/// Every step is a log event too. Where stderr is a stream of JSON logs, those events are all there is.
#[derive(Debug, Clone)]
pub struct Progress {
    is_terminal: bool,
    is_for_people: bool,
    standing: Standing,
}

/// How far the work is, for those who ask from another task. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Standing(Arc<Mutex<Stand>>);

/// One look at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stand {
    /// The step under way.
    pub step: Option<String>,
    /// Hosts to visit, once they are counted.
    pub host_total: u64,
    /// Hosts whose entry page was asked for.
    pub host_processed: u64,
}

/// True for the step that visits every host once: the crawl of the first round.
fn is_first_visit(name: &str) -> bool {
    name.strip_prefix(CRAWL.name) == Some(" 1")
}

impl Standing {
    /// How far it is now.
    pub fn now(&self) -> Stand {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another work begins.
    pub fn clear(&self) {
        self.change(|stand| *stand = Stand::default());
    }

    /// So many hosts are to be visited; `are_done` where an earlier process visited them all.
    pub fn counted(&self, hosts: u64, are_done: bool) {
        self.change(|stand| {
            stand.host_total = hosts;
            stand.host_processed = if are_done { hosts } else { stand.host_processed.min(hosts) };
        });
    }

    fn change(&self, change: impl FnOnce(&mut Stand)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn begin(&self, name: &str, total: u64) {
        self.change(|stand| {
            stand.step = Some(name.to_owned());
            if is_first_visit(name) {
                (stand.host_total, stand.host_processed) = (total, 0);
            }
        });
    }

    fn advance(&self, name: &str, by: u64) {
        if is_first_visit(name) {
            self.change(|stand| stand.host_processed = (stand.host_processed + by).min(stand.host_total));
        }
    }
}

impl Progress {
    /// For the stderr of this process, whose logs are written in this format.
    pub fn new(logs: LogFormat) -> Self {
        let is_for_people = logs == LogFormat::Human;
        let is_terminal = is_for_people && std::io::stderr().is_terminal();
        Self { is_terminal, is_for_people, standing: Standing::default() }
    }

    /// How far the work is.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// A step that ends with one line.
    pub fn step(&self, name: &str, total: u64) -> ProgressStep {
        let target =
            if self.is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let style = ProgressStyle::with_template("{prefix:>10} {bar:32} {pos}/{len} {per_sec} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(name.to_owned());
        self.standing.begin(name, total);
        if self.is_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        ProgressStep { progress: self.clone(), bar, name: name.to_owned() }
    }

    /// One line for people.
    pub fn say(&self, line: &str) {
        tracing::info!("{}", line.trim_start());
        self.show(line);
    }

    fn show(&self, line: &str) {
        if self.is_for_people {
            // A closed stderr must not stop a run.
            let _closed = writeln!(std::io::stderr(), "{}", output::lines(line));
        }
    }
}

impl Progress {
    /// An error that does not end the program, with its causes and a hint.
    pub fn problem(&self, error: &anyhow::Error) {
        let hint = hint_of(error);
        if self.is_for_people {
            self.show(&format!("error: {}", redact(&format!("{error:#}"))));
            if let Some(hint) = hint {
                self.show(&format!(" hint: {hint}"));
            }
        } else {
            tracing::error!(hint, error = format!("{error:#}"), "{error}");
        }
    }
}

/// A step under way.
#[derive(Debug)]
pub struct ProgressStep {
    progress: Progress,
    bar: ProgressBar,
    name: String,
}

impl ProgressStep {
    /// So many more are done.
    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
        self.progress.standing.advance(&self.name, by);
    }

    /// The step is over; `result` is what it came to.
    pub fn done(self, result: &str) {
        self.bar.finish_and_clear();
        let elapsed = self.bar.elapsed();
        tracing::info!(step = self.name, duration_ms = elapsed.as_millis() as u64, "{result}");
        self.progress.show(&format!("{:>10}  {result} ({:.1} s)", self.name, elapsed.as_secs_f64()));
    }
}
