//! What may everybody know of how the service is? No names of machines, processes, runs and requests, and no texts of errors.

use super::causes::Cause;
use super::vitals::{JobFigures, StoreFigures, Vitals, WorkerFigures};

/// Stands for the text of an error. It may name files, machines and buckets.
pub(crate) const WITH_THE_TOKEN: &str = "the token shows why";

impl Vitals {
    /// The same for everybody. Each field is named here: a new one is decided on.
    #[must_use]
    pub(crate) fn for_strangers(&self) -> Self {
        let workers = self.workers.iter().enumerate();
        Self {
            platform_state: self.platform_state,
            causes: self.causes.iter().map(cause).collect(),
            generated_at: self.generated_at,
            version: self.version,
            is_draining: self.is_draining,
            store: store(&self.store),
            snapshot: self.snapshot.clone(),
            queues: self.queues.clone(),
            jobs: self.jobs.iter().map(job).collect(),
            workers: workers.map(|(number, one)| worker(number + 1, one)).collect(),
            schedule: self.schedule.clone(),
            waivers: self.waivers.clone(),
            readiness: None,
        }
    }
}

/// The text of an error, for whoever may read it; for others that there is one.
pub(crate) fn public(error: Option<&String>) -> Option<String> {
    error.map(|_| WITH_THE_TOKEN.to_owned())
}

fn cause(cause: &Cause) -> Cause {
    Cause { detail: public(cause.detail.as_ref()), ..cause.clone() }
}

fn store(store: &StoreFigures) -> StoreFigures {
    StoreFigures { error: public(store.error.as_ref()), ..store.clone() }
}

fn job(job: &JobFigures) -> JobFigures {
    let error_summary = public(job.error_summary.as_ref());
    JobFigures { run_id: None, request_id: None, error_summary, ..job.clone() }
}

/// A worker by its number on the list.
fn worker(number: usize, worker: &WorkerFigures) -> WorkerFigures {
    WorkerFigures { worker: format!("worker {number}"), ..worker.clone() }
}
