//! How the service is run: flags and `[serve]` of the configuration file over defaults.

use super::schedule::{Cadence, Schedule};
use deklaro_console::UsageError;
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// The `[serve]` section.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeFile {
    listen: Option<SocketAddr>,
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
    /// File with the token scans are asked for with.
    pub token_file: Option<PathBuf>,
    /// When runs of all countries are asked for, as a cron expression.
    pub schedule: Option<String>,
    /// The same in a word.
    pub cadence: Option<Cadence>,
}

/// How the service is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens: on this machine only unless told otherwise.
    pub listen: SocketAddr,
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

impl Settings {
    /// Flags over file over defaults.
    pub fn resolve(flags: Option<&ServeFlags>, file: &ServeFile) -> anyhow::Result<Self> {
        let millis = |given: Option<u64>, usual: u64| Duration::from_millis(given.unwrap_or(usual));
        let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, 8_000));
        Ok(Self {
            listen: flags.and_then(|flags| flags.listen).or(file.listen).unwrap_or(usual),
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
        let settings = Settings::resolve(None, &ServeFile::default()).unwrap();
        assert!(settings.listen.ip().is_loopback() && settings.schedule.is_none());
    }

    #[test]
    fn a_cadence_is_a_schedule_and_two_are_one_too_many() {
        let file = |text: &str| toml::from_str::<ServeFile>(text).unwrap();
        let settings = Settings::resolve(None, &file("cadence = \"weekly\"")).unwrap();
        assert_eq!(settings.schedule.unwrap().to_string(), "0 2 * * 1");
        let both = file("cadence = \"daily\"\nschedule = \"0 4 * * *\"");
        assert!(Settings::resolve(None, &both).is_err());
        assert!(Settings::resolve(None, &file("schedule = \"sometimes\"")).is_err());
    }
}
