//! What the user can type about judging a month: health, the report.

use clap::{Args, ValueHint};
use deklaro_console::Output;
use deklaro_schemas::SnapshotId;
use std::path::PathBuf;

/// `deklaro health`
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// The snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// Months to compare with [default: as in the thresholds, 3].
    #[arg(long, value_name = "MONTHS", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=24))]
    pub window: Option<usize>,
    /// Write the same into this file, for Prometheus' textfile collector.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub prom: Option<PathBuf>,
    /// Judge as of this moment, RFC 3339 [default: now].
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Leave out what is about this machine and not about the record: the disk.
    #[arg(long)]
    pub without_machine: bool,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Write into this folder: new, empty, or with an older report.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// The snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}
