//! What became of the runs that were asked for, without a walk through the store for each stranger that asks?

use deklaro_schemas::SnapshotId;
use deklaro_store::{Job, Store, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OnceCell};

/// Runs that another process took on are found within this time.
const FRESH: Duration = Duration::from_secs(1);

/// A job, or its place while it is read.
type Cell = Arc<OnceCell<Option<Job>>>;

/// The runs that were asked for. One that ended is read once; for one that nobody asked for the store is looked at once a second
/// at most.
#[derive(Debug)]
pub(crate) struct Jobs {
    store: Store,
    known: Mutex<Known>,
    cells: StdMutex<HashMap<SnapshotId, Cell>>,
}

/// The snapshots that were asked for, and when that was read.
#[derive(Debug, Default)]
struct Known {
    snapshots: BTreeSet<SnapshotId>,
    read_at: Option<Instant>,
}

impl Jobs {
    /// The runs of this store's queue.
    pub(crate) fn new(store: &Store) -> Self {
        Self { store: store.clone(), known: Mutex::default(), cells: StdMutex::default() }
    }

    /// Notes a run that was asked for here, so that it is found at once.
    pub(crate) async fn note(&self, job: &Job) {
        self.known.lock().await.snapshots.insert(job.snapshot.clone());
    }

    /// What became of the run that was asked to make a snapshot; nothing where nobody asked.
    pub(crate) async fn get(&self, snapshot: &SnapshotId) -> Result<Option<Job>, StoreError> {
        if !self.is_known(snapshot).await? {
            return Ok(None);
        }
        let cell = self.cells().entry(snapshot.clone()).or_default().clone();
        let job = cell.get_or_try_init(|| self.store.job(snapshot)).await.cloned();
        let is_ended = matches!(&job, Ok(Some(job)) if !job.is_open());
        // Who asks while an open one is read gets the same answer; who comes later reads it again.
        if !is_ended {
            let mut cells = self.cells();
            if cells.get(snapshot).is_some_and(|kept| Arc::ptr_eq(kept, &cell)) {
                cells.remove(snapshot);
            }
        }
        job
    }

    async fn is_known(&self, snapshot: &SnapshotId) -> Result<bool, StoreError> {
        let mut known = self.known.lock().await;
        let is_stale = known.read_at.is_none_or(|at| at.elapsed() >= FRESH);
        if !known.snapshots.contains(snapshot) && is_stale {
            let snapshots = self.store.asked_for().await?;
            *known = Known { snapshots, read_at: Some(Instant::now()) };
        }
        Ok(known.snapshots.contains(snapshot))
    }

    fn cells(&self) -> std::sync::MutexGuard<'_, HashMap<SnapshotId, Cell>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::codes::ScanStatus;
    use deklaro_schemas::{RunId, RunMonth, Timestamp};

    fn job(counter: u32) -> Job {
        let month = RunMonth::parse("2026-11").unwrap();
        let names = (SnapshotId::new(month, counter), RunId::new(month, counter));
        Job::queued(names, Vec::new(), "requests", Timestamp(0))
    }

    fn next(job: &Job, status: ScanStatus) -> Job {
        Job { sequence: job.sequence + 1, status, ..job.clone() }
    }

    #[tokio::test]
    async fn an_open_run_is_read_again_and_an_ended_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (jobs, queued) = (Jobs::new(&store), job(1));
        store.add_job(&queued).await.unwrap();
        let get = async || jobs.get(&queued.snapshot).await.unwrap().unwrap().status;
        assert_eq!(get().await, ScanStatus::Queued);
        let running = next(&queued, ScanStatus::Running);
        store.advance_job(&running).await.unwrap();
        assert_eq!(get().await, ScanStatus::Running);
        store.advance_job(&next(&running, ScanStatus::Completed)).await.unwrap();
        assert_eq!(get().await, ScanStatus::Completed);
        std::fs::remove_dir_all(folder.path().join("queue")).unwrap();
        assert_eq!(get().await, ScanStatus::Completed, "nothing is read any more");
    }

    #[tokio::test]
    async fn a_run_that_nobody_asked_for_is_not_looked_for_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (jobs, late) = (Jobs::new(&store), job(2));
        // As if it had just been looked; so no clock decides this test.
        jobs.known.lock().await.read_at = Some(Instant::now() + Duration::from_secs(3_600));
        store.add_job(&late).await.unwrap();
        assert_eq!(jobs.get(&late.snapshot).await.unwrap(), None);
        jobs.note(&late).await;
        assert_eq!(jobs.get(&late.snapshot).await.unwrap(), Some(late), "asked for here: known at once");
    }
}
