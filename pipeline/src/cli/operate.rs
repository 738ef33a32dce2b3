//! What the user can type about keeping it all going: drills, incidents, logs.

use super::Output;
use crate::drill::DrillName;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// `deklaro drill`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct Drill {
    /// These drills.
    #[arg(value_name = "NAME", group = "which")]
    pub names: Vec<DrillName>,
    /// Every drill.
    #[arg(long, group = "which")]
    pub all: bool,
    /// Do none; print the table of recovery times of RUNBOOK.md, from the last recorded drill of each name.
    #[arg(long, group = "which")]
    pub table: bool,
    /// Who does it, as it is recorded.
    #[arg(long, env = "USER", value_name = "NAME", default_value = "operator")]
    pub by: String,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro logs`
#[derive(Debug, Args)]
pub struct Logs {
    /// What to do.
    #[command(subcommand)]
    pub what: LogsWhat,
}

/// What can be done to log files.
#[derive(Debug, Subcommand)]
pub enum LogsWhat {
    /// Keep lines in full for 30 days, to 180 days with personal fields hashed, then not at all.
    Prune(Prune),
}

/// `deklaro logs prune`
#[derive(Debug, Args)]
pub struct Prune {
    /// Folder with .ndjson, .jsonl and .log files.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Do it; without, only say what would be done.
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
pub struct Incident {
    /// What to do.
    #[command(subcommand)]
    pub what: IncidentWhat,
    /// Who does it, as it is recorded.
    #[arg(long, global = true, env = "USER", value_name = "NAME", default_value = "operator")]
    pub by: String,
    /// As of this moment, RFC 3339 [default: now].
    #[arg(long, global = true, value_name = "TIME", hide = true)]
    pub now: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub output: GlobalOutput,
}

/// What can be done about incidents.
#[derive(Debug, Subcommand)]
pub enum IncidentWhat {
    /// Begin one: prints the template, filled with what is known; its postmortem is due in 72 hours.
    Open(OpenIncident),
    /// Write down what was found or done.
    Note {
        /// The incident.
        id: String,
        /// What.
        #[arg(long)]
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
    },
}

/// `deklaro incident open`
#[derive(Debug, Args)]
pub struct OpenIncident {
    /// What is wrong, in a line.
    #[arg(long)]
    pub text: String,
    /// The trace it is about, as log lines name it.
    #[arg(long, value_name = "ID", value_parser = trace_id)]
    pub trace_id: Option<String>,
    /// Log file, or folder of log files, whose lines of that trace are shown.
    #[arg(long, value_name = "FILE|DIR", requires = "trace_id", value_hint = ValueHint::AnyPath)]
    pub logs: Option<PathBuf>,
}

/// How results are printed, behind any subcommand.
#[derive(Debug, Clone, Copy, Args)]
pub struct GlobalOutput {
    /// Print one JSON document.
    #[arg(long, global = true)]
    pub json: bool,
}

fn trace_id(text: &str) -> Result<String, String> {
    let is_trace = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_trace { Ok(text.to_owned()) } else { Err("expected 32 hex digits".to_owned()) }
}
