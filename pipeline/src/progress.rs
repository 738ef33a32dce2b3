//! What people see on stderr.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// What people see on stderr while the program works: a bar on a terminal, one plain line per step elsewhere.
#[derive(Debug, Clone)]
pub struct Progress {
    is_terminal: bool,
}

impl Progress {
    /// For the stderr of this process.
    pub fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal() }
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
        Step { bar, name: name.to_owned() }
    }

    /// One line for people.
    pub fn say(&self, line: &str) {
        // A closed stderr must not stop a run.
        let _closed = writeln!(std::io::stderr(), "{line}");
    }
}

impl Progress {
    /// An error that does not end the program, with its causes and a hint.
    pub fn problem(&self, error: &anyhow::Error) {
        self.say(&format!("error: {error:#}"));
        if let Some(hint) = crate::exit::hint_of(error) {
            self.say(&format!(" hint: {hint}"));
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

/// A step under way.
#[derive(Debug)]
pub struct Step {
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
        let elapsed = self.bar.elapsed().as_secs_f64();
        let _closed = writeln!(std::io::stderr(), "{:>10}  {result} ({elapsed:.1} s)", self.name);
    }
}
