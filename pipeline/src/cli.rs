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

pub(crate) use deklaro_proving::night::{Readiness, ReadinessWhat};
pub(crate) use exec::{Commit, Exec, ExecStage, Months};
pub(crate) use inspect::{Eval, EvalFile, EvalWhat, Inspect, InspectWhat, Robots, RobotsCheck, RobotsWhat};
pub(crate) use judge::{Health, Report};
pub(crate) use operate::{Drill, Incident, IncidentWhat, Logs, LogsWhat, OpenIncident, Prune};
pub(crate) use record::{
    Artifact, Catalog, Decision, Diff, Expire, History, Rehearse, RehearseWhat, Show, Timestamp, Tsa, Vacuum,
    Verify,
};
pub(crate) use release::{
    Approve, Draft, Registry, RegistryWhat, Release, ReleaseGate, ReleaseShow, ReleaseWhat, Signer,
    Thresholds, ThresholdsWhat, Waive,
};
pub(crate) use service::{Serve, WorkerCommand, WorkerTools};
pub(crate) use shared::{Terms, Web};
pub(crate) use watch::{Audit, AuditWhat, Watching};

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
    /// How it lets itself be watched.
    #[command(flatten)]
    pub watching: Watching,
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
    /// Three months over a simulated Europe on this machine: the whole job in a minute, no network needed.
    Demo(Demo),
    /// A month's work: import, crawl, detect, compare, report, publish.
    Run(Run),
    /// Read the stored pages of a snapshot again, with today's rules, into a new snapshot; asks no server.
    Detect(Detect),
    /// Take workbooks into the store, or show with --dry-run what would be taken.
    Import(Import),
    /// List what was imported: when, how many rows, what was rejected.
    Sources(Sources),
    /// Show what a run would fetch first, writing nothing; or begin a run that several processes share, and cut its rounds.
    Plan(Plan),
    /// Do one stage, or a partition of one, as engines call it: over Arrow streams, or over a planned run.
    Exec(Exec),
    /// Merge the partitions of a shared run, check them, and publish.
    Commit(Commit),
    /// Ask DuckDB about a snapshot; every table is a view.
    Sql(Sql),
    /// Follow a host's verdict back to its page bytes and its spreadsheet row.
    Trace(Trace),
    /// Write what was asked of a host and what it answered, as a WARC file.
    Evidence(Evidence),
    /// Decide about robots.txt as the crawl does.
    Robots(Robots),
    /// Show what the detector sees.
    Inspect(Inspect),
    /// Measure how often the detector is right, on labelled pages or links.
    Eval(Eval),
    /// List what was published, withdrawn and deleted.
    #[command(alias = "log")]
    History(History),
    /// Show what a snapshot consists of.
    Show(Show),
    /// Compare two snapshots host by host.
    Diff(Diff),
    /// Check every file of a snapshot against its manifest.
    Verify(Verify),
    /// Have an authority sign when a snapshot's manifest was there.
    Timestamp(Timestamp),
    /// Make an earlier snapshot current again; nothing is moved or deleted.
    Rollback(Decision),
    /// Withdraw a snapshot; the one before it becomes current.
    Retract(Decision),
    /// Take a retraction or an expiry back.
    Restore(Decision),
    /// Mark old snapshots as past their retention; the current one never is.
    Expire(Expire),
    /// Delete the files of snapshots that were expired some days ago.
    Vacuum(Vacuum),
    /// Try out what must work when it is needed.
    Rehearse(Rehearse),
    /// Break something on purpose, in a store and a web of its own, and record how soon it is noticed and mended.
    Drill(Drill),
    /// Keep the record of what went wrong: from the first minute to the postmortem.
    Incident(Incident),
    /// Keep log files no longer than they may be kept.
    Logs(Logs),
    /// Judge the platform's health: the causes, each with its section of the runbook; exit 1 unless healthy.
    Health(Health),
    /// Judge whether a month or release may go out: test results, benches, advisories, checks; exit 1 unless all passed.
    Readiness(Readiness),
    /// Take a month from a complete snapshot to a published one: manifest, signatures, waivers, gate.
    Release(Release),
    /// Look at the registry of what was judged, approved, rehearsed and decided; nothing in it is ever changed.
    Registry(Registry),
    /// Show the thresholds, and put their changes on record.
    Thresholds(Thresholds),
    /// Check that what was recorded about a run is whole.
    Audit(Audit),
    /// Write the report of a snapshot as static pages with its downloads.
    Report(Report),
    /// Print a country's artifact.
    Artifact(Artifact),
    /// Write a small DuckDB file of views over a snapshot.
    Catalog(Catalog),
    /// Serve the record over HTTP, take scans on request and on schedule, and do them.
    Serve(Serve),
    /// Do the scans that are queued in the store.
    Worker(WorkerCommand),
    /// Serve the simulated Europe alone.
    Simweb(Simweb),
    /// Write a completion script.
    Completions {
        /// For this shell.
        shell: clap_complete::Shell,
    },
    /// Write the generated documents: column documentation, catalog, JSON schemas.
    #[command(hide = true)]
    Docs {
        /// Into this folder.
        #[arg(default_value = "schemas/docs")]
        folder: PathBuf,
    },
}

