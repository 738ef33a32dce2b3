//! A run as it lies in its staging folder, so that it can be resumed.

use crate::codes::RunState;
use crate::{CountryCode, RunId, RunMonth, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the lists of a run come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lists {
    /// A `sources.toml` or `sources.csv`.
    File(PathBuf),
    /// What `deklaro import` took into the store.
    Store,
}

/// Raised when the files in a run's staging folder, or what they mean, change.
pub const STAGING_FORMAT: u32 = 2;

/// A run as it is kept in its staging folder, so that it can be resumed: `staging/<run>/run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    /// Format of the run's staging folder.
    pub format: u32,
    /// The run.
    pub run_id: RunId,
    /// Its month.
    pub month: RunMonth,
    /// The snapshot it will make.
    pub snapshot: SnapshotId,
    /// The snapshot it is compared with.
    pub previous: Option<SnapshotId>,
    /// The snapshot that was current when the run began or was put together anew; it must be when the run is published.
    pub base: Option<SnapshotId>,
    /// Only these countries; empty for all.
    pub countries: Vec<CountryCode>,
    /// Where its lists come from.
    pub lists: Lists,
    /// Rounds at most.
    pub max_rounds: i32,
    /// Why coverage may fall.
    #[serde(default)]
    pub coverage_reason: Option<String>,
    /// The snapshot whose stored pages are read again, instead of a crawl.
    #[serde(default)]
    pub redetect: Option<SnapshotId>,
    /// A glossary of the user's own.
    #[serde(default)]
    pub glossary: Option<PathBuf>,
    /// The number of partitions that several processes share it in; nothing where one process does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitions: Option<u32>,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    #[serde(with = "rfc3339::exact")]
    pub started_at: Timestamp,
    /// When its results were put together; later resumes keep it, so that file contents stay the same.
    #[serde(with = "rfc3339::exact", default)]
    pub finished_at: Option<Timestamp>,
}
