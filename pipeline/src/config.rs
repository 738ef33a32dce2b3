//! Flags over environment over file over defaults. The file is read as it stands; unknown keys stop the program at their line.

use crate::cli::{Cli, WebArgs};
use crate::readers::{papers, workbooks};
use anyhow::Context;
use deklaro_console::{LogFormat, Progress, Shutdown, UsageError, line};
use deklaro_crawl::{AddressRange, ConnectTo, CrawlConfig, HostPolicy, OptOut};
use deklaro_proving::Setup;
use deklaro_record::release::{Gate, GateFile};
use deklaro_record::timestamp::{TimestampConfig, TimestampFile};
use deklaro_report::Publication;
use deklaro_run::Tools;
use deklaro_schemas::{HostKey, Sha256};
use deklaro_service::ServeFile;
use deklaro_store::{Remote, Store, StoreLocation};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Looked for in the working directory when `--config` is not given.
const DEFAULT_FILE: &str = "deklaro.toml";
/// The store when nothing else is said.
const DEFAULT_STORE: &str = "data/lake";
/// Rounds of a run (design: entry and previous, candidates or probes, one more hop).
const DEFAULT_MAX_ROUNDS: i32 = 3;

/// The file, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    store: Option<StoreLocation>,
    work: Option<PathBuf>,
    sources: Option<PathBuf>,
    max_rounds: Option<i32>,
    operator: Option<String>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    #[serde(default)]
    crawl: CrawlFile,
    #[serde(default)]
    timestamp: TimestampFile,
    /// `[publication]`: who publishes the report's pages.
    #[serde(default)]
    publication: Publication,
    /// `[telemetry]`: how the program lets itself be watched.
    #[serde(default)]
    telemetry: deklaro_watch::File,
    /// `[serve]`: how the service is run.
    #[serde(default)]
    serve: ServeFile,
    /// `[gate]`: what a release needs before it goes out.
    #[serde(default)]
    gate: GateFile,
}

/// The `[crawl]` section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CrawlFile {
    user_agent: Option<String>,
    contact: Option<String>,
    max_in_flight: Option<usize>,
    gap_ms: Option<u64>,
    retries: Option<u32>,
    backoff_ms: Option<u64>,
    max_retry_after_ms: Option<u64>,
    max_crawl_delay_ms: Option<u64>,
    max_body_bytes: Option<usize>,
    connect_timeout_ms: Option<u64>,
    headers_timeout_ms: Option<u64>,
    body_timeout_ms: Option<u64>,
    dns_timeout_ms: Option<u64>,
    stall_timeout_ms: Option<u64>,
    drain_ms: Option<u64>,
    host_budget_ms: Option<u64>,
    breaker_after: Option<u32>,
    breaker_pause_ms: Option<u64>,
    per_address: Option<usize>,
    name_server: Option<SocketAddr>,
    /// Address ranges of one's own that no connection leads to.
    #[serde(default)]
    forbidden_ranges: Vec<AddressRange>,
    seed: Option<u64>,
    /// File with the hosts that asked not to be visited.
    opt_out: Option<PathBuf>,
    /// `[[crawl.host]]`: what differs for single hosts.
    #[serde(default)]
    host: Vec<HostFile>,
}

/// One `[[crawl.host]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostFile {
    name: HostKey,
    gap_ms: Option<u64>,
}

/// What the program works with.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Where everything is kept.
    pub store: StoreLocation,
    /// What a store in a bucket needs.
    pub remote: Remote,
    /// List of workbooks, where one is configured.
    pub sources: Option<PathBuf>,
    /// Rounds of a run at most.
    pub max_rounds: i32,
    /// Filter of the logs.
    pub log: String,
    /// Format of the logs.
    pub log_format: LogFormat,
    /// How to crawl.
    pub crawl: CrawlConfig,
    /// Who publishes the report's pages.
    pub publication: Publication,
    /// Who is asked for time stamps.
    pub timestamp: TimestampConfig,
    /// How the program lets itself be watched.
    pub telemetry: deklaro_watch::WatchSettings,
    /// How the service is run.
    pub serve: ServeFile,
    /// Who is at work, as the registry names them.
    pub operator: String,
    /// What a release needs before it goes out.
    pub gate: Gate,
}

