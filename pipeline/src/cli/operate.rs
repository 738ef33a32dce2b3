//! What the user can type about keeping it all going: drills, incidents, leases, logs.

use clap::{Args, Subcommand, ValueHint};
use deklaro_console::Output;
use deklaro_proving::drill::DrillName;
use deklaro_schemas::RunId;
use std::path::PathBuf;

/// Longest text of an incident or a note, in characters.
const LONGEST_TEXT: usize = 10_000;

/// `deklaro drill`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct DrillArgs {
    /// These drills.
    #[arg(value_name = "NAME", group = "which")]
    pub names: Vec<DrillName>,
    /// Every drill.
    #[arg(long, group = "which")]
    pub all: bool,
    /// Do no drill; print the recovery times in RUNBOOK.md, from the last recorded drill of each name.
    #[arg(long, group = "which")]
    pub table: bool,
    /// Who does it, as it is recorded [default: the operator].
    #[arg(long, value_name = "NAME", value_parser = deklaro_console::line::name)]
    pub by: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro logs`
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: LogsWhat,
}

/// What can be done to log files.
#[derive(Debug, Subcommand)]
pub enum LogsWhat {
    /// Keep lines in full for 30 days, to 180 days with personal fields hashed, then not at all.
    Prune(PruneArgs),
}

/// `deklaro logs prune`
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Folder with .ndjson, .jsonl and .log files, rotated (.1, -20261101) and compressed (.gz) ones too.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Do it; without this only what would be done is shown.
    #[arg(long)]
    pub apply: bool,
    /// File with the key personal fields are hashed with, 16 bytes at least.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key_file: Option<PathBuf>,
    /// The key itself, from the environment alone.
    #[arg(long, env = "DEKLARO_LOG_KEY", hide = true, hide_env_values = true)]
    pub key: Option<String>,
    /// As of this moment, RFC 3339 [default: now].
    #[arg(long, value_name = "TIME", hide = true)]
    pub now: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro incident`
#[derive(Debug, Args)]
pub struct IncidentArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: IncidentWhat,
    /// Who does it, as it is recorded [default: the operator].
    #[arg(long, global = true, value_name = "NAME", value_parser = deklaro_console::line::name)]
    pub by: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub output: GlobalOutputArgs,
}

/// What can be done about incidents.
#[derive(Debug, Subcommand)]
pub enum IncidentWhat {
    /// Begin one: prints the template, filled with what is known; its postmortem is due in 72 hours.
    Open(OpenIncidentArgs),
    /// Write down what was found or done.
    Note {
        /// The incident.
        id: String,
        /// What was found or done.
        #[arg(long, value_parser = words)]
        text: String,
    },
    /// End one, with its postmortem: the filled template.
    Close {
        /// The incident.
        id: String,
        /// Markdown file with every section of the template filled.
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        postmortem: PathBuf,
    },
    /// List them; exit 1 when a postmortem is overdue.
    List {
        /// Only those that are not closed.
        #[arg(long)]
        open: bool,
        /// As of this moment, RFC 3339 [default: now]; what is written down has the time of the clock.
        #[arg(long, value_name = "TIME", hide = true)]
        now: Option<String>,
    },
}

/// `deklaro leases`
#[derive(Debug, Args)]
pub struct LeasesArgs {
    /// What to do.
    #[command(subcommand)]
    pub what: LeasesWhat,
    /// How results are printed.
    #[command(flatten)]
    pub output: GlobalOutputArgs,
}

/// What can be done about leases.
#[derive(Debug, Subcommand)]
pub enum LeasesWhat {
    /// List who is at work, on what, since when and until when.
    List,
    /// Take its lease from a run whose process is gone, or holds it for nothing; the registry records who did it and why.
    Break {
        /// The run.
        run: RunId,
        /// Why.
        #[arg(long, value_name = "TEXT", value_parser = deklaro_console::line::reason)]
        reason: String,
        /// Who does it, as it is recorded [default: the operator].
        #[arg(long, value_name = "NAME", value_parser = deklaro_console::line::name)]
        by: Option<String>,
    },
}

/// `deklaro incident open`
#[derive(Debug, Args)]
pub struct OpenIncidentArgs {
    /// What is wrong: the first line is the title, further ones stand below it.
    #[arg(long, value_parser = words)]
    pub text: String,
    /// The trace that the incident is about, as log lines name it.
    #[arg(long, value_name = "ID", value_parser = trace_id)]
    pub trace_id: Option<String>,
    /// Log file, or folder of log files, whose lines of that trace are shown.
    #[arg(long, value_name = "FILE|DIR", requires = "trace_id", value_hint = ValueHint::AnyPath)]
    pub logs: Option<PathBuf>,
}

/// How results are printed, behind any subcommand.
#[derive(Debug, Clone, Copy, Args)]
pub struct GlobalOutputArgs {
    /// Print one JSON document.
    #[arg(long, global = true)]
    pub json: bool,
}

fn trace_id(text: &str) -> Result<String, String> {
    let is_trace = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_trace { Ok(text.to_owned()) } else { Err("expected 32 hex digits".to_owned()) }
}

/// A text, as it is recorded.
fn words(text: &str) -> Result<String, String> {
    let is_text = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT;
    if is_text { Ok(text.to_owned()) } else { Err(format!("expected 1 to {LONGEST_TEXT} characters")) }
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser;

    fn parsed(words: &[&str]) -> Result<Cli, String> {
        Cli::try_parse_from([&["deklaro", "incident"], words].concat()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_has_the_time_of_the_clock() {
        let later = ["--now", "2099-01-01T00:00:00Z"];
        assert!(parsed(&[&["list"], &later[..]].concat()).is_ok());
        for words in [vec!["open", "--text", "x"], vec!["note", "INC-1", "--text", "x"]] {
            assert!(parsed(&words).is_ok(), "{words:?}");
            let behind = parsed(&[&words[..], &later].concat()).unwrap_err();
            assert!(behind.contains("unexpected argument '--now'"), "{behind}");
            assert!(parsed(&[&later, &words[..]].concat()).is_err(), "{words:?}");
        }
    }

    #[test]
    fn texts_and_names_say_something_and_have_an_end() {
        let open = |text: &str| parsed(&["open", "--text", text]).is_ok();
        let by = |name: &str| parsed(&["open", "--text", "x", "--by", name]).is_ok();
        assert!(open("two\nlines") && open(&"ä".repeat(10_000)));
        assert!(!open("") && !open(" \n") && !open(&"ä".repeat(10_001)));
        assert!(by("Åsa Ö.") && by(&"ä".repeat(100)));
        assert!(!by("") && !by(&"ä".repeat(101)) && !by("a\u{1b}[8m") && !by("a\u{202e}b"));
    }
}
