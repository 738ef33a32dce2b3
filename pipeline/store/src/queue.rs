//! Scans that wait or are at work, as records that survive whoever wrote them.
//!
//! ```text
//! queue/open/2026-11.1.json                something is left to do for this snapshot
//! queue/failed/2026-11.1.json              it failed, and nobody has made up for it yet
//! queue/jobs/2026-11.1/00000003.json       what became of it, edition after edition; the newest counts
//! queue/slots/2026-12-01T020000Z.json      what became of a time of the schedule
//! workers/<worker>.json                    when a worker was last heard of; overwritten
//! ```
//!
//! An edition is created once: of two that want to write the next one, exactly one does. Who works on a country is a matter of
//! leases, not of this record.

use super::{Owner, Store, StoreError};
use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::{CountryCode, RunId, RunMonth, ScanId, SnapshotId, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const OPEN: &str = "queue/open";
const FAILED: &str = "queue/failed";
const JOBS: &str = "queue/jobs";
const SLOTS: &str = "queue/slots";
const WORKERS: &str = "workers";

/// A run that somebody asked for. Its snapshot's number is taken when it is asked for, so that its scans have their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Number of the edition, from 1.
    pub sequence: u32,
    /// The snapshot it was asked to make.
    pub snapshot: SnapshotId,
    /// The run that does it, also when it is resumed.
    pub run_id: RunId,
    /// Its month.
    pub month: RunMonth,
    /// Its countries; empty for all on the lists.
    pub countries: Vec<CountryCode>,
    /// What asked for it: `requests` or `schedule`.
    pub queue: String,
    /// The request it came with.
    pub request_id: Option<String>,
    /// What the client calls the request, so that asking again is not asking twice.
    pub idempotency_key: Option<String>,
    /// queued, running, completed or failed.
    pub status: ScanStatus,
    /// When it was asked for.
    #[serde(with = "rfc3339::exact", alias = "asked_us")]
    pub asked_at: Timestamp,
    /// When this edition was written.
    #[serde(with = "rfc3339::exact", alias = "written_us")]
    pub written_at: Timestamp,
    /// When it was first taken up.
    #[serde(with = "rfc3339::exact", alias = "started_us", default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(with = "rfc3339::exact", alias = "finished_us", default)]
    pub finished_at: Option<Timestamp>,
    /// Not taken up before then: an attempt failed.
    #[serde(with = "rfc3339::exact", alias = "not_before_us", default)]
    pub retry_at: Option<Timestamp>,
    /// How often it was taken up.
    pub attempts: u32,
    /// The worker that wrote this edition.
    pub worker: Option<String>,
    /// The snapshot it was published as; another one where a second run published in between.
    pub published: Option<SnapshotId>,
    /// Why it is where it is: a failure, or why it was put back.
    pub reason_code: Option<String>,
    /// The same in words.
    pub error_summary: Option<String>,
}

impl Job {
    /// A run that waits in a queue, as it is written first; `countries` is empty for all on the lists.
    pub fn queued(
        (snapshot, run_id): (SnapshotId, RunId),
        countries: Vec<CountryCode>,
        queue: &str,
        at: Timestamp,
    ) -> Self {
        Self {
            sequence: 1,
            month: snapshot.month(),
            snapshot,
            run_id,
            countries,
            queue: queue.to_owned(),
            request_id: None,
            idempotency_key: None,
            status: ScanStatus::Queued,
            asked_at: at,
            written_at: at,
            started_at: None,
            finished_at: None,
            retry_at: None,
            attempts: 0,
            worker: None,
            published: None,
            reason_code: None,
            error_summary: None,
        }
    }

    /// True until it is completed or failed.
    pub fn is_open(&self) -> bool {
        matches!(self.status, ScanStatus::Queued | ScanStatus::Running)
    }

    /// True when it scans this country.
    pub fn is_about(&self, country: CountryCode) -> bool {
        self.countries.is_empty() || self.countries.contains(&country)
    }

    /// True when no two of these may be at work at once.
    pub fn overlaps(&self, countries: &[CountryCode]) -> bool {
        countries.is_empty() || self.countries.is_empty() || countries.iter().any(|one| self.is_about(*one))
    }

    /// The scan of a country in it.
    pub fn scan_id(&self, country: CountryCode) -> ScanId {
        ScanId::of(&self.snapshot, country)
    }

