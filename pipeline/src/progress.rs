//! What people see on stderr.

use crate::cli::LogFormat;
use crate::telemetry::redact;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// What people see on stderr while the program works: a bar on a terminal, one plain line per step elsewhere.
///
/// Every step is a log event too. Where stderr is a stream of JSON logs, those events are all there is.
#[derive(Debug, Clone)]
pub struct Progress {
    is_terminal: bool,
    is_for_people: bool,
}

impl Progress {
    /// For the stderr of this process, whose logs are written in this format.
    pub fn new(logs: LogFormat) -> Self {
        let is_for_people = logs == LogFormat::Human;
        Self { is_terminal: is_for_people && std::io::stderr().is_terminal(), is_for_people }
    }

    /// A step that ends with one line.
    pub fn step(&self, name: &str, total: u64) -> Step {
        let target =
            if self.is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let style = ProgressStyle::with_template("{prefix:>10} {bar:32} {pos}/{len} {per_sec} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(name.to_owned());
        if self.is_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Step { progress: self.clone(), bar, name: name.to_owned() }
    }

    /// One line for people.
    pub fn say(&self, line: &str) {
        tracing::info!("{}", line.trim_start());
        self.show(line);
    }

    fn show(&self, line: &str) {
        if self.is_for_people {
            // A closed stderr must not stop a run.
            let _closed = writeln!(std::io::stderr(), "{line}");
        }
    }
}

impl Progress {
    /// An error that does not end the program, with its causes and a hint.
    pub fn problem(&self, error: &anyhow::Error) {
        let hint = crate::exit::hint_of(error);
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
pub struct Step {
    progress: Progress,
    bar: ProgressBar,
    name: String,
}

impl Step {
    /// So many more are done.
    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// The step is over; `result` is what it came to.
    pub fn done(self, result: &str) {
        self.bar.finish_and_clear();
        let elapsed = self.bar.elapsed();
        tracing::info!(step = self.name, duration_ms = elapsed.as_millis() as u64, "{result}");
        self.progress.show(&format!("{:>10}  {result} ({:.1} s)", self.name, elapsed.as_secs_f64()));
    }
}
