//! How the service is run: flags and `[serve]` of the configuration file over defaults.

use super::schedule::{Cadence, Schedule};
use deklaro_console::{Progress, UsageError, descriptors};
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Descriptors for all but the connections: probes, spare places, files of the store, the runtime.
const RESERVED: usize = 256;
/// Descriptors that the crawl of a worker in the same process takes.
const FOR_A_WORKER: usize = 768;

/// The `[serve]` section.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeFile {
    listen: Option<SocketAddr>,
    probes: Option<SocketAddr>,
    trusted_proxies: Option<Vec<IpNet>>,
    public_metrics: Option<bool>,
    token_file: Option<PathBuf>,
    schedule: Option<String>,
    cadence: Option<Cadence>,
    requests_per_second: Option<NonZeroU32>,
    max_in_flight: Option<usize>,
    max_connections: Option<usize>,
    request_timeout_ms: Option<u64>,
    cache_mb: Option<u64>,
    poll_ms: Option<u64>,
    drain_delay_ms: Option<u64>,
    deadline_ms: Option<u64>,
    heartbeat_ms: Option<u64>,
    attempts: Option<u32>,
    retry_ms: Option<u64>,
}

/// What was typed about the service.
#[derive(Debug, Clone, Default)]
pub struct ServeFlags {
    /// Where it listens.
    pub listen: Option<SocketAddr>,
    /// Where it answers probes and scrapes, apart from everybody else.
    pub probes: Option<SocketAddr>,
    /// File with the token scans are asked for with.
    pub token_file: Option<PathBuf>,
    /// When runs of all countries are asked for, as a cron expression.
    pub schedule: Option<String>,
    /// The same in a word.
    pub cadence: Option<Cadence>,
}

/// How the service is run.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// Where it listens: on this machine only unless told otherwise.
    pub listen: SocketAddr,
    /// Where it answers probes and scrapes, apart from everybody else; nowhere unless told.
    pub probes: Option<SocketAddr>,
    /// Proxies that are believed about the client that asks, and that share no limit of connections.
    pub trusted_proxies: Vec<IpNet>,
    /// True where everybody may read what is measured.
    pub has_public_metrics: bool,
    /// File with the token scans are asked for with.
    pub token_file: Option<PathBuf>,
    /// When runs of all countries are asked for.
    pub schedule: Option<Schedule>,
    /// Requests per second of one client.
    pub requests_per_second: NonZeroU32,
    /// Requests answered at once.
    pub max_in_flight: usize,
    /// Connections held at once.
    pub max_connections: usize,
    /// A request that takes longer is given up.
    pub request_timeout: Duration,
    /// Bytes of artifacts held in memory.
    pub cache_bytes: u64,
    /// How often store and queue are looked at.
    pub poll: Duration,
    /// After the signal to stop, connections are taken for so long.
    pub drain_delay: Duration,
    /// After the signal to stop, the process ends within this.
    pub deadline: Duration,
    /// How often a worker says that it lives.
    pub heartbeat: Duration,
    /// A run that fails for a reason that may pass is tried so often.
    pub attempts: u32,
    /// Time until the second attempt; twice as long until the third.
    pub retry: Duration,
}

