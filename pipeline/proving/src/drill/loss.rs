//! What should be there after a drill and is not.

use super::course::Course;
use super::europe::DrillGround;
use deklaro_schemas::codes::DetectionStatus;
use deklaro_schemas::tables::Host;
use deklaro_schemas::{Selection, SnapshotId};
use deklaro_simweb::Habit;
use deklaro_store::Store;
use std::collections::BTreeMap;

/// Compares a snapshot with the one before the drill. Every host is there, and every statement found before
/// is found or kept. Every file is what its manifest says, and the ref log is whole.
pub(super) async fn check(
    europe: &DrillGround<'_>,
    store: &Store,
    after: &SnapshotId,
    course: &mut Course,
) -> anyhow::Result<()> {
    store.refs().await?;
    let (before, now) = (hosts(store, &europe.before).await?, hosts(store, after).await?);
    let gone = before.keys().filter(|name| !now.contains_key(*name)).count();
    let is_found = |host: &&Host| host.detection_status == DetectionStatus::Found;
    let steady = before.values().filter(is_found).filter(|host| is_steady(europe, host));
    let is_missed = |host: &&Host| !now.get(host.host_id.as_str()).as_ref().is_some_and(is_found);
    let (found, missed) =
        steady.fold((0, 0), |(all, missed), host| (all + 1, missed + usize::from(is_missed(&host))));
    let verified = store.verify_deep(after).await?;
    let damaged = verified.findings.len();
    let text = format!(
        "{gone} of {} hosts, {missed} of {found} statements, {damaged} of {} files of {after}",
        before.len(),
        verified.file_count
    );
    course.lost((gone + missed + damaged) as u64, text);
    Ok(())
}

async fn hosts(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<BTreeMap<String, Host>> {
    let rows: Vec<Host> = store.read_rows(snapshot, &Selection::all()).await?;
    Ok(rows.into_iter().map(|host| (host.host_id.to_string(), host)).collect())
}

/// What a host that limits its readers by the clock answers depends on how fast this machine is.
fn is_steady(europe: &DrillGround<'_>, host: &Host) -> bool {
    let habit = europe.web.europe().host(host.canonical_hostname.as_str()).habit;
    !matches!(habit, Habit::LimitedOnce | Habit::LimitedAlways)
}
