//! How does a published snapshot get its time stamp, and does the one it has hold?

use super::ask;
use super::authority::TimeAuthority;
use super::check::{self, Stamp};
use super::error::TimestampError;
use anyhow::Context;
use deklaro_console::{Progress, now};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::EventType;
use deklaro_schemas::stored::{Event, Manifest};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use rustls_pki_types::CertificateDer;
use serde::Serialize;
use std::time::Instant;

/// A snapshot with its time stamp.
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
    Box::pin(async move {
        let manifest = store.manifest_bytes(snapshot).await?;
        if let Some(stamp) = kept(store, snapshot, by.trusted.as_deref()).await? {
            return Ok(stamped(snapshot, stamp, false));
        }
        let (at, start) = (now(), Instant::now());
        let asked = asked(store, snapshot, &manifest, by).await;
        let told = match &asked {
            Ok(Stamped { stamp, .. }) => {
                format!("{} by {}, serial {}", stamp.at, stamp.authority, stamp.serial)
            }
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
            previous_sha256: None,
        };
        store.record_event(event).await.context("writing down what came of the time stamp")?;
        asked
    })
}

async fn asked(
    store: &Store,
    snapshot: &SnapshotId,
    manifest: &[u8],
    by: &TimeAuthority,
) -> anyhow::Result<Stamped> {
    let url = by.url.to_string();
    let nonce = ask::nonce();
    let query = ask::query(manifest, nonce);
    let answer = ask::ask(&by.url, query, by.timeout)
        .await
        .map_err(|source| TimestampError::NoAnswer { url: url.clone(), source })?;
    let stamp = check::check(&answer, manifest, Some(&nonce), by.trusted.as_deref())
        .map_err(|source| TimestampError::Answer { url, source })?;
    match store.keep_timestamp(snapshot, answer.into()).await {
        Ok(()) => Ok(stamped(snapshot, stamp, true)),
        // Two asked at once: the other's answer stays.
        Err(StoreError::Exists { .. }) => {
            let stamp = kept(store, snapshot, by.trusted.as_deref()).await?.unwrap_or(stamp);
            Ok(stamped(snapshot, stamp, false))
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
    let Some(answer) = store.timestamp(snapshot).await? else { return Ok(None) };
    let manifest = store.manifest_bytes(snapshot).await?;
    let checked = check::check(&answer, &manifest, None, trusted);
    let path = Manifest::timestamp_path(snapshot);
    Ok(Some(checked.map_err(|source| TimestampError::Stored { path, source })?))
}

fn stamped(snapshot: &SnapshotId, stamp: Stamp, is_new: bool) -> Stamped {
    Stamped { snapshot: snapshot.clone(), path: Manifest::timestamp_path(snapshot), is_new, stamp }
}

/// Asks for a time stamp after a publication. The publication stands whatever the authority does; a failure
/// is said and recorded.
pub fn after<'a>(
    store: &'a Store,
    by: Option<&'a TimeAuthority>,
    snapshot: &'a SnapshotId,
    progress: &'a Progress,
) -> BoxFuture<'a, Option<Stamped>> {
    Box::pin(async move {
        match stamp(store, snapshot, by?).await {
            Ok(stamped) => Some(stamped),
            Err(error) => {
                let told = format!("snapshot {snapshot} is published, without a time stamp");
                progress.problem(&error.context(told));
                None
            }
        }
    })
}