/// `deklaro demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Seed of the simulated Europe; the demo workbooks list the hosts of seed 7.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: Tsa,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro run`
#[derive(Debug, Args)]
pub struct Run {
    /// The month, `YYYY-MM`.
    #[arg(long, required_unless_present = "resume")]
    pub month: Option<RunMonth>,
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
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: Terms,
    /// How the web is reached.
    #[command(flatten)]
    pub web: Web,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: Tsa,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro detect`
#[derive(Debug, Args)]
pub struct Detect {
    /// Pages of this snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// Compare what these months' verdicts were with what they would be now; publishes nothing.
    #[arg(long, value_name = "MONTH..MONTH", conflicts_with = "snapshot")]
    pub snapshots: Option<Months>,
    /// Each month in so many partitions; `deklaro exec detect --snapshot S --partition K/N` does one elsewhere.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "snapshots", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub partitions: u32,
    /// Terms of one's own.
    #[command(flatten)]
    pub terms: Terms,
    /// Time stamps.
    #[command(flatten)]
    pub tsa: Tsa,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro import`
#[derive(Debug, Args)]
pub struct Import {
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

impl Import {
    /// True when what is read is kept.
    pub fn writes(&self) -> bool {
        !self.dry_run && !self.explain
    }
}

/// `deklaro sources`
#[derive(Debug, Args)]
pub struct Sources {
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// Only these countries.
    #[arg(long, value_delimiter = ',', value_name = "CC,…")]
    pub country: Vec<CountryCode>,
    /// List of workbooks, TOML or CSV [default: what `deklaro import` took into the store].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sources: Option<PathBuf>,
    /// Show how the first round is cut into so many partitions; with --month, begin a run that is shared in so many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub partitions: Option<u32>,
    /// The month of the run to begin, `YYYY-MM`.
    #[arg(long, requires = "partitions", conflicts_with = "run")]
    pub month: Option<RunMonth>,
    /// Put the last round of this shared run together, and cut the next.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["partitions", "country", "sources"])]
    pub run: Option<RunId>,
    /// Only this round: one that is cut already is told again.
    #[arg(long, requires = "run")]
    pub round: Option<i32>,
    /// Terms of one's own, for the run to begin.
    #[command(flatten)]
    pub terms: Terms,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro sql`
#[derive(Debug, Args)]
pub struct Sql {
    /// The query.
    pub query: String,
    /// Over this snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro trace`
#[derive(Debug, Args)]
pub struct Trace {
    /// A host, or the id of a record: of a host, fetch, sheet row or list, or the SHA-256 of a page.
    #[arg(required_unless_present = "metric", value_name = "HOST|ID")]
    pub what: Option<String>,
    /// A published number and its country, such as `found.AT`, or `found` for all countries.
    #[arg(long, value_name = "NAME[.CC]", conflicts_with = "what")]
    pub metric: Option<String>,
    /// In this snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro evidence`
#[derive(Debug, Args)]
pub struct Evidence {
    /// The host.
    pub host: HostKey,
    /// Into this file, compressed record by record; it is replaced where it exists.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub warc: PathBuf,
    /// In this snapshot [default: the current one].
    #[arg(long)]
    pub snapshot: Option<SnapshotId>,
    /// How results are printed.
    #[command(flatten)]
    pub output: Output,
}

/// `deklaro simweb`
#[derive(Debug, Args)]
pub struct Simweb {
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
