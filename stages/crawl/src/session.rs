//! The work on one host of the frontier: its clients, and what it found so far.

use crate::client::{ClientFactory, Clients};
use crate::config::{CrawlConfig, CrawlError};
use crate::names::Names;
use crate::politeness::Politeness;
use crate::robots::RobotsCache;
use deklaro_schemas::tables::{Body, Robots};
use deklaro_schemas::{Bytes, Sha256, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

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
    found: Mutex<Found>,
}

/// The rows that are not fetches.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) robots: Vec<Robots>,
    pub(crate) bodies: BTreeMap<Sha256, Body>,
}

impl Session {
    pub(crate) fn new(web: Arc<Web>) -> Self {
        let clients = Clients::new(web.clients.clone());
        Self { web, clients, found: Mutex::default() }
    }

    /// Keeps a body once, and gives its hash.
    pub(crate) fn keep_body(
        &self,
        body: &[u8],
        (content_type, charset): (Option<String>, Option<String>),
    ) -> Sha256 {
        let body_sha256 = Sha256::of(body);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.bodies.entry(body_sha256.clone()).or_insert_with(|| Body {
            body_sha256: body_sha256.clone(),
            content_type,
            charset,
            body_bytes: body.len() as i64,
            body: Bytes(body.to_vec()),
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
