//! Asking for scans: one active scan per country, whoever asks, wherever the services are.

use deklaro_console::{UsageError, now};
use deklaro_record::{Announced, announce, is_gone, not_ahead, owner, this_month};
use deklaro_schemas::{CountryCode, RunMonth, SnapshotId};
use deklaro_store::{Job, Lease, LeaseScope, Store, StoreError};
use std::time::Duration;

/// Scans that clients ask for.
pub const REQUESTS: &str = "requests";
/// Runs of the schedule.
pub(crate) const SCHEDULE: &str = "schedule";
/// Every queue there is.
pub(crate) const QUEUES: [&str; 2] = [REQUESTS, SCHEDULE];

/// Somebody else who is just asking needs so long for it.
const TRIES: usize = 20;
/// So many snapshots of a month may be deleted before its numbers are taken to end.
const DELETED: u32 = 16;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What is asked for.
#[derive(Debug, Clone)]
pub struct QueueRequest {
    /// Its month.
    pub month: RunMonth,
    /// True where it may lie beyond next month.
    pub may_be_ahead: bool,
    /// Its countries; empty for all on the lists.
    pub countries: Vec<CountryCode>,
    /// Where it waits: `requests` or `schedule`.
    pub queue: &'static str,
    /// The request it came with.
    pub request_id: Option<String>,
    /// What the client calls the request, so that asking again is not asking twice.
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Answered {
    /// It waits; or it was asked for before, under the same key.
    Queued(Box<Job>),
    /// Another one is active: its snapshot where it is known, and who it is.
    Active(Option<SnapshotId>, String),
    /// A later month is current already.
    MonthPassed(String),
    /// It lies beyond next month, and nobody said that this is meant.
    MonthAhead(String),
}

/// Queues a run, unless an overlapping one waits or is at work. When two ask at once, the second is told of
/// the first.
pub async fn ask(store: &Store, asked: &QueueRequest) -> anyhow::Result<Answered> {
    if let Some(error) = not_ahead(asked.month).err().filter(|_| !asked.may_be_ahead) {
        return Ok(Answered::MonthAhead(error.to_string()));
    }
    let owner = owner(None);
    let scope = LeaseScope::of(&asked.countries);
    for _ in 0..TRIES {
        // Answered without a lease where one is active: a worker may hold it for hours.
        if let Some(answered) = active(store, asked).await? {
            return Ok(answered);
        }
        match store.acquire(&owner, &scope, false, now(), is_gone).await {
            Ok(lease) => {
                let answered = queued(store, asked).await;
                release(store, &lease).await;
                return answered;
            }
            Err(StoreError::Busy(lease)) if lease.owner.run_id.is_some() => {
                let snapshot = claimed(store, &lease).await?;
                return Ok(Answered::Active(snapshot, lease.to_string()));
            }
            // Somebody is asking for the same.
            Err(StoreError::Busy(_)) => tokio::time::sleep(BETWEEN_TRIES).await,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Answered::Active(None, "somebody else is asking for a scan of it".to_owned()))
}

/// The same month of the current snapshot or a later one, or this month: what is run where no month is named.
pub(crate) fn usual_month(current: Option<&SnapshotId>) -> Result<RunMonth, UsageError> {
    let month = this_month()?;
    Ok(current.map_or(month, |snapshot| snapshot.month().max(month)))
}

/// What stands in the way already.
async fn active(store: &Store, asked: &QueueRequest) -> anyhow::Result<Option<Answered>> {
    let current = store.history().await?.current().cloned();
    if let Some(later) = current.filter(|current| current.month() > asked.month) {
        let text = format!("`{}` lies before the current snapshot `{later}`", asked.month);
        return Ok(Some(Answered::MonthPassed(text)));
    }
    for job in store.open_jobs().await? {
        if job.overlaps(&asked.countries) {
            let is_same = asked.idempotency_key.is_some()
                && job.idempotency_key == asked.idempotency_key
                && (job.month, &job.countries) == (asked.month, &asked.countries);
            let text = format!("the run for snapshot `{}` is {}", job.snapshot, job.status);
            let active = Answered::Active(Some(job.snapshot.clone()), text);
            return Ok(Some(if is_same { Answered::Queued(Box::new(job)) } else { active }));
        }
    }
    Ok(None)
}

/// Queues it; the countries are held, so nobody else does meanwhile.
async fn queued(store: &Store, asked: &QueueRequest) -> anyhow::Result<Answered> {
    if let Some(answered) = active(store, asked).await? {
        return Ok(answered);
    }
    let Announced { run_id, snapshot } = announce(store, asked.month).await?;
    let job = Job {
        request_id: asked.request_id.clone(),
        idempotency_key: asked.idempotency_key.clone(),
        ..Job::queued((snapshot, run_id), asked.countries.clone(), asked.queue, now())
    };
    store.add_job(&job).await?;
    tracing::info!(snapshot = %job.snapshot, run_id = %job.run_id, queue = job.queue, "run queued");
    Ok(Answered::Queued(Box::new(job)))
}

async fn release(store: &Store, lease: &Lease) {
    if let Err(error) = store.release(lease).await {
        tracing::warn!(%error, "lease not given back; it expires by itself");
    }
}

/// The snapshot that the run of a lease makes.
async fn claimed(store: &Store, lease: &Lease) -> Result<Option<SnapshotId>, StoreError> {
    let Some(run) = &lease.owner.run_id else { return Ok(None) };
    let Some(month) = run.as_str().get(..7).and_then(|month| RunMonth::parse(month).ok()) else {
        return Ok(None);
    };
    let (mut found, mut free) = (None, 0);
    for counter in 0.. {
        let snapshot = SnapshotId::new(month, counter);
        match store.claimed_by(&snapshot).await? {
            // Not the last word: a run that was overtaken takes another number.
            Some(by) if by == *run => found = Some(snapshot),
            Some(_) => {}
            None => free += 1,
        }
        if free > DELETED {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(countries: &[&str], key: Option<&str>) -> QueueRequest {
        QueueRequest {
            month: RunMonth::parse("2026-11").unwrap(),
            may_be_ahead: true,
            countries: countries.iter().map(|code| CountryCode::parse(code).unwrap()).collect(),
            queue: REQUESTS,
            request_id: None,
            idempotency_key: key.map(str::to_owned),
        }
    }

    fn active_of(answered: &Answered) -> Option<&str> {
        match answered {
            Answered::Active(Some(snapshot), _) => Some(snapshot.as_str()),
            _ => None,
        }
    }

    #[tokio::test]
    async fn one_active_scan_per_country_and_the_same_key_is_the_same_scan() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let first = ask(&store, &asked(&["AT"], Some("k"))).await.unwrap();
        let Answered::Queued(first) = first else { panic!("{first:?}") };
        assert_eq!(first.snapshot.as_str(), "2026-11.0");
        assert_eq!(active_of(&ask(&store, &asked(&["AT"], None)).await.unwrap()), Some("2026-11.0"));
        assert_eq!(active_of(&ask(&store, &asked(&[], Some("k"))).await.unwrap()), Some("2026-11.0"));
        let again = ask(&store, &asked(&["AT"], Some("k"))).await.unwrap();
        assert!(matches!(again, Answered::Queued(job) if job == first));
        assert!(matches!(ask(&store, &asked(&["DE"], None)).await.unwrap(), Answered::Queued(_)));
        assert_eq!(store.leases(now()).await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_month_far_ahead_is_refused_and_nothing_is_queued_unless_it_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let far = QueueRequest { month: RunMonth::parse("9998-11").unwrap(), ..asked(&["AT"], None) };
        let by_mistake = QueueRequest { may_be_ahead: false, ..far.clone() };
        let answered = ask(&store, &by_mistake).await.unwrap();
        assert!(matches!(&answered, Answered::MonthAhead(text) if text.contains("9998-11")), "{answered:?}");
        assert!(store.open_jobs().await.unwrap().is_empty());
        assert!(matches!(ask(&store, &far).await.unwrap(), Answered::Queued(_)));
    }

    #[tokio::test]
    async fn of_many_at_once_one_is_queued() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let wanted = asked(&["AT"], None);
        let all = futures::future::join_all((0..6).map(|_| ask(&store, &wanted))).await;
        let queued = all.iter().filter(|one| matches!(one, Ok(Answered::Queued(_)))).count();
        assert_eq!(queued, 1, "{all:?}");
        assert_eq!(store.open_jobs().await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_run_from_the_command_line_is_active_too() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let month = RunMonth::parse("2026-11").unwrap();
        let announced = announce(&store, month).await.unwrap();
        let scope = LeaseScope::of(&[CountryCode::parse("AT").unwrap()]);
        store.acquire(&owner(Some(&announced.run_id)), &scope, false, now(), |_| false).await.unwrap();
        assert_eq!(active_of(&ask(&store, &asked(&["AT"], None)).await.unwrap()), Some("2026-11.0"));
    }

    #[test]
    fn no_month_named_is_this_one_or_that_of_a_later_snapshot() {
        let late = SnapshotId::parse("9998-01.0").unwrap();
        assert_eq!(usual_month(Some(&late)).unwrap().as_str(), "9998-01");
        assert!(usual_month(None).unwrap() < late.month());
    }
}
