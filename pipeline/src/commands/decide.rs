//! What somebody decides about a published snapshot: one entry in the ref log each.

use crate::cli::{DecisionArgs, ExpireArgs};
use crate::context::Context;
use deklaro_console::{Exit, now, output};
use deklaro_record::timestamp::after_entry;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::RefEntry;
use deklaro_store::{RefHead, Store};
use serde::Serialize;

/// What was decided, and what is current now.
#[derive(Debug, Serialize)]
struct Decided {
    entry: RefEntry,
    current: Option<SnapshotId>,
    /// Where the log ends with the entry.
    head: Option<RefHead>,
}

/// `deklaro rollback`, `retract` and `restore`.
pub(crate) async fn decide(
    Context { store, config, progress, .. }: &Context,
    action: RefAction,
    decision: &DecisionArgs,
) -> anyhow::Result<Exit> {
    if action != RefAction::Retract {
        // What becomes readable again must be there.
        store.manifest(&decision.snapshot).await?;
    }
    let at = now();
    let entry = store.append_ref(action, &decision.snapshot, None, at, Some(&decision.reason)).await?;
    let (current, head) = (store.history().await?.current().cloned(), store.head().await?);
    after_entry(store, &config.timestamp, progress).await;
    let decided = Decided { entry, current, head };
    if decision.output.json {
        output::json(&decided)?;
    } else {
        let current = decided
            .current
            .as_ref()
            .map_or("no snapshot is current".to_owned(), |current| format!("current is {current}"));
        let head = decided.head.map_or_else(String::new, |head| format!("; log head {head}"));
        output::text(&format!("{action} {}: {current}{head}\n", decision.snapshot))?;
    }
    Ok(Exit::Done)
}

/// Snapshots to expire.
#[derive(Debug, Serialize)]
struct Expired {
    is_applied: bool,
    snapshots: Vec<SnapshotId>,
}

/// `deklaro expire`
pub(crate) async fn expire(store: &Store, expire: &ExpireArgs) -> anyhow::Result<Exit> {
    let history = store.history().await?;
    let is_old = |(snapshot, state): &(&SnapshotId, SnapshotState)| {
        let is_there = matches!(state, SnapshotState::Live | SnapshotState::Retracted);
        is_there && snapshot.month() < expire.before && history.current() != Some(*snapshot)
    };
    let snapshots: Vec<SnapshotId> =
        history.snapshots().filter(is_old).map(|(snapshot, _)| snapshot.clone()).collect();
    if expire.apply {
        let at = now();
        for snapshot in &snapshots {
            store.append_ref(RefAction::Expire, snapshot, None, at, Some(&expire.reason)).await?;
        }
    }
    let expired = Expired { is_applied: expire.apply, snapshots };
    if expire.output.json {
        output::json(&expired)?;
        return Ok(Exit::Done);
    }
    let mut text: String = expired.snapshots.iter().map(|snapshot| format!("{snapshot}\n")).collect();
    text.push_str(match (expired.snapshots.is_empty(), expire.apply) {
        (true, _) => "nothing to expire\n",
        (false, true) => "expired; `deklaro vacuum` deletes them after their days of grace\n",
        (false, false) => "would be expired; `--apply` does it\n",
    });
    output::text(&text)?;
    Ok(Exit::Done)
}
