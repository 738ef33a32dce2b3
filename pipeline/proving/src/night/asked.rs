//! What the user can type about readiness.

use clap::{Args, Subcommand, ValueHint};
use deklaro_console::Output;
use deklaro_schemas::SnapshotId;
use std::path::PathBuf;

/// `deklaro readiness`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReadinessArgs {
    /// Something else than the scorecard.
    #[command(subcommand)]
    pub what: Option<ReadinessWhat>,
    /// Folder with results: tests.txt, junit.xml, bench.json, audit.json, deny.json, e2e.json; what is missing is not checked.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub results: Option<PathBuf>,
    /// TOML file with waivers: `[[waiver]]` with suite, reason, approved_by and expires_on.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
    /// Checks of this snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// Name of the release [default: the snapshot].
    #[arg(long)]
    pub release: Option<String>,
    /// Who answers for it.
    #[arg(long, default_value = "operator")]
    pub owner: String,
    /// Judge as of this moment, RFC 3339 [default: now].
    #[arg(long, value_name = "TIME", conflicts_with = "record")]
    pub at: Option<String>,
    /// Put the scorecard and its suites on record: the gate of the release looks at them.
    #[arg(long)]
    pub record: bool,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// What readiness can do beside the scorecard.
#[derive(Debug, Subcommand)]
pub enum ReadinessWhat {
    /// Walk the whole way once over the simulated Europe: workbook, run, artifact, read back, report.
    E2e(EndToEndArgs),
    /// The nightly run: tests, walk, service, scorecard, metrics, logs and manifest, in one folder.
    Run(ReadinessRunArgs),
}

/// `deklaro readiness e2e`
#[derive(Debug, Args)]
pub struct EndToEndArgs {
    /// Write the summary here, as `e2e.json` for `deklaro readiness --results`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Write the spans of its run here.
    #[arg(long, value_name = "FILE", hide = true)]
    pub spans: Option<PathBuf>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro readiness run`
#[derive(Debug, Args)]
pub struct ReadinessRunArgs {
    /// Into this folder, new or empty [default: readiness-YYYY-MM-DD].
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Run the tests of this workspace with cargo; without, only `--results` tell of tests.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub workspace: Option<PathBuf>,
    /// So often; from two on, tests that pass only sometimes are seen.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub times: u32,
    /// Folder with results from elsewhere, as for `deklaro readiness`.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub results: Option<PathBuf>,
    /// TOML file with waivers, as for `deklaro readiness`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
    /// Who answers for it.
    #[arg(long, default_value = "operator")]
    pub owner: String,
    /// Who does it, as it is recorded [default: the operator].
    #[arg(long, value_name = "NAME", value_parser = deklaro_console::line::name)]
    pub by: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}