    /// When it could first be taken up; what it has waited since then is lag.
    pub fn due_at(&self) -> Timestamp {
        self.retry_at.unwrap_or(self.asked_at)
    }
}

/// What stands in the mark of a job that is open, for people.
#[derive(Serialize)]
struct Mark<'a> {
    run_id: &'a RunId,
    #[serde(with = "rfc3339::exact")]
    asked_at: Timestamp,
}

/// What became of a time of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The time.
    #[serde(with = "rfc3339::exact", alias = "due_us")]
    pub due_at: Timestamp,
    /// When this was written.
    #[serde(with = "rfc3339::exact", alias = "written_us")]
    pub written_at: Timestamp,
    /// What became of it.
    pub outcome: SlotOutcome,
    /// The schedule, as written.
    pub schedule: String,
    /// The run that was asked for at that time.
    pub snapshot: Option<SnapshotId>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// What became of a time of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotOutcome {
    /// The schedule began here; nothing was due.
    Began,
    /// A run was asked for.
    Queued,
    /// Nobody was there, or another run was in the way.
    Missed,
}

/// A worker, as last heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Name of the worker.
    pub worker: String,
    /// The process it is.
    pub owner: Owner,
    /// Since when.
    #[serde(with = "rfc3339::exact", alias = "started_us")]
    pub started_at: Timestamp,
    /// When it was heard of.
    #[serde(with = "rfc3339::exact", alias = "beat_us")]
    pub beat_at: Timestamp,
    /// True once it was told to stop.
    pub is_draining: bool,
    /// What it is at.
    pub snapshot: Option<SnapshotId>,
    /// The step of it.
    pub step: Option<String>,
    /// Hosts to visit, where they are counted.
    pub host_total: u64,
    /// Hosts visited.
    pub host_processed: u64,
    /// Runs it completed.
    pub completed: u64,
    /// Runs that failed with it.
    pub failed: u64,
}

impl Store {
    /// Writes down a run that was asked for.
    pub async fn add_job(&self, job: &Job) -> Result<(), StoreError> {
        // First the mark: a job that is written and not marked would never be found.
        let mark = to_json(&Mark { run_id: &job.run_id, asked_at: job.asked_at });
        self.create(&format!("{OPEN}/{}.json", job.snapshot), mark.into()).await?;
        self.write_edition(job).await
    }