impl ServiceSettings {
    /// Flags over file over defaults.
    pub fn resolve(flags: Option<&ServeFlags>, file: &ServeFile) -> anyhow::Result<Self> {
        let millis = |given: Option<u64>, usual: u64| Duration::from_millis(given.unwrap_or(usual));
        let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, 8_000));
        Ok(Self {
            listen: flags.and_then(|flags| flags.listen).or(file.listen).unwrap_or(usual),
            probes: flags.and_then(|flags| flags.probes).or(file.probes),
            trusted_proxies: file.trusted_proxies.clone().unwrap_or_default(),
            has_public_metrics: file.public_metrics.unwrap_or(false),
            token_file: flags.and_then(|flags| flags.token_file.clone()).or(file.token_file.clone()),
            schedule: schedule(flags, file)?,
            requests_per_second: file
                .requests_per_second
                .unwrap_or(NonZeroU32::new(1_000).expect("not zero")),
            max_in_flight: file.max_in_flight.unwrap_or(512).max(1),
            max_connections: file.max_connections.unwrap_or(2_048).max(1),
            request_timeout: millis(file.request_timeout_ms, 30_000),
            cache_bytes: file.cache_mb.unwrap_or(128) << 20,
            poll: millis(file.poll_ms, 2_000),
            drain_delay: millis(file.drain_delay_ms, 1_000),
            deadline: millis(file.deadline_ms, 30_000),
            heartbeat: millis(file.heartbeat_ms, 10_000),
            attempts: file.attempts.unwrap_or(3).max(1),
            retry: millis(file.retry_ms, 30_000),
        })
    }

    /// The same for as many files as this process may have open, its soft limit raised as far as that goes. It says so where
    /// fewer connections fit than were asked for.
    #[must_use]
    pub fn fitted(self, has_worker: bool, progress: &Progress) -> Self {
        let Some(limit) = descriptors::raised() else { return self };
        let fitting = connections_within(limit, has_worker);
        if fitting >= self.max_connections {
            return self;
        }
        progress.say(&format!(
            "only {limit} files may be open at once: {fitting} connections are held instead of {}; `ulimit -n {}` before the start \
             makes room for all",
            self.max_connections,
            self.max_connections + reserved(has_worker)
        ));
        Self { max_connections: fitting, ..self }
    }
}

/// Descriptors for all that is open beside the connections.
fn reserved(has_worker: bool) -> usize {
    RESERVED + if has_worker { FOR_A_WORKER } else { 0 }
}

/// Connections for which there is room beside all else that is open. Where the limit is too low for both, the crawl goes first:
/// a sixteenth is left to the connections.
fn connections_within(limit: usize, has_worker: bool) -> usize {
    limit.saturating_sub(reserved(has_worker)).max(limit / 16).max(1)
}

/// Of expression and cadence one; flags before the file.
fn schedule(flags: Option<&ServeFlags>, file: &ServeFile) -> anyhow::Result<Option<Schedule>> {
    let typed = flags.map_or((None, None), |flags| (flags.schedule.clone(), flags.cadence));
    let (expression, cadence) =
        if typed == (None, None) { (file.schedule.clone(), file.cadence) } else { typed };
    match (expression, cadence) {
        (Some(_), Some(_)) => {
            Err(UsageError::new("`schedule` and `cadence` are both given", "give one of them").into())
        }
        (Some(text), None) => Schedule::parse(&text).map(Some),
        (None, Some(cadence)) => Schedule::parse(cadence.cron()).map(Some),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_only_unless_told_otherwise() {
        let settings = ServiceSettings::resolve(None, &ServeFile::default()).unwrap();
        assert!(settings.listen.ip().is_loopback() && settings.schedule.is_none());
    }

    #[test]
    fn fewer_connections_are_held_where_fewer_descriptors_are_to_be_had() {
        assert_eq!(connections_within(20_000, false), 19_744);
        assert_eq!([1_024, 256, 3].map(|limit| connections_within(limit, false)), [768, 16, 1]);
        assert_eq!([4_096, 1_024].map(|limit| connections_within(limit, true)), [3_072, 64]);
    }

    #[test]
    fn proxies_are_ranges_of_addresses() {
        let file = |text: &str| toml::from_str::<ServeFile>(text);
        let named = file(r#"trusted_proxies = ["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"]"#).unwrap();
        assert_eq!(ServiceSettings::resolve(None, &named).unwrap().trusted_proxies.len(), 3);
        assert!(file(r#"trusted_proxies = ["a proxy"]"#).is_err());
    }

    #[test]
    fn a_cadence_is_a_schedule_and_two_are_one_too_many() {
        let file = |text: &str| toml::from_str::<ServeFile>(text).unwrap();
        let settings = ServiceSettings::resolve(None, &file("cadence = \"weekly\"")).unwrap();
        assert_eq!(settings.schedule.unwrap().to_string(), "0 2 * * 1");
        let both = file("cadence = \"daily\"\nschedule = \"0 4 * * *\"");
        assert!(ServiceSettings::resolve(None, &both).is_err());
        assert!(ServiceSettings::resolve(None, &file("schedule = \"sometimes\"")).is_err());
    }
}
