//! What the user can type. Only what was typed: defaults that depend on the configuration file are resolved in `config`.

mod exec;
mod groups;
mod inspect;
mod judge;
mod operate;
mod record;
mod release;
mod service;
mod shared;
mod watch;

pub(crate) use deklaro_proving::night::{ReadinessArgs, ReadinessWhat};
pub(crate) use exec::{CommitArgs, ExecArgs, ExecStage, Months};
pub(crate) use inspect::{
    EvalArgs, EvalFileArgs, EvalWhat, InspectArgs, InspectWhat, RobotsArgs, RobotsCheckArgs, RobotsWhat,
};
pub(crate) use judge::{HealthArgs, ReportArgs};
pub(crate) use operate::{
    DrillArgs, IncidentArgs, IncidentWhat, LeasesArgs, LeasesWhat, LogsArgs, LogsWhat, OpenIncidentArgs,
    PruneArgs,
};
pub(crate) use record::{
    ArtifactArgs, CatalogArgs, DecisionArgs, DiffArgs, ExpireArgs, HistoryArgs, RehearseArgs, RehearseWhat,
    ShowArgs, TimestampArgs, TsaArgs, VacuumArgs, VerifyArgs,
};
pub(crate) use release::{
    ApproveArgs, DraftArgs, RegistryArgs, RegistryWhat, ReleaseArgs, ReleaseGateArgs, ReleaseShowArgs,
    ReleaseWhat, ThresholdsArgs, ThresholdsWhat, WaiveArgs,
};
pub(crate) use service::{ServeArgs, WorkerCommand, WorkerToolsArgs};
pub(crate) use shared::{TermsArgs, WebArgs};
pub(crate) use watch::{AuditArgs, AuditWhat, WatchingArgs};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use deklaro_console::{LogFormat, Output};
use deklaro_schemas::codes::SourceType;
use deklaro_schemas::{CountryCode, HostKey, RunId, RunMonth, SnapshotId};
use deklaro_store::StoreLocation;
use std::path::PathBuf;

/// Finds the accessibility statement of every public-sector website in Europe, reads it, and keeps a monthly record.
#[derive(Debug, Parser)]
#[command(name = "deklaro", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// Where snapshots, evidence and refs are kept: a folder, or `s3://bucket/prefix` with the AWS_… variables
    /// [default: data/lake].
    #[arg(long, global = true, env = "DEKLARO_STORE", value_name = "PATH|URL", value_hint = ValueHint::DirPath)]
    pub store: Option<StoreLocation>,
    /// Local folder for work in progress and copies, where the store is a bucket [default: one in the user's cache].
    #[arg(long, global = true, env = "DEKLARO_WORK", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub work: Option<PathBuf>,
    /// Configuration file [default: deklaro.toml where it exists].
    #[arg(long, global = true, env = "DEKLARO_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// How logs on stderr are written.
    #[arg(long, global = true, env = "DEKLARO_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Which logs are written, as `tracing` filters: `info`, `deklaro_crawl=debug`; `info` for JSON, else `warn`.
    #[arg(long, global = true, env = "DEKLARO_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Who is at work, as the registry names them [default: the account].
    #[arg(long, global = true, env = "DEKLARO_OPERATOR", value_name = "NAME", hide_short_help = true)]
    pub operator: Option<String>,
    /// How the program lets itself be watched.
    #[command(flatten)]
    pub watching: WatchingArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 a check failed, 2 usage or configuration, 65 bad input, 69 unavailable, \
75 try again, 130/143 interrupted and resumable.";