    /// Writes the next edition of a job. [`StoreError::Exists`] where somebody else did.
    pub async fn advance_job(&self, job: &Job) -> Result<(), StoreError> {
        self.write_edition(job).await?;
        if job.is_open() {
            return Ok(());
        }
        if job.status == ScanStatus::Failed {
            match self.create(&format!("{FAILED}/{}.json", job.snapshot), "{}".into()).await {
                Ok(()) | Err(StoreError::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        self.unmark(OPEN, &job.snapshot).await
    }

    /// The jobs that failed and that nobody has made up for.
    pub async fn failed_jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.marked(FAILED).await
    }

    /// A failure somebody has made up for.
    pub async fn settle_failed(&self, snapshot: &SnapshotId) -> Result<(), StoreError> {
        self.unmark(FAILED, snapshot).await
    }

    /// What became of the run that was asked to make a snapshot; nothing where nobody asked.
    pub async fn job(&self, snapshot: &SnapshotId) -> Result<Option<Job>, StoreError> {
        let folder = format!("{JOBS}/{snapshot}");
        let Some((path, _)) = self.list(&folder).await?.pop() else { return Ok(None) };
        self.read_json(&path).await.map(Some)
    }

    /// The snapshots that runs were asked to make.
    pub async fn asked_for(&self) -> Result<BTreeSet<SnapshotId>, StoreError> {
        let paths = self.list(JOBS).await?;
        let of = |path: &str| path.strip_prefix(JOBS)?.split('/').nth(1).map(SnapshotId::parse)?.ok();
        Ok(paths.iter().filter_map(|(path, _)| of(path)).collect())
    }

    /// The jobs that are not ended, in the order they were asked for.
    pub async fn open_jobs(&self) -> Result<Vec<Job>, StoreError> {
        let mut jobs = Vec::new();
        // A mark without a job: whoever asked is about to write it, or was killed before anybody was told.
        for job in self.marked(OPEN).await? {
            if job.is_open() {
                jobs.push(job);
            } else {
                // Its worker was killed before it could take the mark away.
                self.unmark(OPEN, &job.snapshot).await?;
            }
        }
        jobs.sort_by_key(|job| (job.asked_at, job.snapshot.clone()));
        Ok(jobs)
    }

    /// Writes what became of a time of the schedule. [`StoreError::Exists`] where another process did.
    pub async fn add_slot(&self, slot: &Slot) -> Result<(), StoreError> {
        // No colons: not every file system takes them.
        let name = slot.due_at.to_string().replace(':', "");
        self.create(&format!("{SLOTS}/{name}.json"), to_json(slot).into()).await
    }

    /// The last times of the schedule, oldest first, so many at most.
    pub async fn last_slots(&self, count: usize) -> Result<Vec<Slot>, StoreError> {
        let paths = self.list(SLOTS).await?;
        let mut slots = Vec::new();
        for (path, _) in paths.iter().skip(paths.len().saturating_sub(count)) {
            slots.push(self.read_json(path).await?);
        }
        Ok(slots)
    }

    /// Writes down that a worker is alive.
    pub async fn beat(&self, beat: &Beat) -> Result<(), StoreError> {
        self.replace(&worker_path(&beat.worker), to_json(beat).into()).await
    }

    /// Every worker that did not say goodbye.
    pub async fn beats(&self) -> Result<Vec<Beat>, StoreError> {
        let mut beats = Vec::new();
        for (path, _) in self.list(WORKERS).await? {
            match self.read_json(&path).await {
                Ok(beat) => beats.push(beat),
                // It said goodbye in between, or is being written by another version.
                Err(StoreError::Missing { .. } | StoreError::Corrupt { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(beats)
    }

    /// Forgets a worker that stopped or has not been heard of for long.
    pub async fn forget_worker(&self, worker: &str) -> Result<(), StoreError> {
        match self.delete(&worker_path(worker)).await {
            Ok(()) | Err(StoreError::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The run that took a snapshot's number; nothing where the number is free.
    pub async fn claimed_by(&self, snapshot: &SnapshotId) -> Result<Option<RunId>, StoreError> {
        #[derive(Deserialize)]
        struct Claim {
            run_id: RunId,
        }
        match self.read_json::<Claim>(&Manifest::claim_path(snapshot)).await {
            Ok(claim) => Ok(Some(claim.run_id)),
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn write_edition(&self, job: &Job) -> Result<(), StoreError> {
        self.create(&format!("{JOBS}/{}/{:08}.json", job.snapshot, job.sequence), to_json(job).into()).await
    }

    async fn marked(&self, folder: &str) -> Result<Vec<Job>, StoreError> {
        let mut jobs = Vec::new();
        for (path, _) in self.list(folder).await? {
            if let Some(snapshot) = name_of(&path).and_then(|name| SnapshotId::parse(name).ok()) {
                jobs.extend(self.job(&snapshot).await?);
            }
        }
        Ok(jobs)
    }

    async fn unmark(&self, folder: &str, snapshot: &SnapshotId) -> Result<(), StoreError> {
        match self.delete(&format!("{folder}/{snapshot}.json")).await {
            Ok(()) | Err(StoreError::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, StoreError> {
        let bytes = self.read_record(path).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { path: path.to_owned(), why: error.to_string() })
    }
}

fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("a record has only texts and numbers")
}

/// Worker names are made of the machine's name: what could leave the folder is replaced.
fn worker_path(worker: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    format!("{WORKERS}/{}.json", worker.chars().map(plain).collect::<String>())
}

fn name_of(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.strip_suffix(".json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp((1_795_305_600 + second) * 1_000_000)
    }

    fn job(counter: u32, countries: &[&str], second: i64) -> Job {
        let month = RunMonth::parse("2026-11").unwrap();
        let names = (SnapshotId::new(month, counter), RunId::new(month, counter));
        let countries = countries.iter().map(|code| CountryCode::parse(code).unwrap()).collect();
        Job::queued(names, countries, "requests", at(second))
    }

    fn next(job: &Job, status: ScanStatus) -> Job {
        Job { sequence: job.sequence + 1, status, ..job.clone() }
    }

    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn jobs_come_in_the_order_they_were_asked_for_until_they_end() {
        let (_folder, store) = store().await;
        let (first, second) = (job(1, &["AT"], 5), job(0, &["DE"], 9));
        for job in [&second, &first] {
            store.add_job(job).await.unwrap();
        }
        assert_eq!(store.open_jobs().await.unwrap(), [first.clone(), second.clone()]);
        assert!(store.asked_for().await.unwrap().iter().eq([&second.snapshot, &first.snapshot]));
        let running = next(&first, ScanStatus::Running);
        store.advance_job(&running).await.unwrap();
        store.advance_job(&next(&running, ScanStatus::Completed)).await.unwrap();
        assert_eq!(store.open_jobs().await.unwrap(), [second]);
        assert_eq!(store.job(&first.snapshot).await.unwrap().unwrap().status, ScanStatus::Completed);
        assert_eq!(store.job(&job(7, &[], 0).snapshot).await.unwrap(), None);
    }

    #[tokio::test]
    async fn of_two_that_write_the_next_edition_one_does() {
        let (_folder, store) = store().await;
        let first = job(0, &["AT"], 0);
        store.add_job(&first).await.unwrap();
        assert!(matches!(store.add_job(&first).await, Err(StoreError::Exists { .. })));
        store.advance_job(&next(&first, ScanStatus::Running)).await.unwrap();
        let late = store.advance_job(&next(&first, ScanStatus::Failed)).await;
        assert!(matches!(late, Err(StoreError::Exists { .. })));
        assert_eq!(store.open_jobs().await.unwrap()[0].status, ScanStatus::Running);
    }

    #[tokio::test]
    async fn a_mark_without_a_job_is_nothing_and_one_of_an_ended_job_goes() {
        let (_folder, store) = store().await;
        store.create("queue/open/2026-11.4.json", "{}".into()).await.unwrap();
        assert_eq!(store.open_jobs().await.unwrap(), []);
        let ended = Job { status: ScanStatus::Failed, ..job(3, &[], 0) };
        store.add_job(&ended).await.unwrap();
        assert_eq!(store.open_jobs().await.unwrap(), []);
        assert!(!store.exists("queue/open/2026-11.3.json").await.unwrap());
    }

    #[tokio::test]
    async fn a_time_of_the_schedule_is_settled_once() {
        let (_folder, store) = store().await;
        let slot = |second, outcome| Slot {
            due_at: at(second),
            written_at: at(second),
            outcome,
            schedule: "0 2 1 * *".to_owned(),
            snapshot: None,
            reason: None,
        };
        for second in [0, 60, 120] {
            store.add_slot(&slot(second, SlotOutcome::Queued)).await.unwrap();
        }
        let again = store.add_slot(&slot(60, SlotOutcome::Missed)).await;
        assert!(matches!(again, Err(StoreError::Exists { .. })));
        let last: Vec<Timestamp> =
            store.last_slots(2).await.unwrap().into_iter().map(|slot| slot.due_at).collect();
        assert_eq!(last, [at(60), at(120)]);
    }

    #[tokio::test]
    async fn a_worker_is_known_until_it_says_goodbye_and_its_name_leaves_no_folder() {
        let (folder, store) = store().await;
        let owner = Owner {
            token: String::new(),
            run_id: None,
            host: "../h".to_owned(),
            process: 1,
            place: String::new(),
        };
        let beat = Beat {
            worker: "../../h-1".to_owned(),
            owner,
            started_at: at(0),
            beat_at: at(0),
            is_draining: false,
            snapshot: None,
            step: None,
            host_total: 0,
            host_processed: 0,
            completed: 0,
            failed: 0,
        };
        store.beat(&beat).await.unwrap();
        let later = Beat { beat_at: at(9), ..beat };
        store.beat(&later).await.unwrap();
        assert_eq!(store.beats().await.unwrap(), std::slice::from_ref(&later));
        assert!(folder.path().join("workers/______h-1.json").exists());
        store.forget_worker(&later.worker).await.unwrap();
        store.forget_worker(&later.worker).await.unwrap();
        assert_eq!(store.beats().await.unwrap(), []);
    }

    #[test]
    fn scans_over_all_countries_overlap_with_each() {
        let codes = |texts: &[&str]| -> Vec<CountryCode> {
            texts.iter().map(|text| CountryCode::parse(text).unwrap()).collect()
        };
        let austria = job(0, &["AT"], 0);
        assert!(austria.overlaps(&codes(&["DE", "AT"])) && austria.overlaps(&[]));
        assert!(!austria.overlaps(&codes(&["DE"])));
        assert!(job(0, &[], 0).overlaps(&codes(&["DE"])));
    }
}
