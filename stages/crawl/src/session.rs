//! The work on one host of the frontier: its clients, and what it found so far.

use crate::answer::Stop;
use crate::client::{ClientFactory, Clients};
use crate::config::{CrawlConfig, CrawlError};
use crate::names::Names;
use crate::patience::{Patience, Together};
use crate::politeness::Politeness;
use crate::robots::RobotsCache;
use deklaro_schemas::tables::{Body, Robots};
use deklaro_schemas::{Bytes, Sha256, Timestamp};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What all hosts share.
#[derive(Debug)]
pub(crate) struct Web {
    pub(crate) config: CrawlConfig,
    pub(crate) politeness: Politeness,
    pub(crate) robots: RobotsCache,
    clients: Arc<ClientFactory>,
    /// The time once, so that a clock that is set meanwhile does not reorder what happened.
    began: (Timestamp, Instant),
}

impl Web {
    pub(crate) fn new(config: CrawlConfig) -> Result<Self, CrawlError> {
        if config.connect_to.is_none() && config.contact.is_none() {
            return Err(CrawlError::NoContact);
        }
        let names = Names::new(&config);
        let clients = Arc::new(ClientFactory::new(&config, names.clone())?);
        let politeness = Politeness::new(&config, names);
        let began = (Timestamp(jiff::Timestamp::now().as_microsecond()), Instant::now());
        Ok(Self { config, politeness, robots: RobotsCache::default(), clients, began })
    }

    /// The time, by a clock that runs on from when the crawl began.
    pub(crate) fn now(&self) -> Timestamp {
        let (at, since) = self.began;
        Timestamp(at.0 + since.elapsed().as_micros() as i64)
    }
}

/// One host's work in one round.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) web: Arc<Web>,
    pub(crate) clients: Clients,
    /// How much longer it may wait for servers.
    pub(crate) patience: Patience,
    /// How much longer the round may wait for each host that is asked.
    pub(crate) together: Arc<Together>,
    stop: CancellationToken,
    is_cut_short: AtomicBool,
    found: Mutex<Found>,
}

/// The rows that are not fetches.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) robots: Vec<Robots>,
    pub(crate) bodies: BTreeMap<Sha256, Body>,
}

impl Session {
    pub(crate) fn new(web: Arc<Web>, together: Arc<Together>, stop: CancellationToken) -> Self {
        let clients = Clients::new(web.clients.clone());
        let patience = Patience::new(web.config.host_budget);
        let (is_cut_short, found) = (AtomicBool::new(false), Mutex::default());
        Self { web, clients, patience, together, stop, is_cut_short, found }
    }

    /// Waits for a request's turn, but not beyond a stop: none is begun after it.
    pub(crate) async fn before_stop<T>(
        &self,
        turn: impl Future<Output = Result<T, Stop>>,
    ) -> Result<T, Stop> {
        let turn = if self.stop.is_cancelled() { None } else { self.stop.run_until_cancelled(turn).await };
        turn.unwrap_or_else(|| {
            self.is_cut_short.store(true, Ordering::Relaxed);
            Err(Stop::Cancelled)
        })
    }

    /// True when a request was not made because of a stop.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.is_cut_short.load(Ordering::Relaxed)
    }

    /// Keeps a body once, and gives its hash.
    pub(crate) fn keep_body(
        &self,
        body: Vec<u8>,
        (content_type, charset): (Option<String>, Option<String>),
    ) -> Sha256 {
        let body_sha256 = Sha256::of(&body);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.bodies.entry(body_sha256.clone()).or_insert_with(|| Body {
            body_sha256: body_sha256.clone(),
            content_type,
            charset,
            body_bytes: body.len() as i64,
            body: Bytes(body),
        });
        body_sha256
    }

    pub(crate) fn keep_robots(&self, row: Robots) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).robots.push(row);
    }

    pub(crate) fn into_found(self) -> Found {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{self, Clock, Want};
    use deklaro_schemas::{HostKey, PageUrl};
    use std::net::IpAddr;
    use std::time::Duration;

    #[test]
    fn a_clock_that_is_set_does_not_reorder_what_happened() {
        let config = CrawlConfig { contact: Some("info@example.eu".to_owned()), ..CrawlConfig::default() };
        let mut web = Web::new(config).unwrap();
        // The wall clock read 1970 when the crawl began, and jumps by half a century right after.
        web.began = (Timestamp(0), Instant::now());
        let (first, second) = (web.now(), web.now());
        assert!(first <= second && second.0 < Duration::from_secs(3_600).as_micros() as i64, "{second:?}");
    }

    /// Many names at one server that hangs: those that come late are told, and the server is left alone.
    #[tokio::test]
    async fn an_address_that_took_what_a_round_has_for_it_is_asked_no_more() {
        let (config, address) = (CrawlConfig::default(), IpAddr::from([203, 0, 113, 7]));
        let names = Names::new(&config);
        names.know("late.example.at", address);
        let mut web =
            Web::new(CrawlConfig { contact: Some("info@example.eu".to_owned()), ..config.clone() }).unwrap();
        web.politeness = Politeness::new(&config, names);
        let together = Arc::new(Together::new(Duration::from_secs(1)));
        together.spend(&HostKey::parse("early.example.at").unwrap(), Some(address), Duration::from_secs(31));
        let session = Session::new(Arc::new(web), together, CancellationToken::new());
        let url = PageUrl::parse("http://late.example.at/").unwrap();
        let robots = std::future::ready(Ok(None));
        let asked = request::ask(&session, &url, Want::Robots, robots, &mut Clock::default()).await;
        assert_eq!(asked.unwrap_err(), Stop::OutOfTime);
    }
}
