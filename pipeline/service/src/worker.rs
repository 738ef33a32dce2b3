//! A worker: takes runs from the queue, one at a time, sees them through, and puts back what it cannot finish.

use super::attempts::{Attempts, Turn, order};
use super::heart::{At, Pulse};
use super::runner::{Ran, Runner, ToRun};
use super::settings::ServiceSettings;
use deklaro_console::{Exit, Progress, Shutdown, Stopped, exit_of, now, reason_code_of};
use deklaro_record::release::Gate;
use deklaro_record::timestamp::{self, TimeAuthority};
use deklaro_record::{Announced, is_gone, owner};
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::stored::WaitingSnapshot;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::{Job, Store, StoreError};
use futures::future::BoxFuture;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// A worker of this machine whose process is gone, or one that was not heard of for so long, is forgotten by the next one.
const FORGOTTEN_AFTER: i64 = 24 * 3_600 * 1_000_000;

/// Reason of a job whose workers ended without a word as often as it may be taken up.
const WORKER_LOST: &str = "worker_lost";

/// What every run of a worker is done with.
pub struct WorkerTools {
    /// Who does the runs.
    pub runner: Box<dyn Runner>,
    /// Whether snapshots wait for the gate.
    pub gate: Gate,
    /// Who runs it.
    pub operator: String,
    /// Who is asked for time stamps of what is published.
    pub authority: Option<TimeAuthority>,
}

impl std::fmt::Debug for WorkerTools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerTools").field("operator", &self.operator).finish_non_exhaustive()
    }
}

/// A worker.
pub struct Worker<'a> {
    store: &'a Store,
    tools: WorkerTools,
    progress: &'a Progress,
    shutdown: &'a Shutdown,
    wake: Arc<Notify>,
    name: String,
    started: Timestamp,
    at: Arc<At>,
    poll: Duration,
    heartbeat: Duration,
    attempts: Attempts,
}

/// How it went with a job.
enum Went {
    /// It was worked on.
    Taken,
    /// Somebody else has it or its countries.
    NotFree,
}

impl<'a> Worker<'a> {
    /// A worker of this process.
    pub fn new(
        store: &'a Store,
        tools: WorkerTools,
        settings: &ServiceSettings,
        (progress, shutdown): (&'a Progress, &'a Shutdown),
        wake: Arc<Notify>,
    ) -> Self {
        let us = owner(None);
        Self {
            store,
            tools,
            progress,
            shutdown,
            wake,
            name: format!("{}-{}-{}", us.host, us.process, &us.token[..8]),
            started: now(),
            at: Arc::default(),
            poll: settings.poll,
            heartbeat: settings.heartbeat,
            attempts: Attempts { most: settings.attempts, retry: settings.retry },
        }
    }

