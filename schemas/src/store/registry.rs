use super::chain::{Chain, Link};
use super::{Store, StoreError};
use crate::codes::EventType;
use crate::{Sha256, SnapshotId};
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
