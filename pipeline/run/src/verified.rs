//! What does checking snapshots find: in their files, in the ref log, in time stamps, and in what follows from their rows?

use super::recomputed::{Recomputed, recomputed};
use deklaro_record::rehearsal::told;
use deklaro_record::timestamp::{self, Stamp, TimestampError, Trusted};
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::{Manifest, RefEntry};
use deklaro_schemas::{Sha256, SnapshotId};
use deklaro_store::{Bound, Finding, History, Store, StoreError, Verified};
use futures::future::BoxFuture;
use serde::Serialize;

/// What is asked of a check.
#[derive(Debug, Clone, Copy)]
pub struct VerifyRequest<'a> {
    /// This snapshot; nothing for all whose files are not deleted.
    pub snapshot: Option<&'a SnapshotId>,
    /// Decode the tables, and make again what follows from them.
    pub is_deep: bool,
    /// Whose time stamps are believed.
    pub trusted: Option<&'a Trusted>,
    /// An end of the ref log that was kept elsewhere.
    pub head: Option<&'a Sha256>,
}

/// What checking a snapshot found.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// Its files, and what is wrong.
    #[serde(flatten)]
    pub verified: Verified,
    /// Of its manifest, where it was looked at and holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Stamp>,
    /// What was made again from its rows, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recomputed: Option<Recomputed>,
}

/// Checks snapshots, and the ref log. What is wrong with the log stands with the first of them.
pub fn verified<'a>(
    store: &'a Store,
    asked: VerifyRequest<'a>,
) -> BoxFuture<'a, anyhow::Result<Vec<Checked>>> {
    Box::pin(async move {
        // The chain of refs is checked by reading it.
        let history = store.history().await?;
        let mut all = Vec::new();
        for snapshot in snapshots(&history, asked.snapshot) {
            let checked = match checked(store, &snapshot, asked).await {
                // One that is gone does not keep the others from being checked.
                Err(error) if asked.snapshot.is_none() => unreadable(&history, &snapshot, error)?,
                checked => checked?,
            };
            all.push(checked);
        }
        let of_log = of_log(store, asked).await?;
        match (all.first_mut(), of_log.first()) {
            (Some(first), _) => first.verified.findings.extend(of_log),
            (None, Some(Finding { path, problem })) => {
                return Err(StoreError::Corrupt { path: path.clone(), why: problem.clone() }.into());
            }
            (None, None) => {}
        }
        Ok(all)
    })
}

fn snapshots(history: &History, asked: Option<&SnapshotId>) -> Vec<SnapshotId> {
    if let Some(snapshot) = asked {
        return vec![snapshot.clone()];
    }
    let is_there = |(_, state): &(&SnapshotId, SnapshotState)| *state != SnapshotState::Vacuumed;
    history.snapshots().filter(is_there).map(|(snapshot, _)| snapshot.clone()).collect()
}

async fn checked(store: &Store, snapshot: &SnapshotId, asked: VerifyRequest<'_>) -> anyhow::Result<Checked> {
    if !asked.is_deep {
        let verified = store.verify(snapshot).await?;
        return Ok(Checked { verified, timestamp: None, recomputed: None });
    }
    let mut verified = store.verify_deep(snapshot).await?;
    let timestamp = match timestamp::kept(store, snapshot, asked.trusted.map(Vec::as_slice)).await {
        Ok(stamp) => stamp,
        Err(error) => {
            verified.findings.extend(of_stamp(error)?);
            None
        }
    };
    let recomputed = if verified.findings.is_empty() {
        let mut recomputed = recomputed(store, snapshot).await?;
        verified.findings.append(&mut recomputed.findings);
        recomputed
    } else {
        let why = "its files are not what was published".to_owned();
        Recomputed { not_recomputed: vec![why], ..Recomputed::default() }
    };
    Ok(Checked { verified, timestamp, recomputed: Some(recomputed) })
}

/// What is wrong with a time stamp. A manifest that was changed is a finding already.
fn of_stamp(error: anyhow::Error) -> anyhow::Result<Option<Finding>> {
    if matches!(error.downcast_ref(), Some(StoreError::Changed { .. })) {
        return Ok(None);
    }
    match error.downcast_ref() {
        Some(TimestampError::Stored { path, source }) => {
            Ok(Some(Finding { path: path.clone(), problem: source.to_string() }))
        }
        _ => Err(error),
    }
}

/// A snapshot that the log names, and whose manifest is gone or cannot be understood.
fn unreadable(history: &History, snapshot: &SnapshotId, error: anyhow::Error) -> anyhow::Result<Checked> {
    let state = history.state(snapshot).map_or("unpublished", SnapshotState::as_str);
    let problem = match error.downcast_ref::<StoreError>() {
        Some(StoreError::NoSuchSnapshot(_)) => {
            format!("missing; the ref log says that the snapshot is {state}")
        }
        Some(error @ (StoreError::Corrupt { .. } | StoreError::Newer { .. })) => error.to_string(),
        _ => return Err(error),
    };
    let findings = vec![Finding { path: Manifest::path(snapshot), problem }];
    let (snapshot, bound) = (snapshot.clone(), Bound::NotBound);
    let verified = Verified { snapshot, file_count: 0, size_bytes: 0, bound, findings };
    Ok(Checked { verified, timestamp: None, recomputed: None })
}

/// What is wrong with the ref log, and with what stands for it elsewhere.
async fn of_log(store: &Store, asked: VerifyRequest<'_>) -> anyhow::Result<Vec<Finding>> {
    let mut findings = timestamp::findings(store, asked.trusted.map(Vec::as_slice)).await?;
    findings.extend(store.changed_tombstones().await?);
    if let Some(head) = asked.head {
        findings.extend(store.gone_since(head).await?);
    }
    if let Some(rehearsal) = store.unfinished_rehearsal().await? {
        findings.push(Finding { path: RefEntry::path_of(rehearsal.sequence), problem: told(&rehearsal) });
    }
    Ok(findings)
}

impl Checked {
    /// For people, in a log of so many entries.
    pub fn shown(&self, entries: usize) -> String {
        let Verified { snapshot, file_count, size_bytes, bound, findings } = &self.verified;
        let mut text: String =
            findings.iter().map(|Finding { path, problem }| format!("{path}: {problem}\n")).collect();
        let verdict = match findings.len() {
            0 => "intact".to_owned(),
            wrong => format!("{wrong} wrong"),
        };
        let binding = if *bound == Bound::NotBound { ", not bound" } else { "" };
        text.push_str(&format!(
            "snapshot {snapshot}: {file_count} files, {size_bytes} bytes, {entries} ref entries: {verdict}{binding}\n"
        ));
        if let Some(stamp) = &self.timestamp {
            text.push_str(&format!("  time stamp {stamp}\n"));
        }
        if let Some(Recomputed { countries, not_recomputed, .. }) = &self.recomputed {
            if *countries > 0 {
                text.push_str(&format!("  made again from its rows: {countries} countries\n"));
            }
            text.extend(not_recomputed.iter().map(|why| format!("  not recomputed: {why}\n")));
        }
        text
    }
}