    /// Works until it is told to stop; with `until_empty`, until nothing waits.
    pub fn run(&self, until_empty: bool) -> BoxFuture<'_, anyhow::Result<()>> {
        Box::pin(async move {
            self.bury().await;
            let still = CancellationToken::new();
            let heart = tokio::spawn(self.pulse().beat_until(still.clone(), self.heartbeat));
            tracing::info!(worker = self.name, "worker ready");
            let stop = &self.shutdown.token;
            while !stop.is_cancelled() {
                match self.next().await {
                    Ok(true) => continue,
                    Ok(false) if until_empty => break,
                    Ok(false) => {}
                    Err(error) => self.progress.problem(&error.context("looking for work")),
                }
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep(self.poll) => {}
                }
            }
            // Not aborted: a heartbeat half written would come after the goodbye.
            still.cancel();
            heart.await?;
            tracing::info!(worker = self.name, outcome = "stopped", "worker stopped");
            Ok(self.store.forget_worker(&self.name).await?)
        })
    }

    /// Takes the first job that is free. False where none is.
    async fn next(&self) -> anyhow::Result<bool> {
        let mut jobs = self.store.open_jobs().await?;
        if jobs.is_empty() {
            return Ok(false);
        }
        order(&mut jobs);
        let at = now();
        let leases = self.store.leases(at).await?;
        let is_held = |job: &Job| {
            let ours = leases.iter().filter(|lease| lease.owner.run_id.as_ref() == Some(&job.run_id));
            ours.into_iter().any(|lease| !is_gone(&lease.owner))
        };
        let rests = |job: &Job| matches!(self.attempts.turn(job, at), Turn::NotBefore(_));
        for job in jobs.into_iter().filter(|job| !rests(job)) {
            if !is_held(&job) && matches!(self.take(job).await?, Went::Taken) {
                return Ok(true);
            }
            if self.shutdown.token.is_cancelled() {
                break;
            }
        }
        Ok(false)
    }

    async fn take(&self, job: Job) -> anyhow::Result<Went> {
        let span = tracing::info_span!(
            "job",
            run_id = %job.run_id,
            snapshot = %job.snapshot,
            request_id = job.request_id.as_deref().unwrap_or_default(),
            countries = %codes(&job),
            attempt = job.attempts + 1,
            outcome = tracing::field::Empty,
            otel.status_code = tracing::field::Empty
        );
        self.see_through(job).instrument(span).await
    }

    async fn see_through(&self, job: Job) -> anyhow::Result<Went> {
        self.progress.standing().clear();
        // A worker may be older than the gate of its store.
        let gate = self.tools.gate.clone().remembered(self.store).await?;
        let run = ToRun {
            announced: Announced { run_id: job.run_id.clone(), snapshot: job.snapshot.clone() },
            month: job.month,
            countries: job.countries.clone(),
            held_by: gate.held_by(&self.tools.operator).map(str::to_owned),
        };
        let began = std::time::Instant::now();
        let outcome = self.tools.runner.take_up(run, &|| Box::pin(self.is_wanted(&job))).await;
        let running = self.at.job.lock().unwrap_or_else(PoisonError::into_inner).take();
        if running.is_some() {
            metrics::histogram!("deklaro_job_duration_seconds").record(began.elapsed().as_secs_f64());
        }
        match (outcome, running) {
            (Ok(Some(outcome)), Some(job)) => self.completed(&job, &outcome).await.map(|()| Went::Taken),
            (Err(error), Some(job)) => self.not_done(&job, &error).await.map(|()| Went::Taken),
            (Ok(_), _) => Ok(Went::NotFree),
            (Err(error), None) if is_busy(&error) => Ok(Went::NotFree),
            (Err(error), None) => Err(error),
        }
    }

    /// True when the job is still to be done; asked once the countries are held. From here on the job is this
    /// worker's.
    async fn is_wanted(&self, job: &Job) -> anyhow::Result<bool> {
        let Some(job) = self.store.job(&job.snapshot).await?.filter(Job::is_open) else { return Ok(false) };
        if let Some(done) = self.done_already(&job).await? {
            self.store.advance_job(&done).await?;
            return Ok(false);
        }
        // Asked under the lease: of two workers that find the job, one counts this attempt or gives it up.
        match self.attempts.turn(&job, now()) {
            Turn::Now => {}
            Turn::NotBefore(_) => return Ok(false),
            Turn::GiveUp => return self.given_up(&job).await.map(|()| false),
        }
        let is_again = job.status == ScanStatus::Running;
        let running = Job {
            status: ScanStatus::Running,
            started_at: job.started_at.or(Some(now())),
            attempts: job.attempts + 1,
            retry_at: None,
            reason_code: None,
            error_summary: None,
            ..self.edition(&job)
        };
        match self.store.advance_job(&running).await {
            Ok(()) => {}
            Err(StoreError::Exists { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if is_again {
            ended("taken_over");
            tracing::warn!(
                worker = self.name,
                attempt = running.attempts,
                lost = job.worker,
                "a run lost its worker and is taken over"
            );
        }
        if running.attempts > 1 {
            metrics::counter!("deklaro_job_retries_total").increment(1);
        }
        tracing::info!(worker = self.name, taken_over = is_again, "run taken up");
        *self.at.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
        self.beat_once().await;
        Ok(true)
    }

    /// The last edition of a job whose worker was killed after the snapshot was complete, and before it could say so.
    async fn done_already(&self, job: &Job) -> anyhow::Result<Option<Job>> {
        let is_published = self.store.history().await?.state(&job.snapshot).is_some();
        if !is_published && !self.is_held(&job.snapshot).await? {
            return Ok(None);
        }
        Ok(Some(Job {
            status: ScanStatus::Completed,
            published: is_published.then(|| job.snapshot.clone()),
            finished_at: Some(now()),
            ..self.edition(job)
        }))
    }

    /// Ends a job that lost its worker as often as it may be taken up.
    async fn given_up(&self, job: &Job) -> anyhow::Result<()> {
        let last = job.worker.as_deref().unwrap_or("unknown");
        let summary =
            format!("it was taken up {} times, and worker `{last}` ended without a word", job.attempts);
        self.failed(Job {
            reason_code: Some(WORKER_LOST.to_owned()),
            error_summary: Some(summary),
            ..self.edition(job)
        })
        .await
    }

    /// Ends a job that will not be tried again.
    async fn failed(&self, noted: Job) -> anyhow::Result<()> {
        self.at.failed.fetch_add(1, Ordering::Relaxed);
        ended("failed");
        let (error, reason_code) = (noted.error_summary.as_deref(), noted.reason_code.as_deref());
        tracing::error!(worker = self.name, error, reason_code, outcome = "failed", "run failed");
        let failed = Job { status: ScanStatus::Failed, finished_at: Some(now()), ..noted };
        Ok(self.store.advance_job(&failed).await?)
    }

    /// True for a snapshot that waits for the gate: its worker was killed before it could say that the run is done.
    async fn is_held(&self, snapshot: &SnapshotId) -> anyhow::Result<bool> {
        let held = self.store.registered::<WaitingSnapshot>().await?;
        Ok(held.iter().any(|entry| entry.row.snapshot == *snapshot))
    }

    async fn completed(&self, job: &Job, outcome: &Ran) -> anyhow::Result<()> {
        timestamp::after(self.store, self.tools.authority.as_ref(), &outcome.snapshot, self.progress).await;
        self.at.completed.fetch_add(1, Ordering::Relaxed);
        ended("completed");
        tracing::info!(worker = self.name, published = %outcome.snapshot, outcome = "completed", "run completed");
        let done = Job {
            status: ScanStatus::Completed,
            published: Some(outcome.snapshot.clone()).filter(|_| !outcome.is_held),
            finished_at: Some(now()),
            ..self.edition(job)
        };
        Ok(self.store.advance_job(&done).await?)
    }

    /// Puts a job back that was stopped or may go better later, and ends one that will not.
    async fn not_done(&self, job: &Job, error: &anyhow::Error) -> anyhow::Result<()> {
        if matches!(error.downcast_ref(), Some(StoreError::LeaseLost { .. })) {
            tracing::warn!(%error, "run taken over by another worker");
            return Ok(());
        }
        let summary = format!("{error:#}");
        let noted = Job {
            reason_code: Some(reason_of(error).to_owned()),
            error_summary: Some(summary.clone()),
            ..self.edition(job)
        };
        let retry_at =
            self.attempts.retry_at(job.attempts, now()).filter(|_| exit_of(error) == Exit::TryAgain);
        let next = if error.is::<Stopped>() {
            ended("put_back");
            tracing::info!(worker = self.name, outcome = "put_back", "run stopped and put back");
            // A stop is nobody's failure: it does not use up an attempt.
            Job { status: ScanStatus::Queued, attempts: job.attempts - 1, ..noted }
        } else if retry_at.is_some() {
            ended("put_back");
            tracing::warn!(
                worker = self.name,
                error = summary,
                outcome = "retry",
                "run failed, to be tried again"
            );
            Job { status: ScanStatus::Queued, retry_at, ..noted }
        } else {
            return self.failed(noted).await;
        };
        Ok(self.store.advance_job(&next).await?)
    }

    fn edition(&self, job: &Job) -> Job {
        Job { sequence: job.sequence + 1, written_at: now(), worker: Some(self.name.clone()), ..job.clone() }
    }

    async fn beat_once(&self) {
        self.pulse().beat().await;
    }

    fn pulse(&self) -> Pulse {
        Pulse {
            store: self.store.clone(),
            name: self.name.clone(),
            owner: owner(None),
            started: self.started,
            at: self.at.clone(),
            standing: self.progress.standing().clone(),
            shutdown: self.shutdown.clone(),
        }
    }

    /// Forgets workers of this machine that were killed, and those nobody has heard of for a day.
    async fn bury(&self) {
        let Ok(beats) = self.store.beats().await else { return };
        for beat in beats {
            if is_gone(&beat.owner) || now().0 - beat.beat_at.0 > FORGOTTEN_AFTER {
                tracing::warn!(worker = beat.worker, "a worker ended without saying so");
                let _tried = self.store.forget_worker(&beat.worker).await;
            }
        }
    }
}

fn is_busy(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<StoreError>(), Some(StoreError::Busy(_)))
}

/// Counts how a scan ended here, and notes it on its span.
fn ended(outcome: &'static str) {
    metrics::counter!("deklaro_jobs_total", "outcome" => outcome).increment(1);
    let status = if outcome == "failed" { "ERROR" } else { "OK" };
    tracing::Span::current().record("outcome", outcome).record("otel.status_code", status);
}

fn codes(job: &Job) -> String {
    let codes: Vec<&str> = job.countries.iter().map(deklaro_schemas::CountryCode::as_str).collect();
    if codes.is_empty() { "all".to_owned() } else { codes.join(",") }
}

/// Why a run was not done, as a code.
fn reason_of(error: &anyhow::Error) -> &'static str {
    if let Some(code) = reason_code_of(error) {
        return code;
    }
    match exit_of(error) {
        Exit::Usage => "bad_configuration",
        Exit::BadInput => "bad_input",
        Exit::TryAgain => "store_busy",
        _ if error.chain().any(<dyn std::error::Error>::is::<StoreError>) => "store_failed",
        _ => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_console::UsageError;

    #[test]
    fn every_failure_has_a_code() {
        let of = |error: anyhow::Error| reason_of(&error);
        assert_eq!(of(UsageError::new("a", "b").into()), "bad_configuration");
        assert_eq!(of(StoreError::DiskFull { path: "x".to_owned() }.into()), "store_busy");
        assert_eq!(of(StoreError::ReadOnly { path: "x".to_owned() }.into()), "store_failed");
        assert_eq!(of(anyhow::anyhow!("anything")), "internal");
    }
}
