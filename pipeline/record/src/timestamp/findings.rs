//! Which time stamps of the ref log do not hold, and which does the registry name that are gone?

use super::check;
use deklaro_schemas::codes::{EventType, SnapshotState};
use deklaro_schemas::stored::{Event, Manifest, RefEntry};
use deklaro_store::{Finding, History, StampSubject, Store, StoreError};
use futures::future::BoxFuture;
use rustls_pki_types::CertificateDer;

/// Every stamp of an entry that does not hold, and every stamp that the registry names and the store has not.
pub fn findings<'a>(
    store: &'a Store,
    trusted: Option<&'a [CertificateDer<'a>]>,
) -> BoxFuture<'a, anyhow::Result<Vec<Finding>>> {
    Box::pin(async move {
        let mut findings = Vec::new();
        for (path, _) in store.list(RefEntry::STAMPS).await? {
            let problem = problem_of_entry(store, &path, trusted).await?;
            findings.extend(problem.map(|problem| Finding { path, problem }));
        }
        findings.extend(missing(store).await?);
        Ok(findings)
    })
}

/// What is wrong with the stamp at this path; an entry that was cut off the log leaves its stamp behind.
async fn problem_of_entry(
    store: &Store,
    path: &str,
    trusted: Option<&[CertificateDer<'_>]>,
) -> anyhow::Result<Option<String>> {
    let Some(sequence) = RefEntry::stamped_at(path) else {
        return Ok(Some(format!(
            "it is no time stamp of an entry, expected `{}`",
            RefEntry::timestamp_path(1)
        )));
    };
    let entry = match store.stamped_bytes(StampSubject::Entry(sequence)).await {
        Err(StoreError::Missing { .. }) => {
            return Ok(Some(format!("it is about entry {sequence} of the ref log, which is missing")));
        }
        read => read?,
    };
    let answer = store.read_record(path).await?;
    Ok(check::check_answer(&answer, &entry, None, trusted).err().map(|error| error.to_string()))
}

async fn missing(store: &Store) -> anyhow::Result<Vec<Finding>> {
    let events = match store.events().await {
        Err(StoreError::Chain { path, why }) => return Ok(vec![Finding { path, problem: why }]),
        read => read?,
    };
    let history = store.history().await?;
    let mut findings = Vec::new();
    for event in events.iter().filter(|event| event.event_type == EventType::Timestamp && event.is_ok) {
        let path = kept_at(event, &history);
        if !store.exists(&path).await? {
            let (sequence, at) = (event.sequence, event.at);
            let problem = format!("missing; event {sequence} of the registry says that it was kept at {at}");
            findings.push(Finding { path, problem });
        }
    }
    Ok(findings)
}

/// Where the stamp of an event is; that of a deleted snapshot lies with its tombstone.
fn kept_at(event: &Event, history: &History) -> String {
    let of_manifest = Manifest::timestamp_path(&event.snapshot);
    let path = event.path.clone().unwrap_or_else(|| of_manifest.clone());
    let is_deleted = history.state(&event.snapshot) == Some(SnapshotState::Vacuumed);
    if is_deleted && path == of_manifest { Manifest::tombstone_timestamp_path(&event.snapshot) } else { path }
}