impl Config {
    /// The tools of a run; the crawl is apart, commands set it up.
    pub(crate) fn tools<'a>(
        &'a self,
        store: &'a Store,
        crawl: &'a CrawlConfig,
        (progress, shutdown): (&'a Progress, &'a Shutdown),
    ) -> Tools<'a> {
        let (workbooks, publication, held_by) = (workbooks(), &self.publication, self.held_by());
        Tools { store, crawl, workbooks, papers: papers(), progress, shutdown, publication, held_by }
    }

    /// What trials are run with.
    pub(crate) fn setup(&self) -> Setup {
        Setup {
            store: self.store.clone(),
            remote: self.remote.clone(),
            max_rounds: self.max_rounds,
            crawl: self.crawl.clone(),
            workbooks: workbooks(),
            papers: papers(),
            publication: self.publication.clone(),
            operator: self.operator.clone(),
            gate: self.gate.clone(),
        }
    }

    /// Who holds a run's snapshot back; nobody where it may become current at once.
    pub(crate) fn held_by(&self) -> Option<&str> {
        self.gate.held_by(&self.operator)
    }
}

/// Resolves flags, environment (through clap), file and defaults.
pub(crate) fn resolve(cli: &Cli) -> anyhow::Result<Config> {
    let file = read_file(cli.config.as_deref())?;
    let max_rounds = file.max_rounds.unwrap_or(DEFAULT_MAX_ROUNDS);
    if !(1..=10).contains(&max_rounds) {
        return Err(UsageError::new(format!("max_rounds is `{max_rounds}`"), "expected 1 to 10").into());
    }
    let log_format = cli.log_format.or(file.log_format).unwrap_or(LogFormat::Human);
    // People see a line per step anyway; as JSON those lines are logs.
    let usual_log = if log_format == LogFormat::Json { "info" } else { "warn" };
    let store = cli.store.clone().or(file.store);
    let store = store.unwrap_or_else(|| StoreLocation::Folder(DEFAULT_STORE.into()));
    let work = cli.work.clone().or(file.work).unwrap_or_else(|| usual_work(&store));
    Ok(Config {
        remote: Remote {
            work,
            // An empty variable is one that is not set: workflows hand on secrets that are not there.
            settings: std::env::vars()
                .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty())
                .collect(),
        },
        store,
        sources: file.sources,
        max_rounds,
        log: cli.log.clone().or(file.log).unwrap_or_else(|| usual_log.to_owned()),
        log_format,
        crawl: crawl(file.crawl)?,
        publication: file.publication,
        timestamp: file.timestamp.into(),
        telemetry: deklaro_watch::WatchSettings::resolve(&(&cli.watching).into(), file.telemetry)?,
        serve: file.serve,
        operator: operator(cli.operator.clone().or(file.operator))?,
        gate: Gate::resolve(file.gate)?,
    })
}

/// The name that was given, else that of the account.
fn operator(given: Option<String>) -> Result<String, UsageError> {
    let account = || ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let name = given.or_else(account).filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned());
    if line::is_line(&name, line::NAME) {
        Ok(name)
    } else {
        Err(UsageError::new(format!("operator is `{name}`"), line::expected(line::NAME)))
    }
}

/// A folder of the user's own for each store, that is still there after a restart.
fn usual_work(store: &StoreLocation) -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    let name = Sha256::of(store.to_string().as_bytes());
    cache.unwrap_or_else(std::env::temp_dir).join("deklaro").join(&name.as_str()[..16])
}

fn read_file(given: Option<&Path>) -> anyhow::Result<ConfigFile> {
    let path = given.unwrap_or(Path::new(DEFAULT_FILE));
    if given.is_none() && !path.exists() {
        return Ok(ConfigFile::default());
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| UsageError::new(format!("`{}`: {error}", path.display()), "expected a TOML file"))?;
    toml::from_str(&text).with_context(|| format!("configuration `{}`", path.display()))
}

