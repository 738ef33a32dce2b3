//! What a row of the registry is: an event, or an entry of one of its tables.

use crate::codes::EventType;
use crate::{Sha256, SnapshotId, Timestamp, rfc3339};
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
    /// When it began.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// How long it took.
    pub took_ms: u64,
    /// True when it went as it should.
    pub is_ok: bool,
    /// What was done and found, one line each.
    pub details: Vec<String>,
    /// The object it left in the store; nothing where it left none, and in events of versions that did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// SHA-256 of the event before; empty for the first.
    pub previous_sha256: Option<Sha256>,
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
    /// When it was written.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Who wrote it.
    pub by: String,
    /// The trace it came out of, where it was traced.
    pub trace_id: Option<String>,
    /// What it says.
    pub row: R,
    /// SHA-256 of the row before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}
