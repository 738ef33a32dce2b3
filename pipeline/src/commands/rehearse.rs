//! `deklaro rehearse rollback` rolls the store back and forward again, and records how long it took.

use crate::cli::{RehearseArgs, RehearseWhat};
use deklaro_console::{Exit, UsageError, now, output};
use deklaro_record::rehearsal;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{EventType, RefAction, SnapshotState};
use deklaro_schemas::stored::{Event, RefEntry};
use deklaro_store::{REHEARSAL, Store};
use std::time::Instant;

/// `deklaro rehearse`: exit 1 when it did not go as it should.
pub(crate) async fn rehearse(store: &Store, rehearse: &RehearseArgs) -> anyhow::Result<Exit> {
    let RehearseWhat::Rollback { finish, output } = &rehearse.what;
    let finished = rehearsal::finish(store).await?;
    if *finish {
        return say_finished(store, finished, output.json).await;
    }
    let lease = rehearsal::lease(store).await?;
    let event = rollback(store).await;
    store.release(&lease).await?;
    let event = event?;
    if output.json {
        output::json(&event)?;
    } else {
        let mut text = event.details.join("\n");
        let outcome = if event.is_ok { "ok" } else { "FAILED" };
        text.push_str(&format!("\nrollback rehearsal {outcome}, {} ms\n", event.took_ms));
        output::text(&text)?;
    }
    Ok(if event.is_ok { Exit::Done } else { Exit::CheckFailed })
}

async fn say_finished(store: &Store, entry: Option<RefEntry>, as_json: bool) -> anyhow::Result<Exit> {
    if as_json {
        output::json(&entry)?;
        return Ok(Exit::Done);
    }
    let current = store.current().await?;
    let said = if entry.is_some() { "the rehearsal is undone" } else { "no rehearsal was left half-way" };
    output::text(&format!("{said}: current is {current}\n"))?;
    Ok(Exit::Done)
}

/// Rolls back to the snapshot before the current one, checks it, and rolls forward again, whatever the check found.
async fn rollback(store: &Store) -> anyhow::Result<Event> {
    let (at, start) = (now(), Instant::now());
    let (current, target) = ends(store).await?;
    let mut details = Vec::new();
    let mut is_ok = true;
    let mut note = |is_right: bool, line: String| {
        is_ok &= is_right;
        details.push(if is_right { line } else { format!("wrong: {line}") });
    };
    let reason = Some(REHEARSAL);
    store.append_ref(RefAction::Rollback, &target, None, at, reason).await?;
    let now_current = store.current().await?;
    note(now_current == target, format!("rolled back: current is {now_current}"));
    match store.verify(&target).await {
        Ok(verified) => {
            let (files, damaged) = (verified.file_count, verified.findings.len());
            note(damaged == 0, format!("verified {target}: {files} files, {damaged} damaged"));
        }
        Err(error) => note(false, error.to_string()),
    }
    store.append_ref(RefAction::Rollback, &current, None, now(), reason).await?;
    let now_current = store.current().await?;
    note(now_current == current, format!("undone: current is {now_current}"));
    let event = Event {
        sequence: 0,
        event_type: EventType::RollbackRehearsal,
        snapshot: target,
        at,
        took_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        is_ok,
        details,
        path: None,
        previous_sha256: None,
    };
    Ok(store.record_event(event).await?)
}

/// The current snapshot, and the last live one before it.
async fn ends(store: &Store) -> anyhow::Result<(SnapshotId, SnapshotId)> {
    let current = store.current().await?;
    let history = store.history().await?;
    let is_before = |(snapshot, state): &(&SnapshotId, SnapshotState)| {
        *state == SnapshotState::Live && **snapshot < current
    };
    let target = history.snapshots().filter(is_before).last().map(|(snapshot, _)| snapshot.clone());
    match target {
        Some(target) => Ok((current, target)),
        None => Err(UsageError::new(
            format!("there is no snapshot before `{current}` to roll back to"),
            "a second month makes one",
        )
        .into()),
    }
}
