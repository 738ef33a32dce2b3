//! How the service is: what one look shows, and the cell everybody reads it from.

use super::causes::Cause;
use deklaro_judge::HealthState;
use deklaro_record::RecordedReadiness;
use deklaro_record::release::WaiverInForce;
use deklaro_schemas::{SnapshotId, Timestamp, rfc3339};
use deklaro_store::SlotOutcome;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use utoipa::ToSchema;

/// Who asks for a run waits so long to see it in the queue.
const LOOK_AT_MOST: Duration = Duration::from_secs(1);
/// How the service is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Status)]
pub struct Vitals {
    /// healthy, degraded or critical: the worst of all causes.
    #[schema(value_type = String, example = "healthy")]
    pub platform_state: HealthState,
    /// Why it is not healthy.
    pub causes: Vec<Cause>,
    /// When this was written, RFC 3339.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub generated_at: Timestamp,
    /// Version of the program.
    pub version: &'static str,
    /// True once the service was told to stop.
    pub is_draining: bool,
    /// Whether the store can be read.
    pub store: StoreFigures,
    /// The snapshot that is served; nothing before the first one.
    pub snapshot: Option<SnapshotFigures>,
    /// Every queue, with what waits in it.
    pub queues: Vec<QueueFigures>,
    /// What waits and what is at work.
    pub jobs: Vec<JobFigures>,
    /// Every worker that did not say goodbye.
    pub workers: Vec<WorkerFigures>,
    /// The schedule, where there is one.
    pub schedule: Option<ScheduleFigures>,
    /// Rules of the gate that are waived: they touch whatever of the release is served.
    pub waivers: Vec<WaiverInForce>,
    /// The last scorecard on record, for `/metrics`; nothing where none is recorded.
    #[serde(skip)]
    pub readiness: Option<RecordedReadiness>,
}

/// Whether the store can be read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StoreFigures {
    /// True where the last look succeeded.
    pub is_readable: bool,
    /// Why it did not.
    pub error: Option<String>,
    /// When it was looked at.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub checked_at: Timestamp,
}

/// The snapshot that is served.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SnapshotFigures {
    /// Its name.
    pub snapshot: String,
    /// Its month.
    pub run_month: String,
    /// When it was made.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub created_at: Timestamp,
    /// Its countries.
    pub countries: usize,
    /// Its report, for people.
    pub report: String,
}

/// A queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueFigures {
    /// requests or schedule.
    pub queue: &'static str,
    /// Jobs that wait.
    pub depth: usize,
    /// Jobs at work.
    pub running: usize,
    /// Seconds since the oldest that waits could have been taken up; 0 where none waits.
    pub oldest_age_seconds: f64,
}

/// Something that waits or is at work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobFigures {
    /// The snapshot it makes.
    pub snapshot: String,
    /// Its run; for the operator alone.
    pub run_id: Option<String>,
    /// Where it came from.
    pub queue: String,
    /// Its countries; empty for all.
    pub countries: Vec<String>,
    /// queued or running.
    pub status: &'static str,
    /// When it was asked for.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub requested_at: Timestamp,
    /// Seconds since then.
    pub age_seconds: f64,
    /// How often it was taken up.
    pub attempts: u32,
    /// The request it came with; for the operator alone.
    pub request_id: Option<String>,
    /// Why it was put back.
    pub error_summary: Option<String>,
}

/// A worker.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkerFigures {
    /// Its name, for the operator; for others its number on this list.
    pub worker: String,
    /// idle, working, draining or silent.
    pub state: &'static str,
    /// Since when it is there.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub started_at: Timestamp,
    /// When it was last heard of.
    #[serde(with = "rfc3339")]
    #[schema(value_type = String)]
    pub last_heartbeat_at: Timestamp,
    /// Seconds since then.
    pub heartbeat_age_seconds: f64,
    /// What it is at.
    pub snapshot: Option<String>,
    /// The step of it.
    pub step: Option<String>,
    /// Hosts to visit.
    pub host_total: u64,
    /// Hosts visited.
    pub host_processed: u64,
    /// Runs it completed.
    pub completed: u64,
    /// Runs that failed with it.
    pub failed: u64,
}

/// The schedule.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScheduleFigures {
    /// As a cron expression, in UTC.
    pub schedule: String,
    /// The next time.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    pub next_at: Option<Timestamp>,
    /// The last time that was settled.
    #[serde(with = "rfc3339")]
    #[schema(value_type = Option<String>)]
    pub last_at: Option<Timestamp>,
    /// What became of it: began, queued or missed.
    #[schema(value_type = Option<String>)]
    pub last_outcome: Option<SlotOutcome>,
    /// Times that were missed and not made up for.
    pub missed: usize,
}

/// The last look, for everybody who wants it.
#[derive(Debug)]
pub struct VitalsCell {
    pub(crate) sender: watch::Sender<Option<Arc<Vitals>>>,
    pub(crate) again: Notify,
}

impl Default for VitalsCell {
    fn default() -> Self {
        Self { sender: watch::Sender::new(None), again: Notify::new() }
    }
}

impl VitalsCell {
    /// The last look; nothing before the first.
    pub fn last(&self) -> Option<Arc<Vitals>> {
        self.sender.borrow().clone()
    }

    /// The last look, waiting for the first.
    pub async fn wait(&self) -> Option<Arc<Vitals>> {
        let mut receiver = self.sender.subscribe();
        receiver.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Looks at the store at once, and waits a short time until the look shows this run. So who asks for a run sees it wait.
    pub async fn show(&self, snapshot: &SnapshotId) {
        let mut receiver = self.sender.subscribe();
        self.again.notify_one();
        let is_shown = |look: &Option<Arc<Vitals>>| {
            look.as_ref().is_some_and(|look| look.jobs.iter().any(|job| job.snapshot == snapshot.as_str()))
        };
        // A run that is over already is not among the open ones.
        let _shown = tokio::time::timeout(LOOK_AT_MOST, receiver.wait_for(is_shown)).await;
    }

    /// Hosts to visit and hosts visited of the run that makes a snapshot; nothing where no worker is at it.
    pub fn progress_of(&self, snapshot: &SnapshotId) -> Option<(i64, i64)> {
        let last = self.last()?;
        let is_at_it = |worker: &&WorkerFigures| worker.snapshot.as_deref() == Some(snapshot.as_str());
        let worker = last.workers.iter().find(is_at_it)?;
        Some((worker.host_total as i64, worker.host_processed as i64))
    }
}