fn crawl(file: CrawlFile) -> anyhow::Result<CrawlConfig> {
    let mut config = CrawlConfig::default();
    let millis = |value: u64| Duration::from_millis(value);
    config.contact = file.contact.or(config.contact);
    set(&mut config.user_agent, file.user_agent);
    set(&mut config.max_in_flight, file.max_in_flight);
    set(&mut config.gap, file.gap_ms.map(millis));
    set(&mut config.retries, file.retries);
    set(&mut config.backoff, file.backoff_ms.map(millis));
    set(&mut config.max_retry_after, file.max_retry_after_ms.map(millis));
    set(&mut config.max_crawl_delay, file.max_crawl_delay_ms.map(millis));
    set(&mut config.max_body_bytes, file.max_body_bytes);
    set(&mut config.connect_timeout, file.connect_timeout_ms.map(millis));
    set(&mut config.headers_timeout, file.headers_timeout_ms.map(millis));
    set(&mut config.body_timeout, file.body_timeout_ms.map(millis));
    set(&mut config.dns_timeout, file.dns_timeout_ms.map(millis));
    set(&mut config.stall_timeout, file.stall_timeout_ms.map(millis));
    set(&mut config.host_budget, file.host_budget_ms.map(millis));
    set(&mut config.drain, file.drain_ms.map(millis));
    set(&mut config.breaker_after, file.breaker_after);
    set(&mut config.breaker_pause, file.breaker_pause_ms.map(millis));
    set(&mut config.per_address, file.per_address);
    set(&mut config.seed, file.seed);
    config.forbidden_ranges = file.forbidden_ranges;
    config.name_server = file.name_server.or(config.name_server);
    let policy = |host: HostFile| (host.name, HostPolicy { gap: host.gap_ms.map(millis) });
    config.hosts = file.host.into_iter().map(policy).collect();
    if let Some(path) = &file.opt_out {
        config.opt_out = opt_out(path)?;
    }
    Ok(config)
}

/// Who asked not to be visited. A list that cannot be read stops the program: without it they would be visited.
fn opt_out(path: &Path) -> anyhow::Result<OptOut> {
    let usage = |problem: String| {
        UsageError::new(problem, "expected a text file with a host, or `*.` and a domain, a line")
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| usage(format!("`crawl.opt_out` is `{}`: {error}", path.display())))?;
    Ok(OptOut::parse(&text).map_err(|error| usage(format!("`{}`: {error}", path.display())))?)
}

fn set<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

/// The crawl settings with the command's own flags over them.
pub(crate) fn with_web(mut crawl: CrawlConfig, web: &WebArgs) -> anyhow::Result<CrawlConfig> {
    set(&mut crawl.gap, web.gap_ms.map(Duration::from_millis));
    set(&mut crawl.max_in_flight, web.max_in_flight);
    if let Some([http, https]) = web.connect_to.as_deref() {
        crawl.connect_to = Some(ConnectTo { http: *http, https: *https });
    }
    if let Some(path) = &web.ca {
        let pem = std::fs::read_to_string(path).map_err(|error| {
            UsageError::new(format!("`{}`: {error}", path.display()), "expected a PEM file")
        })?;
        crawl.extra_ca_pem = Some(pem);
    }
    Ok(crawl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error =
            toml::from_str::<ConfigFile>("max_rounds = 2\n[crawl]\ngap = 5\n").unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("gap"), "{error}");
    }

    #[test]
    fn the_file_changes_only_what_it_names() {
        let file: ConfigFile = toml::from_str("[crawl]\ngap_ms = 250\n").unwrap();
        let config = crawl(file.crawl).unwrap();
        assert_eq!(config.gap, Duration::from_millis(250));
        assert_eq!(config.max_in_flight, CrawlConfig::default().max_in_flight);
    }

    #[test]
    fn hosts_may_have_a_pace_of_their_own_and_others_opt_out() {
        let list = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(list.path(), "*.out.example.eu\n").unwrap();
        let text = format!(
            "[crawl]\nopt_out = {:?}\n[[crawl.host]]\nname = \"Central.example.eu\"\ngap_ms = 5000\n",
            list.path()
        );
        let config = crawl(toml::from_str::<ConfigFile>(&text).unwrap().crawl).unwrap();
        let host = |name| HostKey::parse(name).unwrap();
        assert_eq!(config.hosts[&host("central.example.eu")].gap, Some(Duration::from_secs(5)));
        assert!(config.opt_out.holds(&host("a.out.example.eu")));
    }

    #[test]
    fn an_opt_out_list_that_cannot_be_read_stops_the_program() {
        let file = CrawlFile { opt_out: Some("no/such/list".into()), ..CrawlFile::default() };
        assert!(crawl(file).unwrap_err().to_string().contains("no/such/list"));
    }
}
