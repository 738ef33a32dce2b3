//! How is a lease taken from a run that holds it for nothing?

use super::owner::owner;
use deklaro_schemas::stored::{Entry, LeaseBreak};
use deklaro_schemas::{RunId, Timestamp};
use deklaro_store::{Lease, Store, StoreError};

/// Takes the leases of a run from it at `at`, one row of the registry each; no row where it holds none. Each is on record before it is
/// taken, so that none is taken without a reason.
pub async fn break_leases(
    store: &Store,
    run: &RunId,
    at: Timestamp,
    (by, reason): (&str, &str),
) -> Result<Vec<Entry<LeaseBreak>>, StoreError> {
    let mut broken = store.leases(at).await?;
    broken.retain(|lease| lease.owner.run_id.as_ref() == Some(run));
    let mut rows = Vec::new();
    for lease in &broken {
        rows.push(store.register(at, by, None, row(run, lease, reason)).await?);
    }
    if !broken.is_empty() {
        store.break_leases(&owner(None), &broken).await?;
    }
    Ok(rows)
}

fn row(run: &RunId, lease: &Lease, reason: &str) -> LeaseBreak {
    LeaseBreak {
        run_id: run.clone(),
        host: lease.owner.host.clone(),
        process: lease.owner.process,
        since_at: lease.since_at.to_second(),
        expires_at: lease.expires_at.to_second(),
        reason: reason.to_owned(),
    }
}
