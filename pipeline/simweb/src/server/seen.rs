//! What the simulated web was asked: a ring of compact records.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use serde::Serialize;

use crate::Scheme;

/// Records kept; about 200 bytes each when full.
const MOST_RECORDS: usize = 1_000_000;

/// One request the simulated web was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Host name as the reader wrote it, in lower case.
    pub host: String,
    /// Path and query; empty where the connection ended in the TLS handshake.
    pub path: String,
    /// Method; `TLS` where the connection ended in the TLS handshake.
    pub method: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The `User-Agent` field, empty without one.
    pub user_agent: String,
    /// Status that was sent, 0 for none.
    pub status: u16,
    /// Time since the simulated web started.
    #[serde(rename = "at_us", serialize_with = "as_micros")]
    pub at: Duration,
    /// Number of the connection, from 0.
    pub connection: u64,
}

fn as_micros<S: serde::Serializer>(at: &Duration, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u64(at.as_micros() as u64)
}

/// A request as it is kept: no spare capacity, the user agent shared.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) host: Box<str>,
    pub(super) path: Box<str>,
    /// Nothing for a TLS handshake that failed.
    pub(super) method: Option<Method>,
    pub(super) scheme: Scheme,
    pub(super) status: u16,
    pub(super) at: Duration,
    pub(super) connection: u64,
}

#[derive(Debug, Default)]
struct Ring {
    records: VecDeque<(Record, Arc<str>)>,
    last_agent: Arc<str>,
    dropped: u64,
}

/// The requests so far.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Ring>);

impl Log {
    /// Keeps `record`; the oldest goes when there is no room.
    pub(super) fn add(&self, record: Record, user_agent: &str) {
        let mut ring = self.lock();
        if ring.records.len() >= MOST_RECORDS {
            ring.records.pop_front();
            ring.dropped += 1;
        }
        if *ring.last_agent != *user_agent {
            ring.last_agent = user_agent.into();
        }
        let agent = Arc::clone(&ring.last_agent);
        ring.records.push_back((record, agent));
    }

    /// All records, oldest first.
    pub(super) fn all(&self) -> Vec<Seen> {
        self.lock().records.iter().map(|(record, agent)| seen(record, agent)).collect()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    pub(super) fn forget(&self) {
        *self.lock() = Ring::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn seen(record: &Record, agent: &str) -> Seen {
    Seen {
        host: record.host.to_string(),
        path: record.path.to_string(),
        method: record.method.as_ref().map_or("TLS", Method::as_str).to_owned(),
        scheme: record.scheme.name(),
        user_agent: agent.to_owned(),
        status: record.status,
        at: record.at,
        connection: record.connection,
    }
}