/// The commands.
#[derive(Debug, Subcommand, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Command {
    /// Run three months over a simulated Europe on this machine; needs no network.
    Demo(DemoArgs),
    /// Run a month: import, crawl, detect, compare, report, publish.
    Run(RunArgs),
    /// Read the stored pages of a snapshot again, with today's rules, into a new snapshot; asks no server.
    Detect(DetectArgs),
    /// Take workbooks into the store, or show with --dry-run what would be taken.
    Import(ImportArgs),
    /// List what was imported: when, how many rows, what was rejected.
    Sources(SourcesArgs),
    /// Show what a run would fetch first, writing nothing; or begin a run that several processes share, and cut its rounds.
    Plan(PlanArgs),
    /// Do one stage as engines call it: over Arrow streams, over tables, or over one partition of a planned run.
    Exec(ExecArgs),
    /// Merge the partitions of a shared run, check them, and publish.
    Commit(CommitArgs),
    /// Ask DuckDB about a snapshot; every table is a view.
    Sql(SqlArgs),
    /// Follow a host's verdict back to its page bytes and its spreadsheet row.
    Trace(TraceArgs),
    /// Write what was asked of a host and what it answered, as a WARC file.
    Evidence(EvidenceArgs),
    /// Decide about robots.txt as the crawl does.
    Robots(RobotsArgs),
    /// Show what the detector sees.
    Inspect(InspectArgs),
    /// Measure how often the detector is right, on labelled pages or links.
    Eval(EvalArgs),
    /// List what was published, withdrawn and deleted.
    #[command(alias = "log")]
    History(HistoryArgs),
    /// Show what a snapshot consists of.
    Show(ShowArgs),
    /// Compare two snapshots host by host.
    Diff(DiffArgs),
    /// Check every file of a snapshot against its manifest.
    Verify(VerifyArgs),
    /// Have an authority sign that a snapshot's manifest existed at this time.
    Timestamp(TimestampArgs),
    /// Make an earlier snapshot current again; nothing is moved or deleted.
    Rollback(DecisionArgs),
    /// Withdraw a snapshot; the one before it becomes current.
    Retract(DecisionArgs),
    /// Take a retraction or an expiry back.
    Restore(DecisionArgs),
    /// Mark old snapshots as past their retention; the current one never is.
    Expire(ExpireArgs),
    /// Delete the files of snapshots that were expired some days ago.
    Vacuum(VacuumArgs),
    /// Rehearse what must work when it is needed.
    Rehearse(RehearseArgs),
    /// Break something on purpose, in a store and a web of its own, and record how soon it is noticed and mended.
    Drill(DrillArgs),
    /// Keep the record of what went wrong: from the first minute to the postmortem.
    Incident(IncidentArgs),
    /// Keep log files no longer than they may be kept.
    Logs(LogsArgs),
    /// Show who is at work on which countries, and break a lease that is held for nothing.
    Leases(LeasesArgs),
    /// Judge the platform's health and name each cause with its runbook section; exit 1 unless healthy.
    Health(HealthArgs),
    /// Judge whether a month or release may go out: test results, benches, advisories, checks; exit 1 unless all passed.
    Readiness(ReadinessArgs),
    /// Take a month from a complete snapshot to a published one: manifest, signatures, waivers, gate.
    Release(ReleaseArgs),
    /// Look at the registry of what was judged, approved, rehearsed and decided; nothing in it is ever changed.
    Registry(RegistryArgs),
    /// Show the thresholds, and put their changes on record.
    Thresholds(ThresholdsArgs),
    /// Check that what was recorded about a run is whole.
    Audit(AuditArgs),
    /// Write the report of a snapshot as static pages with its downloads.
    Report(ReportArgs),
    /// Print a country's artifact.
    Artifact(ArtifactArgs),
    /// Write a small DuckDB file of views over a snapshot.
    Catalog(CatalogArgs),
    /// Serve the record over HTTP, take scans on request and on schedule, and do them.
    Serve(ServeArgs),
    /// Do the scans that are queued in the store.
    Worker(WorkerCommand),
    /// Serve the simulated Europe alone.
    Simweb(SimwebArgs),
    /// Write a completion script.
    Completions {
        /// For this shell.
        shell: clap_complete::Shell,
    },
    /// Write the generated documents: column documentation, catalog, JSON schemas.
    #[command(hide = true)]
    Docs {
        /// Write into this folder.
        #[arg(default_value = "schemas/docs")]
        folder: PathBuf,
    },
}

