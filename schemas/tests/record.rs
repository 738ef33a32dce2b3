//! Publishing, rolling back, retracting, expiring, restoring and deleting in any order, with kills in between: what is live
//! stays whole, what was said stays said.

use deklaro_schemas::codes::{FileKind, RefAction, SnapshotState};
use deklaro_schemas::store::{CommitStep, Manifest, STORE_FORMAT, Staged, Store, StoreError};
use deklaro_schemas::{RunId, RunMonth, SnapshotId};
use proptest::prelude::*;
use std::cell::Cell;

const AT: &str = "2026-11-22T00:00:00Z";

/// What is done, to which snapshot, and after how many steps it is killed.
#[derive(Debug, Clone, Copy)]
enum Step {
    Publish { killed_at: usize },
    Say { action: RefAction, which: usize },
    Vacuum { which: usize, killed_at: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let actions = [RefAction::Rollback, RefAction::Retract, RefAction::Expire, RefAction::Restore];
    prop_oneof![
        (0usize..6).prop_map(|killed_at| Step::Publish { killed_at }),
        (prop::sample::select(actions.to_vec()), 0usize..6)
            .prop_map(|(action, which)| Step::Say { action, which }),
        (0usize..6, 0usize..8).prop_map(|(which, killed_at)| Step::Vacuum { which, killed_at }),
    ]
}

/// A commit of three small files, stopped after a step of it.
async fn publish(store: &Store, nonce: u32, killed_at: usize) {
    let month = RunMonth::parse("2026-11").unwrap();
    let run = RunId::new(month, nonce);
    let snapshot = store.claim_snapshot(month, &run).await.unwrap();
    let mut staged = Staged::default();
    for path in ["tables/hosts/part-0.parquet", "tables/scans/part-0.parquet", "README.md"] {
        let bytes = format!("{path} of {snapshot}").into_bytes();
        store.stage(&run, &mut staged, path, FileKind::Document, None, bytes).await.unwrap();
    }
    let manifest = Manifest {
        format: STORE_FORMAT,
        snapshot,
        run_id: run,
        run_month: month,
        created_at: AT.to_owned(),
        previous: None,
        countries: Vec::new(),
        files: Vec::new(),
    };
    let steps = [CommitStep::Moved, CommitStep::Complete, CommitStep::Published];
    let stop = steps.get(killed_at);
    let reached = |step| if Some(&step) == stop { Err(StoreError::Empty) } else { Ok(()) };
    let done = store.commit(manifest, &staged, reached).await;
    assert_eq!(done.is_err(), stop.is_some());
}

/// The snapshots that were ever published, by month and counter.
async fn known(store: &Store) -> Vec<(SnapshotId, SnapshotState)> {
    let history = store.history().await.unwrap();
    history.snapshots().map(|(snapshot, state)| (snapshot.clone(), state)).collect()
}

async fn act(store: &Store, nonce: u32, step: Step) {
    let known = known(store).await;
    match step {
        Step::Publish { killed_at } => publish(store, nonce, killed_at).await,
        Step::Say { action, which } => {
            let Some((snapshot, _)) = known.get(which) else { return };
            let said = store.append_ref(action, snapshot, None, AT, Some("a test")).await;
            assert!(matches!(said, Ok(_) | Err(StoreError::NotAllowed { .. })), "{said:?}");
        }
        Step::Vacuum { which, killed_at } => {
            let Some((snapshot, _)) = known.get(which) else { return };
            let left = Cell::new(killed_at);
            let deleted = |_: &str| {
                let is_killed = left.get() == 0;
                left.set(left.get().saturating_sub(1));
                if is_killed { Err(StoreError::Empty) } else { Ok(()) }
            };
            let done = store.vacuum(snapshot, AT, "a test", deleted).await;
            let is_expected = matches!(done, Ok(_) | Err(StoreError::NotAllowed { .. } | StoreError::Empty));
            assert!(is_expected, "{done:?}");
        }
    }
}

/// The chain of refs holds, every live snapshot is whole, the current one is live, and deleted ones left their tombstone.
async fn check(store: &Store) {
    let history = store.history().await.unwrap();
    if let Some(current) = history.current() {
        assert_eq!(history.state(current), Some(SnapshotState::Live));
    }
    for (snapshot, state) in history.snapshots() {
        if state == SnapshotState::Vacuumed {
            assert!(store.exists(&format!("tombstones/snapshot={snapshot}.json")).await.unwrap());
            assert!(matches!(
                history.allows(RefAction::Restore, snapshot),
                Err(StoreError::NotAllowed { .. })
            ));
        } else {
            assert_eq!(store.verify(snapshot).await.unwrap().findings, [], "{snapshot} is {state}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_done_what_is_live_stays_whole(steps in prop::collection::vec(step(), 1..24)) {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(folder.path()).await.unwrap();
            for (nonce, step) in (0..).zip(steps) {
                act(&store, nonce, step).await;
                check(&store).await;
            }
        });
    }
}

#[tokio::test]
async fn deleting_takes_two_steps_and_never_the_current_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for nonce in 0..2 {
        publish(&store, nonce, usize::MAX).await;
    }
    let [(old, _), (current, _)] = &known(&store).await[..] else { panic!("two snapshots") };
    let vacuum = |snapshot| store.vacuum(snapshot, AT, "retention", |_| Ok(()));
    let error = vacuum(old).await.unwrap_err().to_string();
    assert_eq!(error, "cannot vacuum snapshot `2026-11.0`: it is live");
    let error = store.append_ref(RefAction::Expire, current, None, AT, None).await.unwrap_err().to_string();
    assert_eq!(error, "cannot expire snapshot `2026-11.1`: it is current");
    store.append_ref(RefAction::Expire, old, None, AT, Some("retention")).await.unwrap();
    let freed = vacuum(old).await.unwrap();
    assert_eq!(freed.file_count, 5, "three files, the claim and the manifest");
    assert!(!folder.path().join("snapshots/snapshot=2026-11.0").exists());
    assert!(matches!(store.manifest(old).await, Err(StoreError::NoSuchSnapshot(_))));
    assert_eq!(store.current().await.unwrap(), *current);
}

#[tokio::test]
async fn a_retracted_snapshot_gives_way_to_the_one_before_and_can_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for nonce in 0..3 {
        publish(&store, nonce, usize::MAX).await;
    }
    let snapshots: Vec<SnapshotId> = known(&store).await.into_iter().map(|(snapshot, _)| snapshot).collect();
    let say = async |action, which: usize| {
        store.append_ref(action, &snapshots[which], None, AT, Some("a test")).await.unwrap();
        store.current().await.unwrap()
    };
    assert_eq!(say(RefAction::Retract, 2).await, snapshots[1]);
    assert_eq!(say(RefAction::Rollback, 0).await, snapshots[0]);
    assert_eq!(say(RefAction::Restore, 2).await, snapshots[0], "what was rolled back to stays current");
    assert_eq!(say(RefAction::Rollback, 2).await, snapshots[2]);
}
