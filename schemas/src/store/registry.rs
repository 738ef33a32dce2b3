use super::chain::{Chain, Link};
use super::{Store, StoreError};
use crate::codes::EventType;
use crate::{Sha256, SnapshotId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One row of the registry: something that was done to the store to learn whether it can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Number of the event, from 1.
    pub sequence: u64,
    /// What it was.
    pub event_type: EventType,
    /// The snapshot it was about.
    pub snapshot: SnapshotId,
    /// When it began, RFC 3339.
    pub at: String,
    /// How long it took.
    pub took_ms: u64,
    /// True when it went as it should.
    pub is_ok: bool,
    /// What was done and found, one line each.
    pub details: Vec<String>,
    /// SHA-256 of the event before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}

impl Link for Event {
    const FOLDER: &'static str = "registry/events";

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn previous_sha256(&self) -> Option<&Sha256> {
        self.previous_sha256.as_ref()
    }
}

impl Store {
    /// The registry's events, first one first, with their chain of hashes checked.
    pub async fn events(&self) -> Result<Vec<Event>, StoreError> {
        Ok(self.read_chain::<Event>().await?.entries)
    }

    /// Appends an event; its number and the hash before it are set here.
    pub async fn record_event(&self, event: Event) -> Result<Event, StoreError> {
        self.append(|log: &Chain<Event>| {
            let previous_sha256 = log.last_sha256.clone();
            Ok(Event { sequence: log.next(), previous_sha256, ..event.clone() })
        })
        .await
    }
}

/// What a row of a table of the registry holds.
pub trait Registered: Clone + Serialize + DeserializeOwned {
    /// The table's folder in the store, `registry/<table>`.
    const FOLDER: &'static str;
}

/// A row of a table of the registry. Rows are never edited or taken away: a correction is a row of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<R> {
    /// Number of the row in its table, from 1.
    pub sequence: u64,
    /// When it was written, RFC 3339.
    pub at: String,
    /// Who wrote it.
    pub by: String,
    /// The trace it came out of, where it was traced.
    pub trace_id: Option<String>,
    /// What it says.
    pub row: R,
    /// SHA-256 of the row before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}

impl<R: Registered> Link for Entry<R> {
    const FOLDER: &'static str = R::FOLDER;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn previous_sha256(&self) -> Option<&Sha256> {
        self.previous_sha256.as_ref()
    }
}

impl Store {
    /// A table of the registry, first row first, with its chain of hashes checked.
    pub async fn registered<R: Registered>(&self) -> Result<Vec<Entry<R>>, StoreError> {
        Ok(self.read_chain::<Entry<R>>().await?.entries)
    }

    /// Appends a row, written at `at` (RFC 3339) by `by`; its number and the hash before it are set here.
    pub async fn register<R: Registered>(
        &self,
        at: &str,
        by: &str,
        trace_id: Option<&str>,
        row: R,
    ) -> Result<Entry<R>, StoreError> {
        self.append(|table: &Chain<Entry<R>>| {
            Ok(Entry {
                sequence: table.next(),
                at: at.to_owned(),
                by: by.to_owned(),
                trace_id: trace_id.map(str::to_owned),
                row: row.clone(),
                previous_sha256: table.last_sha256.clone(),
            })
        })
        .await
    }
}