/// `deklaro demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Seed of the simulated Europe; the demo workbooks list the hosts of seed 7.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: TsaArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The month, `YYYY-MM`.
    #[arg(long, required_unless_present = "resume")]
    pub month: Option<RunMonth>,
    /// Run a month beyond the next one; no earlier month can be run once it is published.
    #[arg(long, requires = "month")]
    pub future: bool,
    /// Only these countries; the others' rows are carried forward.
    #[arg(long, value_delimiter = ',', value_name = "CC,…")]
    pub country: Vec<CountryCode>,
    /// List of workbooks, TOML or CSV [default: what `deklaro import` took into the store].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sources: Option<PathBuf>,
    /// Go on with a run that was stopped or killed.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["month", "country", "sources", "glossary"])]
    pub resume: Option<RunId>,
    /// Why fewer hosts are known, attempted or read than last month; without it such a run is not published.
    #[arg(long, value_name = "TEXT")]
    pub coverage_reason: Option<String>,
    /// Wait for a lease that nobody renews, as its process may be gone; without it the run ends with exit code 75.
    #[arg(long)]
    pub wait_lease: bool,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// How the web is reached.
    #[command(flatten)]
    pub web: WebArgs,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: TsaArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro detect`
#[derive(Debug, Args)]
pub struct DetectArgs {
    /// The snapshot whose pages are read [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// Compare what these months' verdicts were with what they would be now; publishes nothing.
    #[arg(long, value_name = "MONTH..MONTH", conflicts_with = "snapshot")]
    pub snapshots: Option<Months>,
    /// Cut each month into so many partitions; `deklaro exec detect --snapshot S --partition K/N` does one elsewhere.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "snapshots", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub partitions: u32,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: TsaArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Workbooks, text tables, lists of hosts, gzip or zip of these, and folders of them.
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Show what would be taken; write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Show how each list is understood, and why; write nothing.
    #[arg(long)]
    pub explain: bool,
    /// Which columns hold what, as `host=B,country=AT`, or a column map like those in data/maps (a .toml file).
    #[arg(long, value_name = "COLUMNS|FILE")]
    pub map: Option<String>,
    /// The list in the store, by file name, of which this is a newer edition.
    #[arg(long, value_name = "NAME")]
    pub replaces: Option<String>,
    /// Country of rows that name none.
    #[arg(long, value_name = "CC")]
    pub country: Option<CountryCode>,
    /// Where the list can be had; `sources.toml` or `sources.csv` beside the files is looked at first.
    #[arg(long, value_name = "URL")]
    pub reference: Option<String>,
    /// Who keeps the list.
    #[arg(long)]
    pub publisher: Option<String>,
    /// official, curated, archive or other.
    #[arg(long, default_value = "other")]
    pub source_type: SourceType,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

impl ImportArgs {
    /// True when what is read is kept.
    pub fn writes(&self) -> bool {
        !self.dry_run && !self.explain
    }
}

/// `deklaro sources`
#[derive(Debug, Args)]
pub struct SourcesArgs {
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Only these countries.
    #[arg(long, value_delimiter = ',', value_name = "CC,…")]
    pub country: Vec<CountryCode>,
    /// List of workbooks, TOML or CSV [default: what `deklaro import` took into the store].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sources: Option<PathBuf>,
    /// Show how the first round is cut into so many partitions; with --month, begin a run that is cut so.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub partitions: Option<u32>,
    /// The month of the run to begin, `YYYY-MM`.
    #[arg(long, requires = "partitions", conflicts_with = "run")]
    pub month: Option<RunMonth>,
    /// Begin the run of a month beyond the next one; no earlier month can be run once it is published.
    #[arg(long, requires = "month")]
    pub future: bool,
    /// Put the last round of this shared run together, and cut the next.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["partitions", "country", "sources"])]
    pub run: Option<RunId>,
    /// Only this round: one that is cut already is told again.
    #[arg(long, requires = "run")]
    pub round: Option<i32>,
    /// Terms of one's own, for the run to begin.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro sql`
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The query.
    pub query: String,
    /// The snapshot to query [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro trace`
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// A host, or the id of a record: of a host, fetch, sheet row or list, or the SHA-256 of a page.
    #[arg(required_unless_present = "metric", value_name = "HOST|ID")]
    pub what: Option<String>,
    /// A published number and its country, such as `found.AT`, or `found` for all countries.
    #[arg(long, value_name = "NAME[.CC]", conflicts_with = "what")]
    pub metric: Option<String>,
    /// The snapshot to look in [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro evidence`
#[derive(Debug, Args)]
pub struct EvidenceArgs {
    /// The host.
    pub host: HostKey,
    /// Write into this file, compressed record by record; an older one is replaced.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub warc: PathBuf,
    /// The snapshot to look in [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro simweb`
#[derive(Debug, Args)]
pub struct SimwebArgs {
    /// Invented hosts to list; the server answers for any other host name too.
    #[arg(long, default_value_t = 320)]
    pub hosts: usize,
    /// Port for http on 127.0.0.1; https is on the next one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Seed of the simulated Europe.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Month served, from 1.
    #[arg(long, default_value_t = 1)]
    pub month: u32,
    /// Hosts that mean harm: bombs, dear pages, tarpits.
    #[arg(long, value_name = "SHARE", default_value = "0%")]
    pub harm: deklaro_simweb::Share,
    /// Write the throw-away CA's certificate here, for `deklaro run --ca`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_out: Option<PathBuf>,
    /// Write the list of hosts here, as a workbook for `deklaro import`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub list_out: Option<PathBuf>,
}

/// The command line as clap has it, its commands grouped for `--help`.
pub(crate) fn command() -> clap::Command {
    let command = Cli::command();
    let template = groups::template(&command);
    command.help_template(template)
}

impl Cli {
    /// Reads what was typed.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let mut command = command();
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
