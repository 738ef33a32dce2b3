//! How healthy the platform is as of a snapshot.

use super::history::{history, month_figures};
use super::signals::live_signals;
use crate::tables::Tables;
use deklaro_judge::{Health, HealthInput, Summary, Thresholds, health};
use deklaro_schemas::codes::SnapshotState;
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Selection, SnapshotId, Timestamp};
use deklaro_store::Store;
use futures::future::BoxFuture;

/// How a snapshot is judged.
#[derive(Debug, Clone, Copy)]
pub struct Judgement {
    /// As of this moment.
    pub at: Timestamp,
    /// Months to compare with; the thresholds' own number where it is empty.
    pub window: Option<usize>,
    /// Only what is about the record.
    pub without_machine: bool,
}

/// The platform's health as of a snapshot, and the snapshot's figures.
pub fn judgement<'a>(
    store: &'a Store,
    tables: &'a dyn Tables,
    snapshot: &'a SnapshotId,
    ask: Judgement,
) -> BoxFuture<'a, anyhow::Result<(Health, Summary)>> {
    Box::pin(async move {
        let current = month_figures(store, tables, snapshot).await?;
        let history = history(store, tables, Some(snapshot)).await?;
        let record = store.history().await?;
        let live = record.snapshots().filter(|(_, state)| *state == SnapshotState::Live);
        let months: Vec<_> = live.map(|(snapshot, _)| snapshot.month()).collect();
        let checks: Vec<MetaCheck> = store.read_rows(snapshot, &Selection::all()).await?;
        let manifest = store.manifest(snapshot).await?;
        let mut signals = live_signals(store, &manifest, &current, (&months, ask.at)).await?;
        if ask.without_machine {
            signals.remove("store_used_share");
        }
        let input = HealthInput {
            current: &current,
            history: &history,
            checks: &checks,
            signals: &signals,
            generated_at: ask.at,
            window: ask.window,
        };
        Ok((health(&input, &Thresholds::shipped()), current))
    })
}
