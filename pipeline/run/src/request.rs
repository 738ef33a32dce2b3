//! What is asked of a run, and what it came to.

use deklaro_judge::Summary;
use deklaro_record::timestamp::Stamped;
use deklaro_schemas::stored::Lists;
use deklaro_schemas::{CountryCode, RunId, RunMonth, SnapshotId};
use deklaro_store::RefHead;
use std::path::PathBuf;

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The month.
    pub month: RunMonth,
    /// Only these countries; empty for all on the lists.
    pub countries: Vec<CountryCode>,
    /// Where the lists come from.
    pub lists: Lists,
    /// Rounds at most.
    pub max_rounds: i32,
    /// Why coverage may fall.
    pub coverage_reason: Option<String>,
    /// A glossary of the user's own beside the shipped one.
    pub glossary: Option<PathBuf>,
}

/// What a run came to.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RunOutcome {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The run.
    pub run_id: RunId,
    /// Folder of the snapshot, in a bucket its URL.
    pub folder: String,
    /// Folder of the country artifacts.
    pub artifacts: String,
    /// The report page.
    pub report: String,
    /// healthy, degraded or critical.
    pub health: String,
    /// True for a snapshot that is complete and not current before `deklaro release publish`.
    pub is_held: bool,
    /// Where the ref log ends with its publication: kept elsewhere, it shows later that no entry was changed or cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<RefHead>,
    /// Its key figures.
    pub summary: Summary,
    /// Its time stamp, where an authority was asked and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Stamped>,
}
