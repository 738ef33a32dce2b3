//! How does a manifest or an entry of the ref log get its time stamp, and does the one it has hold?

use super::ask;
use super::authority::TimeAuthority;
use super::check::{self, Stamp};
use super::error::TimestampError;
use anyhow::Context;
use deklaro_console::now;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::EventType;
use deklaro_schemas::stored::Event;
use deklaro_store::{StampSubject, Store, StoreError};
use futures::future::BoxFuture;
use rustls_pki_types::CertificateDer;
use serde::Serialize;
use std::time::Instant;

/// A snapshot, or the entry of the ref log about it, with its time stamp.
#[derive(Debug, Clone, Serialize)]
pub struct Stamped {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Where the authority's answer is.
    pub path: String,
    /// False where it was there already.
    pub is_new: bool,
    /// What it says.
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// Asks the authority about a snapshot's manifest and keeps its answer, if it holds. One that is there already stays.
///
/// What came of it is an event of the registry, whichever way it went.
pub fn stamp<'a>(
    store: &'a Store,
    snapshot: &'a SnapshotId,
    by: &'a TimeAuthority,
) -> BoxFuture<'a, anyhow::Result<Stamped>> {
    Box::pin(stamp_subject(store, (StampSubject::Manifest(snapshot), snapshot), by))
}

/// The same about a manifest or an entry of the ref log, which is about the snapshot.
pub(super) async fn stamp_subject(
    store: &Store,
    (subject, snapshot): (StampSubject<'_>, &SnapshotId),
    by: &TimeAuthority,
) -> anyhow::Result<Stamped> {
    let data = store.stamped_bytes(subject).await?;
    let stamped = |stamp, is_new| Stamped { snapshot: snapshot.clone(), path: subject.path(), is_new, stamp };
    if let Some(stamp) = kept_of(store, subject, by.trusted.as_deref()).await? {
        return Ok(stamped(stamp, false));
    }
    let (at, start) = (now(), Instant::now());
    let asked = asked(store, subject, &data, by).await.map(|(stamp, is_new)| stamped(stamp, is_new));
    let told = match &asked {
        Ok(Stamped { stamp, .. }) => format!("{} by {}, serial {}", stamp.at, stamp.authority, stamp.serial),
        Err(error) => format!("{error:#}"),
    };
    let event = Event {
        sequence: 0,
        event_type: EventType::Timestamp,
        snapshot: snapshot.clone(),
        at,
        took_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        is_ok: asked.is_ok(),
        details: vec![format!("asked {}", by.url), told],
        path: asked.is_ok().then(|| subject.path()),
        previous_sha256: None,
    };
    store.record_event(event).await.context("writing down what came of the time stamp")?;
    asked
}

/// What the authority says, and whether its answer is the one that is kept.
async fn asked(
    store: &Store,
    subject: StampSubject<'_>,
    data: &[u8],
    by: &TimeAuthority,
) -> anyhow::Result<(Stamp, bool)> {
    let url = by.url.to_string();
    let nonce = ask::nonce();
    let query = ask::query(data, nonce);
    let answer = ask::ask(&by.url, query, by.timeout)
        .await
        .map_err(|source| TimestampError::NoAnswer { url: url.clone(), source })?;
    let stamp = check::check_answer(&answer, data, Some(&nonce), by.trusted.as_deref())
        .map_err(|source| TimestampError::Answer { url, source })?;
    match store.keep_timestamp(subject, answer.into()).await {
        Ok(()) => Ok((stamp, true)),
        // Two asked at once: the other's answer stays.
        Err(StoreError::Exists { .. }) => {
            Ok((kept_of(store, subject, by.trusted.as_deref()).await?.unwrap_or(stamp), false))
        }
        Err(error) => Err(error.into()),
    }
}

/// The time stamp a snapshot has, checked against its manifest as it is now; nothing where it has none.
pub async fn kept(
    store: &Store,
    snapshot: &SnapshotId,
    trusted: Option<&[CertificateDer<'_>]>,
) -> anyhow::Result<Option<Stamp>> {
    kept_of(store, StampSubject::Manifest(snapshot), trusted).await
}

async fn kept_of(
    store: &Store,
    subject: StampSubject<'_>,
    trusted: Option<&[CertificateDer<'_>]>,
) -> anyhow::Result<Option<Stamp>> {
    let Some(answer) = store.timestamp(subject).await? else { return Ok(None) };
    let data = store.stamped_bytes(subject).await?;
    let checked = check::check_answer(&answer, &data, None, trusted);
    Ok(Some(checked.map_err(|source| TimestampError::Stored { path: subject.path(), source })?))
}
