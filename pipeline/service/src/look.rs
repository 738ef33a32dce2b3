//! One look at the store every few seconds: queues, workers, schedule, health, waivers.

use super::causes::{Causes, Live};
use super::queue::QUEUES;
use super::shared::Service;
use super::snapshots::report_of;
use super::vitals::{
    JobFigures, QueueFigures, ScheduleFigures, SnapshotFigures, StoreFigures, Vitals, WorkerFigures,
};
use deklaro_console::now;
use deklaro_judge::{Health, HealthState};
use deklaro_record::LastScorecard;
use deklaro_record::health::{Judgement, judgement};
use deklaro_record::release::{WaiverInForce, waivers_in_force};
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::{Beat, Job, Slot, SlotOutcome};
use std::sync::Arc;

/// A worker that was not heard of for so long is silent.
const SILENT_AFTER_SECONDS: f64 = 60.0;
/// One that was silent for so long is forgotten: somebody has looked by then.
const FORGOTTEN_AFTER_SECONDS: f64 = 3_600.0;
/// The month's health is judged again after so long; sooner where another snapshot is current.
const JUDGED_EVERY_SECONDS: f64 = 60.0;
/// Times of the schedule that are looked back on.
const SLOTS: usize = 32;

/// Looks again and again, until the process ends.
pub(crate) async fn watch(service: Arc<Service>) {
    let mut watcher = Watcher::default();
    loop {
        let vitals = watcher.look(&service).await;
        service.vitals.sender.send_replace(Some(Arc::new(vitals)));
        service.throttle.tidy();
        deklaro_watch::upkeep();
        tokio::select! {
            () = tokio::time::sleep(service.poll) => {}
            () = service.vitals.again.notified() => {}
        }
    }
}

#[derive(Default)]
struct Watcher {
    causes: Causes,
    judged: Option<(SnapshotId, Timestamp, Health)>,
    waivers: Vec<WaiverInForce>,
    scorecard: LastScorecard,
}

/// What one look at the store gave.
#[derive(Default)]
struct Seen {
    jobs: Vec<Job>,
    failed: Vec<Job>,
    beats: Vec<Beat>,
    slots: Vec<Slot>,
}

impl Watcher {
    async fn look(&mut self, service: &Service) -> Vitals {
        let at = now();
        let (seen, error) = match see(service).await {
            Ok(seen) => (seen, None),
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the store cannot be read");
                (Seen::default(), Some(format!("{error:#}")))
            }
        };
        self.judge(service, at).await;
        let served = service.current.now();
        let snapshot = served.snapshot.as_ref();
        let created = snapshot.map(|snapshot| snapshot.files.manifest.created_at);
        let is_open =
            |slot: &&Slot| is_missed(slot) && created.is_none_or(|created| slot.due_at.to_second() > created);
        let missed = seen.slots.iter().filter(is_open).count();
        let workers: Vec<WorkerFigures> = seen.beats.iter().map(|beat| worker(beat, at)).collect();
        let workers: Vec<WorkerFigures> = workers
            .into_iter()
            .filter(|worker| worker.heartbeat_age_seconds < FORGOTTEN_AFTER_SECONDS)
            .collect();
        let queues: Vec<QueueFigures> = QUEUES.iter().map(|name| queue(name, &seen.jobs, at)).collect();
        let live = Live {
            oldest_seconds: queues.iter().map(|queue| queue.oldest_age_seconds).fold(0.0, f64::max),
            silent: workers
                .iter()
                .filter(|worker| worker.state == "silent")
                .map(|worker| worker.worker.clone())
                .collect(),
            missed,
            failed: seen.failed.iter().map(|job| job.snapshot.to_string()).collect(),
            changed: service.current.changed.names(),
            store_error: error.clone(),
        };
        let causes = self.causes.named(&live, self.judged.as_ref().map(|(_, _, health)| health));
        Vitals {
            platform_state: causes.iter().map(|cause| cause.state).max().unwrap_or(HealthState::Healthy),
            causes,
            generated_at: at,
            version: env!("CARGO_PKG_VERSION"),
            is_draining: service.shutdown.token.is_cancelled(),
            store: StoreFigures { is_readable: error.is_none(), error, checked_at: at },
            snapshot: snapshot.map(|snapshot| SnapshotFigures {
                snapshot: snapshot.id().to_string(),
                run_month: snapshot.id().month().to_string(),
                created_at: snapshot.files.manifest.created_at,
                countries: snapshot.scans.len(),
                report: report_of(snapshot.id()),
            }),
            queues,
            jobs: seen.jobs.iter().map(|one| job(one, at)).collect(),
            workers,
            schedule: service.schedule.as_ref().map(|schedule| ScheduleFigures {
                schedule: schedule.to_string(),
                next_at: schedule.next(at),
                last_at: seen.slots.last().map(|slot| slot.due_at),
                last_outcome: seen.slots.last().map(|slot| slot.outcome),
                missed,
            }),
            waivers: self.waivers.clone(),
            readiness: self.scorecard.look(&service.store).await,
        }
    }

    /// The month's health and what is waived, from time to time.
    async fn judge(&mut self, service: &Service, at: Timestamp) {
        let served = service.current.now();
        let Some(snapshot) = served.snapshot.as_ref().map(super::current::Snapshot::id) else { return };
        let is_fresh = |(judged, when, _): &(SnapshotId, Timestamp, Health)| {
            judged == snapshot && seconds(*when, at) < JUDGED_EVERY_SECONDS
        };
        if self.judged.as_ref().is_some_and(is_fresh) {
            return;
        }
        service.current.changed.look(&service.store, snapshot).await;
        let ask = Judgement { at, window: None, without_machine: false };
        match judgement(&service.store, &*service.tables, snapshot, ask).await {
            Ok((health, _)) => self.judged = Some((snapshot.clone(), at, health)),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the month's health cannot be judged"),
        }
        match waivers_in_force(&service.store, &service.release, at).await {
            Ok(waivers) => self.waivers = waivers,
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the waivers cannot be read"),
        }
    }
}

