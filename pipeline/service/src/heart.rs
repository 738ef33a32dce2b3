//! How does a worker say that it lives, and what it is at?

use deklaro_console::{Shutdown, Standing, now};
use deklaro_schemas::Timestamp;
use deklaro_store::{Beat, Job, Owner, Store};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What the worker is at, for its heart.
#[derive(Debug, Default)]
pub(crate) struct At {
    /// The run it sees through.
    pub job: Mutex<Option<Job>>,
    /// Runs it completed.
    pub completed: AtomicU64,
    /// Runs that failed with it.
    pub failed: AtomicU64,
}

/// What a heartbeat needs.
pub(crate) struct Pulse {
    pub store: Store,
    pub name: String,
    pub owner: Owner,
    pub started: Timestamp,
    pub at: Arc<At>,
    pub standing: Standing,
    pub shutdown: Shutdown,
}

impl Pulse {
    /// Says that the worker lives, again and again.
    pub(crate) async fn beat_until(self, still: CancellationToken, every: Duration) {
        while !still.is_cancelled() {
            self.beat().await;
            deklaro_watch::upkeep();
            tokio::select! {
                () = still.cancelled() => {}
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    /// Says it once.
    pub(crate) async fn beat(&self) {
        let stand = self.standing.now();
        let job = self.at.job.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let beat = Beat {
            worker: self.name.clone(),
            owner: self.owner.clone(),
            started_at: self.started,
            beat_at: now(),
            is_draining: self.shutdown.token.is_cancelled(),
            snapshot: job.map(|job| job.snapshot),
            step: stand.step,
            host_total: stand.host_total,
            host_processed: stand.host_processed,
            completed: self.at.completed.load(Ordering::Relaxed),
            failed: self.at.failed.load(Ordering::Relaxed),
        };
        if let Err(error) = self.store.beat(&beat).await {
            tracing::warn!(%error, worker = self.name, "heartbeat not written");
        }
    }
}
