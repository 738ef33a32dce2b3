//! Time stamps of a stranger (RFC 3161): an authority signs that it saw the hash of a manifest at a time. The answer is kept as
//! it came beside the manifest, `manifest.tsr`; `openssl ts -verify -in manifest.tsr -data manifest.json -CAfile …` reads it too.

mod ask;
mod certificate;
mod check;
mod element;
mod error;
mod token;

pub use ask::AskError;
pub use check::{Stamp, check_answer};
pub use error::{ENDINGS, TimestampError, TokenError};

use anyhow::Context;
use deklaro_console::{Progress, UsageError, now};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::EventType;
use deklaro_schemas::stored::{Event, Manifest};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use reqwest::Url;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// For the answer of a time-stamp authority.
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);

/// The `[timestamp]` section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampFile {
    tsa: Option<String>,
    ca: Option<PathBuf>,
    timeout_ms: Option<u64>,
}

/// Who is asked for time stamps of what is published.
#[derive(Debug, Clone)]
pub struct TimestampConfig {
    /// The authority's address.
    pub tsa: Option<String>,
    /// PEM file of the authorities that are trusted.
    pub ca: Option<PathBuf>,
    /// For the whole answer.
    pub timeout: Duration,
}

impl From<TimestampFile> for TimestampConfig {
    fn from(file: TimestampFile) -> Self {
        let timeout = file.timeout_ms.map_or(USUAL_TIMEOUT, Duration::from_millis);
        Self { tsa: file.tsa, ca: file.ca, timeout }
    }
}

/// The authority as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TsaFlags {
    /// Its address.
    pub url: Option<String>,
    /// PEM file of the authorities that are trusted.
    pub ca: Option<PathBuf>,
}

/// Who is asked, how long, and whom to believe.
#[derive(Debug, Clone)]
pub struct TimeAuthority {
    url: Url,
    timeout: Duration,
    trusted: Option<Vec<CertificateDer<'static>>>,
}

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

impl TimeAuthority {
    /// The one the flags name, else the configuration; nothing where neither does.
    pub fn of(config: &TimestampConfig, flags: &TsaFlags) -> anyhow::Result<Option<Self>> {
        let trusted = trusted(config, flags.ca.as_deref())?;
        let Some(url) = flags.url.as_ref().or(config.tsa.as_ref()) else { return Ok(None) };
        let url = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| UsageError::new(format!("`--tsa` is `{url}`"), "expected an http or https URL"))?;
        Ok(Some(Self { url, timeout: config.timeout, trusted }))
    }
}

/// The certificates that authorities are believed by, from the file that was typed or configured; nothing where no file is named.
pub fn trusted(
    config: &TimestampConfig,
    ca: Option<&Path>,
) -> anyhow::Result<Option<Vec<CertificateDer<'static>>>> {
    ca.or(config.ca.as_deref()).map(read_pem).transpose()
}

fn read_pem(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let wrong = |why: String| {
        UsageError::new(
            format!("`{}`: {why}", path.display()),
            "`--tsa-ca` expects certificates in a PEM file",
        )
    };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = read.map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()).into());
    }
    Ok(certificates)
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
    let stamp = check::check_answer(&answer, manifest, Some(&nonce), by.trusted.as_deref())
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
    let checked = check::check_answer(&answer, &manifest, None, trusted);
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

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} by {}, serial {}", self.at, self.authority, self.serial)?;
        if !self.is_chain_checked {
            write!(f, "; whether that authority is to be trusted was not asked (`--tsa-ca`)")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
