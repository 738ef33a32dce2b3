//! Which run is taken up next, and which one has had its chances? A run may be what ends its worker.

use deklaro_schemas::Timestamp;
use deklaro_schemas::codes::ScanStatus;
use deklaro_store::Job;
use std::time::Duration;

/// Pauses double up to 64 times the first one.
const MOST_DOUBLINGS: u32 = 6;

/// How often a run is tried, and how long it rests in between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempts {
    /// A run is taken up so often at most.
    pub most: u32,
    /// Time until the second attempt; twice as long until the third.
    pub retry: Duration,
}

/// What is to be done with an open run whose countries nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may be taken up.
    Now,
    /// It rests until this time.
    NotBefore(Timestamp),
    /// It lost its worker as often as it may be taken up.
    GiveUp,
}

impl Attempts {
    /// A run that is `running` while nobody holds its countries lost its worker. The first loss is made up for at once: a machine
    /// was taken away. From the second on the run itself may be why, so it rests before each attempt.
    pub(crate) fn turn(self, job: &Job, at: Timestamp) -> Turn {
        let due = match job.status {
            ScanStatus::Running if job.attempts >= self.most => return Turn::GiveUp,
            ScanStatus::Running if job.attempts > 1 => self.rested(job.written_at, job.attempts),
            ScanStatus::Running => return Turn::Now,
            _ => job.due_at(),
        };
        if due <= at { Turn::Now } else { Turn::NotBefore(due) }
    }

    /// When a run that failed for the `attempts`-th time at this time is tried again; nothing where it was tried often enough.
    pub(crate) fn retry_at(self, attempts: u32, at: Timestamp) -> Option<Timestamp> {
        (attempts < self.most).then(|| self.rested(at, attempts))
    }

    fn rested(self, since: Timestamp, attempts: u32) -> Timestamp {
        let doublings = attempts.saturating_sub(1).min(MOST_DOUBLINGS);
        let first = i64::try_from(self.retry.as_micros()).unwrap_or(i64::MAX);
        Timestamp(since.0.saturating_add(first.saturating_mul(1 << doublings)))
    }
}

/// Runs that were taken up less often first, else in the order they were asked for: one that ends its worker holds up no other.
pub(crate) fn order(jobs: &mut [Job]) {
    jobs.sort_by(|one, other| {
        let key = |job: &Job| (job.attempts, job.asked_at);
        key(one).cmp(&key(other)).then_with(|| one.snapshot.cmp(&other.snapshot))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::{RunId, RunMonth, SnapshotId};

    const RULES: Attempts = Attempts { most: 3, retry: Duration::from_secs(30) };

    fn at(second: i64) -> Timestamp {
        Timestamp(1_795_305_600_000_000 + second * 1_000_000)
    }

    /// A run that was asked for at a second, and whose last edition was written then too.
    fn job(counter: u32, second: i64, status: ScanStatus, attempts: u32) -> Job {
        let month = RunMonth::parse("2026-11").unwrap();
        let names = (SnapshotId::new(month, counter), RunId::new(month, counter));
        Job { status, attempts, ..Job::queued(names, Vec::new(), "requests", at(second)) }
    }

    #[test]
    fn a_run_that_loses_its_worker_rests_and_is_given_up_at_the_limit() {
        use ScanStatus::{Queued, Running};
        let waiting = Job { retry_at: Some(at(60)), ..job(0, 0, Queued, 1) };
        for (job, second, expected) in [
            (job(0, 0, Queued, 0), 0, Turn::Now),
            (job(0, 0, Queued, 7), 0, Turn::Now),
            (waiting.clone(), 59, Turn::NotBefore(at(60))),
            (waiting, 60, Turn::Now),
            (job(0, 0, Running, 1), 0, Turn::Now),
            (job(0, 0, Running, 2), 0, Turn::NotBefore(at(60))),
            (job(0, 0, Running, 2), 60, Turn::Now),
            (job(0, 0, Running, 3), 0, Turn::GiveUp),
            (job(0, 0, Running, 9), 9_999, Turn::GiveUp),
        ] {
            assert_eq!(RULES.turn(&job, at(second)), expected, "{job:?} at {second}");
        }
    }

    #[test]
    fn a_pause_doubles_from_attempt_to_attempt_and_not_without_end() {
        let told = |attempts| RULES.retry_at(attempts, at(0));
        assert_eq!([told(1), told(2), told(3)], [Some(at(30)), Some(at(60)), None]);
        let many = Attempts { most: u32::MAX, ..RULES };
        assert_eq!(many.retry_at(4_000_000, at(0)), Some(at(30 * 64)));
        let endless = Attempts { retry: Duration::MAX, ..many };
        assert_eq!(endless.retry_at(2, at(0)), Some(Timestamp(i64::MAX)));
    }

    #[test]
    fn a_run_that_was_tried_holds_up_no_other() {
        use ScanStatus::{Queued, Running};
        let mut jobs =
            [job(0, 1, Running, 2), job(3, 2, Queued, 0), job(2, 2, Queued, 0), job(1, 3, Queued, 1)];
        order(&mut jobs);
        assert_eq!(
            jobs.map(|job| job.snapshot.to_string()),
            ["2026-11.2", "2026-11.3", "2026-11.1", "2026-11.0"]
        );
    }
}
