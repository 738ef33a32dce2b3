//! One line of the ref log: which snapshot became current, when and why.

use super::Head;
use crate::codes::RefAction;
use crate::{RunId, Sha256, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};

/// One line of the ref log. The last one says which snapshot is current.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefEntry {
    /// Number of the entry, from 1.
    pub sequence: u64,
    /// What it does.
    pub action: RefAction,
    /// The snapshot it is about; after `publish` and `rollback` it is the current one.
    pub snapshot: SnapshotId,
    /// The run that wrote it.
    pub run_id: Option<RunId>,
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Why, where somebody decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// SHA-256 of the snapshot's manifest when it became readable; nothing in entries of versions that did not write it, and in those
    /// that make nothing readable. Who changes a manifest later is found by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest_sha256: Option<Sha256>,
    /// Where every table of the registry ended when a release was published; empty for other entries. It shows rows that somebody
    /// changes or takes away later, decisions too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Head>,
    /// SHA-256 of the entry before; empty for the first.
    pub previous_sha256: Option<Sha256>,
}
