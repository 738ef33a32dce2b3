//! `deklaro verify` compares a snapshot's files with its manifest.

use crate::cli::VerifyArgs;
use crate::context::Context;
use deklaro_console::{Exit, output};
use deklaro_record::chosen;
use deklaro_record::rehearsal::told;
use deklaro_record::timestamp::{self, Stamp, TimestampError};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::stored::RefEntry;
use deklaro_store::{Finding, Store, Verified};
use rustls_pki_types::CertificateDer;
use serde::Serialize;

/// What checking a snapshot found.
#[derive(Debug, Serialize)]
struct Checked {
    #[serde(flatten)]
    verified: Verified,
    /// Of its manifest, where it was looked at and holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Stamp>,
}

/// `deklaro verify`: exit 1 when a file differs from its manifest.
pub(crate) async fn verify(context: &Context, verify: &VerifyArgs) -> anyhow::Result<Exit> {
    let Context { store, config, .. } = context;
    let trusted = timestamp::trusted(&config.timestamp, verify.trust.tsa_ca.as_deref())?;
    // The chain of refs is checked by reading it.
    let entries = store.refs().await?.len();
    let mut all = Vec::new();
    for snapshot in snapshots(store, verify).await? {
        all.push(if verify.deep {
            deep(store, &snapshot, trusted.as_deref()).await?
        } else {
            Checked { verified: store.verify(&snapshot).await?, timestamp: None }
        });
    }
    if let (Some(rehearsal), Some(first)) = (store.unfinished_rehearsal().await?, all.first_mut()) {
        let path = RefEntry::path_of(rehearsal.sequence);
        first.verified.findings.push(Finding { path, problem: told(&rehearsal) });
    }
    match (verify.output.json, verify.all) {
        (true, true) => output::json(&all)?,
        (true, false) => output::json(&all[0])?,
        (false, _) => output::text(&all.iter().map(|one| table(one, entries)).collect::<String>())?,
    }
    let is_intact = all.iter().all(|checked| checked.verified.findings.is_empty());
    Ok(if is_intact { Exit::Done } else { Exit::CheckFailed })
}

/// The tables decoded, the time stamp checked.
async fn deep(
    store: &Store,
    snapshot: &SnapshotId,
    trusted: Option<&[CertificateDer<'_>]>,
) -> anyhow::Result<Checked> {
    let mut verified = store.verify_deep(snapshot).await?;
    let timestamp = match timestamp::kept(store, snapshot, trusted).await {
        Ok(stamp) => stamp,
        Err(error) => {
            let Some(TimestampError::Stored { path, source }) = error.downcast_ref() else {
                return Err(error);
            };
            verified.findings.push(Finding { path: path.clone(), problem: source.to_string() });
            None
        }
    };
    Ok(Checked { verified, timestamp })
}

async fn snapshots(store: &Store, verify: &VerifyArgs) -> anyhow::Result<Vec<SnapshotId>> {
    if !verify.all {
        return Ok(vec![chosen(store, verify.snapshot.as_ref()).await?]);
    }
    let history = store.history().await?;
    let is_there = |(_, state): &(&SnapshotId, SnapshotState)| *state != SnapshotState::Vacuumed;
    Ok(history.snapshots().filter(is_there).map(|(snapshot, _)| snapshot.clone()).collect())
}

fn table(Checked { verified, timestamp }: &Checked, entries: usize) -> String {
    let mut text = String::new();
    for finding in &verified.findings {
        text.push_str(&format!("{}: {}\n", finding.path, finding.problem));
    }
    let verdict = if verified.findings.is_empty() {
        "intact".to_owned()
    } else {
        format!("{} wrong", verified.findings.len())
    };
    let Verified { snapshot, file_count, size_bytes, .. } = verified;
    text.push_str(&format!(
        "snapshot {snapshot}: {file_count} files, {size_bytes} bytes, {entries} ref entries: {verdict}\n"
    ));
    if let Some(stamp) = timestamp {
        text.push_str(&format!("  time stamp {stamp}\n"));
    }
    text
}
