//! `deklaro vacuum` deletes the files of expired snapshots and outdated readings.

use crate::cli::VacuumArgs;
use deklaro_console::{Exit, now, output};
use deklaro_run::reread;
use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::RefEntry;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::{Store, Vacuumed};
use serde::Serialize;

const DAY_US: i64 = 86_400_000_000;

/// What was deleted, or would be.
#[derive(Debug, Serialize)]
struct Report {
    is_applied: bool,
    snapshots: Vec<Vacuumed>,
    /// Expired, but not long enough ago.
    waiting: Vec<SnapshotId>,
    /// Expired, but another snapshot keeps verdicts from it.
    rested_on: Vec<RestedOn>,
    /// Pages read again with terms or rules that are no longer this program's, or of snapshots that are gone.
    outdated: Outdated,
}

/// Results nobody uses any more.
#[derive(Debug, Default, Serialize)]
struct Outdated {
    file_count: usize,
    size_bytes: u64,
}

/// A snapshot that another one needs.
#[derive(Debug, Serialize)]
struct RestedOn {
    snapshot: SnapshotId,
    by: SnapshotId,
}

/// `deklaro vacuum`
pub(crate) async fn vacuum(store: &Store, vacuum: &VacuumArgs) -> anyhow::Result<Exit> {
    let mut report = Report {
        is_applied: vacuum.apply,
        snapshots: Vec::new(),
        waiting: Vec::new(),
        rested_on: Vec::new(),
        outdated: Outdated::default(),
    };
    let (entries, history) = (store.refs().await?, store.history().await?);
    // The newest first: what rests on an older one is gone before that one's turn.
    let snapshots: Vec<_> = history.snapshots().collect();
    for (snapshot, state) in snapshots.into_iter().rev() {
        let is_due = match state {
            SnapshotState::Expired => is_past_grace(&entries, snapshot, vacuum.grace_days),
            // Deleting was interrupted where files are left.
            SnapshotState::Vacuumed => store.would_vacuum(snapshot).await?.file_count > 0,
            SnapshotState::Live | SnapshotState::Retracted => continue,
        };
        if !is_due {
            if state == SnapshotState::Expired {
                report.waiting.push(snapshot.clone());
            }
            continue;
        }
        let by = if state == SnapshotState::Expired { store.rests_on(snapshot).await? } else { None };
        // One that goes in the same turn needs nothing any more.
        if let Some(by) = by.filter(|by| report.snapshots.iter().all(|gone| gone.snapshot != *by)) {
            report.rested_on.push(RestedOn { snapshot: snapshot.clone(), by });
            continue;
        }
        report.snapshots.push(if vacuum.apply {
            store.vacuum(snapshot, now(), "past its days of grace", |_| Ok(())).await?
        } else {
            store.would_vacuum(snapshot).await?
        });
    }
    report.outdated = outdated(store, vacuum.apply).await?;
    report.snapshots.reverse();
    report.waiting.reverse();
    report.rested_on.reverse();
    if vacuum.output.json {
        output::json(&report)?;
    } else {
        output::text(&shown(&report))?;
    }
    Ok(Exit::Done)
}

/// After the snapshots, so that those of one that goes in the same turn go too.
async fn outdated(store: &Store, is_applied: bool) -> anyhow::Result<Outdated> {
    let files = reread::outdated(store).await?;
    if is_applied {
        for (path, _) in &files {
            store.discard(path).await?;
        }
    }
    Ok(Outdated { file_count: files.len(), size_bytes: files.iter().map(|(_, size)| size).sum() })
}

fn is_past_grace(entries: &[RefEntry], snapshot: &SnapshotId, grace_days: u32) -> bool {
    let is_expiry = |entry: &&RefEntry| entry.action == RefAction::Expire && entry.snapshot == *snapshot;
    let expired = entries.iter().rev().find(is_expiry);
    expired.is_some_and(|entry| now() >= Timestamp(entry.at.0 + i64::from(grace_days) * DAY_US))
}

fn shown(report: &Report) -> String {
    let mut text = String::new();
    for Vacuumed { snapshot, file_count, size_bytes } in &report.snapshots {
        text.push_str(&format!("{snapshot}  {file_count} files  {size_bytes} bytes\n"));
    }
    for snapshot in &report.waiting {
        text.push_str(&format!("{snapshot}  expired, in its days of grace\n"));
    }
    for RestedOn { snapshot, by } in &report.rested_on {
        text.push_str(&format!("{snapshot}  expired, but {by} keeps verdicts from it\n"));
    }
    let Outdated { file_count, size_bytes } = report.outdated;
    if file_count > 0 {
        text.push_str(&format!("pages read again, outdated  {file_count} files  {size_bytes} bytes\n"));
    }
    let is_empty = report.snapshots.is_empty() && file_count == 0;
    text.push_str(match (is_empty, report.is_applied) {
        (true, _) => "nothing to delete\n",
        (false, true) => "deleted; of each snapshot a tombstone with every hash stays\n",
        (false, false) => "would be deleted; `--apply` does it\n",
    });
    text
}
