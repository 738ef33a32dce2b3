//! Keeps the schedule: each time is settled once, by whichever service is there.

use super::queue::{Answered, QueueRequest, SCHEDULE, ask, usual_month};
use super::schedule::Schedule;
use super::shared::Service;
use deklaro_console::now;
use deklaro_schemas::Timestamp;
use deklaro_store::{Slot, SlotOutcome, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// A run that is asked for so long after its time was missed, and is made up for.
const ON_TIME: i64 = 5 * 60 * 1_000_000;
/// Looked at so often.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(5);
/// Asks for runs when they are due, until the service is told to stop.
pub(crate) async fn keep(service: Arc<Service>, schedule: Schedule) {
    let stop = service.shutdown.token.clone();
    while !stop.is_cancelled() {
        match settle(&service.store, &schedule, now()).await {
            Ok(true) => service.wake.notify_one(),
            Ok(false) => {}
            Err(error) => tracing::error!(error = format!("{error:#}"), "the schedule could not be kept"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOKED_AT_EVERY) => {}
        }
    }
}

/// Settles every time that is due. True where a run was asked for.
async fn settle(store: &Store, schedule: &Schedule, at: Timestamp) -> anyhow::Result<bool> {
    let Some(last) = store.last_slots(1).await?.pop() else {
        add(store, slot(schedule, at, at, SlotOutcome::Began)).await?;
        return Ok(false);
    };
    let due = schedule.between(last.due_at, at);
    let Some((newest, older)) = due.split_last() else { return Ok(false) };
    for time in older {
        tracing::warn!(due_at = %time, "a time of the schedule was missed");
        let reason = Some("no service was there".to_owned());
        add(store, Slot { reason, ..slot(schedule, *time, at, SlotOutcome::Missed) }).await?;
    }
    let settled = due_now(store, schedule, *newest, at).await?;
    let is_queued = settled.outcome == SlotOutcome::Queued;
    if let Some(reason) = &settled.reason {
        tracing::warn!(due_at = %newest, reason, "a time of the schedule was missed");
    }
    add(store, settled).await?;
    Ok(is_queued)
}

/// Asks for the run of a time. Services that do so at once ask under the same key.
async fn due_now(store: &Store, schedule: &Schedule, due: Timestamp, at: Timestamp) -> anyhow::Result<Slot> {
    let current = store.history().await?.current().cloned();
    let asked = QueueRequest {
        month: usual_month(current.as_ref())?,
        // Where a month ahead is published already, the schedule can go on with that one alone.
        may_be_ahead: true,
        countries: Vec::new(),
        queue: SCHEDULE,
        request_id: None,
        idempotency_key: Some(format!("schedule {due}")),
    };
    let late = (at.0 - due.0 > ON_TIME).then(|| "no service was there; asked for later".to_owned());
    Ok(match ask(store, &asked).await? {
        Answered::Queued(job) => {
            tracing::info!(due_at = %due, snapshot = %job.snapshot, "scheduled run queued");
            Slot {
                snapshot: Some(job.snapshot),
                reason: late,
                ..slot(schedule, due, at, SlotOutcome::Queued)
            }
        }
        Answered::Active(_, why) | Answered::MonthPassed(why) | Answered::MonthAhead(why) => {
            Slot { reason: Some(why), ..slot(schedule, due, at, SlotOutcome::Missed) }
        }
    })
}

fn slot(schedule: &Schedule, due: Timestamp, at: Timestamp, outcome: SlotOutcome) -> Slot {
    Slot {
        due_at: due,
        written_at: at,
        outcome,
        schedule: schedule.to_string(),
        snapshot: None,
        reason: None,
    }
}

async fn add(store: &Store, slot: Slot) -> Result<(), StoreError> {
    match store.add_slot(&slot).await {
        // Another service was faster.
        Ok(()) | Err(StoreError::Exists { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn times_are_settled_once_and_missed_ones_are_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let schedule = Schedule::parse("0 2 1 * *").unwrap();
        let settle = async |time: &str| settle(&store, &schedule, at(time)).await.unwrap();
        assert!(!settle("2026-08-15T00:00:00Z").await, "it begins");
        assert!(!settle("2026-08-31T23:59:59Z").await);
        assert!(settle("2026-09-01T02:00:10Z").await);
        assert!(!settle("2026-09-01T02:00:20Z").await, "once");
        assert!(!settle("2026-12-01T02:00:05Z").await, "the run of September waits still");
        let slots = store.last_slots(9).await.unwrap();
        let told: Vec<(String, SlotOutcome)> =
            slots.iter().map(|slot| (slot.due_at.to_string(), slot.outcome)).collect();
        let expected = [
            ("2026-08-15T00:00:00Z", SlotOutcome::Began),
            ("2026-09-01T02:00:00Z", SlotOutcome::Queued),
            ("2026-10-01T02:00:00Z", SlotOutcome::Missed),
            ("2026-11-01T02:00:00Z", SlotOutcome::Missed),
            ("2026-12-01T02:00:00Z", SlotOutcome::Missed),
        ];
        assert_eq!(told, expected.map(|(time, outcome)| (time.to_owned(), outcome)));
        assert_eq!(
            slots[4].reason.as_deref(),
            slots[4].reason.as_deref().filter(|why| why.contains("is queued"))
        );
    }

    #[tokio::test]
    async fn a_run_that_comes_late_is_made_up_for_and_said_to_be_late() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let schedule = Schedule::parse("0 2 * * *").unwrap();
        settle(&store, &schedule, at("2026-11-20T12:00:00Z")).await.unwrap();
        assert!(settle(&store, &schedule, at("2026-11-21T09:00:00Z")).await.unwrap());
        let slot = store.last_slots(1).await.unwrap().pop().unwrap();
        assert_eq!(
            (slot.outcome, slot.reason.is_some(), slot.snapshot.is_some()),
            (SlotOutcome::Queued, true, true)
        );
    }
}
