//! The arguments of `deklaro exec` and `deklaro commit`, and the months that `A..B` names.

use super::shared::{TermsArgs, WebArgs};
use clap::{Args, ValueEnum, ValueHint};
use deklaro_console::Output;
use deklaro_run::PartitionOf;
use deklaro_schemas::{RunId, RunMonth, SnapshotId};
use std::path::PathBuf;

/// `deklaro exec`
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// The stage.
    pub stage: ExecStage,
    /// Stream mode: an Arrow IPC stream on stdin, one on stdout.
    #[arg(long, conflicts_with_all = ["run", "partition"], required_unless_present_any = ["partition", "tables"])]
    pub arrow_ipc: bool,
    /// Tables mode: a folder like a snapshot's `tables`, with a folder of Parquet files for each table that the stage takes. They may
    /// be larger than memory.
    #[arg(long, value_name = "FOLDER", requires = "out", conflicts_with_all = ["arrow_ipc", "run", "partition"], value_hint = ValueHint::DirPath)]
    pub tables: Option<PathBuf>,
    /// Tables mode: the same folder of last month, whose `hosts` are read; leave it out for a first month.
    #[arg(long, value_name = "FOLDER", requires = "tables", value_hint = ValueHint::DirPath)]
    pub last: Option<PathBuf>,
    /// Tables mode: the folder to make for the results.
    #[arg(long, value_name = "FOLDER", requires = "tables", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Tables mode: rows of the largest table worked on at once; memory depends on it.
    #[arg(long, value_name = "N", default_value_t = 250_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub rows_at_once: u32,
    /// File mode: work on a partition of this run, which `deklaro plan` has cut.
    #[arg(long, value_name = "RUN", requires = "partition", conflicts_with = "snapshot")]
    pub run: Option<RunId>,
    /// File mode: read a partition of this snapshot's pages; for `diff` in stream mode, the snapshot that is made.
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// Which partition, counted from 0, of how many.
    #[arg(long, value_name = "K/N")]
    pub partition: Option<PartitionOf>,
    /// The round: which `frontier` is to make, or which `crawl` is to work on [default for crawl: the last one planned].
    #[arg(long)]
    pub round: Option<i32>,
    /// The month of the verdicts, `YYYY-MM`.
    #[arg(long)]
    pub month: Option<RunMonth>,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// How the web is reached.
    #[command(flatten)]
    pub web: WebArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// The stages that can be done by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExecStage {
    /// Turn workbooks into sources, seeds and rejects.
    Import,
    /// Turn seeds and last month's hosts into targets.
    Targets,
    /// Choose what to fetch in a round.
    Frontier,
    /// Fetch and read a partition of a round; file mode only.
    Crawl,
    /// Turn pages into readings and candidates.
    Detect,
    /// Turn all that is known of a host into its verdict.
    Verdicts,
    /// Turn verdicts and last month's hosts into hosts and changes.
    Diff,
}

/// From one month to another: `2026-01..2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    /// The first.
    pub first: RunMonth,
    /// The last.
    pub last: RunMonth,
}

impl std::str::FromStr for Months {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").ok_or("expected two months, as 2026-01..2026-11")?;
        let month = |text: &str| RunMonth::parse(text).map_err(|error| error.to_string());
        let (first, last) = (month(first)?, month(last)?);
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err("the first month is after the last".to_owned())
        }
    }
}

/// `deklaro commit`
#[derive(Debug, Args)]
pub struct CommitArgs {
    /// The run whose partitions are done.
    #[arg(long, value_name = "RUN")]
    pub run: RunId,
    /// Why fewer hosts are known, attempted or read than last month; without it such a run is not published.
    #[arg(long, value_name = "TEXT")]
    pub coverage_reason: Option<String>,
    /// How the web was reached, as the run's settings record it.
    #[command(flatten)]
    pub web: WebArgs,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: super::record::TsaArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_come_in_order() {
        let months: Months = "2026-01..2026-11".parse().unwrap();
        assert_eq!((months.first.as_str(), months.last.as_str()), ("2026-01", "2026-11"));
        for text in ["2026-02..2026-01", "2026-01", "2026-13..2027-01"] {
            assert!(text.parse::<Months>().is_err(), "{text}");
        }
    }
}