async fn see(service: &Service) -> anyhow::Result<Seen> {
    if service.current.refresh().await? {
        let served = service.current.now();
        let snapshot = served.snapshot.as_ref().map(|snapshot| snapshot.id().to_string());
        tracing::info!(snapshot, "serving another snapshot");
    }
    let store = &service.store;
    let mut failed = store.failed_jobs().await?;
    failed.retain(|job| !is_made_up_for(service, job));
    Ok(Seen {
        jobs: store.open_jobs().await?,
        failed,
        beats: store.beats().await?,
        slots: store.last_slots(SLOTS).await?,
    })
}

/// A failed run is made up for by a later scan of each of its countries.
fn is_made_up_for(service: &Service, job: &Job) -> bool {
    let served = service.current.now();
    let Some(snapshot) = &served.snapshot else { return false };
    let since = job.finished_at.unwrap_or(job.written_at);
    let is_later = |scan: &deklaro_schemas::tables::Scan| scan.finished_at.is_some_and(|at| at > since);
    if job.countries.is_empty() {
        return snapshot.scans.values().all(is_later);
    }
    job.countries.iter().all(|country| snapshot.scans.get(country).is_some_and(is_later))
}

/// A time at which nobody asked, or somebody too late.
fn is_missed(slot: &Slot) -> bool {
    slot.outcome == SlotOutcome::Missed || slot.reason.is_some()
}

fn queue(name: &'static str, jobs: &[Job], at: Timestamp) -> QueueFigures {
    let of = |status| jobs.iter().filter(move |job| job.queue == name && job.status == status);
    let oldest = of(ScanStatus::Queued).map(|job| seconds(job.due_at(), at)).fold(0.0, f64::max);
    QueueFigures {
        queue: name,
        depth: of(ScanStatus::Queued).count(),
        running: of(ScanStatus::Running).count(),
        oldest_age_seconds: oldest,
    }
}

fn job(job: &Job, at: Timestamp) -> JobFigures {
    JobFigures {
        snapshot: job.snapshot.to_string(),
        run_id: Some(job.run_id.to_string()),
        queue: job.queue.clone(),
        countries: job.countries.iter().map(ToString::to_string).collect(),
        status: job.status.as_str(),
        requested_at: job.asked_at,
        age_seconds: seconds(job.asked_at, at),
        attempts: job.attempts,
        request_id: job.request_id.clone(),
        error_summary: job.error_summary.clone(),
    }
}

fn worker(beat: &Beat, at: Timestamp) -> WorkerFigures {
    let age = seconds(beat.beat_at, at);
    let state = match (age > SILENT_AFTER_SECONDS, beat.is_draining, &beat.snapshot) {
        (true, ..) => "silent",
        (_, true, _) => "draining",
        (.., Some(_)) => "working",
        _ => "idle",
    };
    WorkerFigures {
        worker: beat.worker.clone(),
        state,
        started_at: beat.started_at,
        last_heartbeat_at: beat.beat_at,
        heartbeat_age_seconds: age,
        snapshot: beat.snapshot.as_ref().map(ToString::to_string),
        step: beat.step.clone(),
        host_total: beat.host_total,
        host_processed: beat.host_processed,
        completed: beat.completed,
        failed: beat.failed,
    }
}

/// Seconds from one time to another; none where a clock runs behind.
fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    ((to.0 - from.0) as f64 / 1e6).max(0.0)
}
