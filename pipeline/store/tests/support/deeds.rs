//! What can be done to a store in any order, and what must hold after each deed?

use super::dying::{Death, Dying};
use super::ready::{AT, Ready, commit, ready};
use super::traced;
use deklaro_schemas::SnapshotId;
use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::Manifest;
use deklaro_store::{History, REHEARSAL, Rehearsal, StampSubject, Store, StoreError};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The store as a process sees it that dies after so many operations.
pub(crate) fn dying(store: &Store, death: &Death) -> Store {
    store.through(|objects| Arc::new(Dying { objects, death: death.clone() }))
}

/// What is done, to which snapshot; `life` is how many operations on objects the process lives for, if it is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Publish,
    Resume,
    Say(RefAction, usize),
    Rehearse,
    Vacuum(usize),
    Stamp(usize),
    Verify,
}

pub(crate) fn deed() -> impl Strategy<Value = (Deed, Option<(usize, bool)>)> {
    let actions = [RefAction::Rollback, RefAction::Retract, RefAction::Expire, RefAction::Restore];
    let deed = prop_oneof![
        3 => Just(Deed::Publish),
        1 => Just(Deed::Resume),
        4 => (prop::sample::select(actions.to_vec()), 0usize..5).prop_map(|(action, which)| Deed::Say(action, which)),
        1 => Just(Deed::Rehearse),
        3 => (0usize..5).prop_map(Deed::Vacuum),
        1 => (0usize..5).prop_map(Deed::Stamp),
        1 => Just(Deed::Verify),
    ];
    (deed, prop::option::of((0usize..40, any::<bool>())))
}

/// Two entries; one that is found half-way is finished first.
pub(crate) async fn rehearse(store: &Store) -> Result<(), StoreError> {
    if let Some(Rehearsal { current, .. }) = store.unfinished_rehearsal().await? {
        store.append_ref(RefAction::Rollback, &current, None, AT, Some(REHEARSAL)).await?;
    }
    let history = store.history().await?;
    let Some(current) = history.current() else { return Ok(()) };
    let before = history.snapshots().filter(|(one, state)| *state == SnapshotState::Live && *one < current);
    let Some((target, _)) = before.last() else { return Ok(()) };
    for snapshot in [target, current] {
        store.append_ref(RefAction::Rollback, snapshot, None, AT, Some(REHEARSAL)).await?;
    }
    assert_eq!(store.unfinished_rehearsal().await?, None);
    Ok(())
}

/// Snapshots ever published, by month and counter.
pub(crate) async fn known(store: &Store) -> Result<Vec<SnapshotId>, StoreError> {
    Ok(store.history().await?.snapshots().map(|(snapshot, _)| snapshot.clone()).collect())
}

/// Runs that were killed on the way, to be resumed.
#[derive(Default)]
struct World {
    nonce: u32,
    waiting: Vec<Ready>,
    /// What was kept, by snapshot.
    stamps: BTreeMap<SnapshotId, String>,
}

async fn act(world: &mut World, store: &Store, deed: Deed) -> Result<(), StoreError> {
    let known = known(store).await?;
    match deed {
        Deed::Publish => {
            world.nonce += 1;
            let ready = ready(store, world.nonce, 0).await?;
            world.waiting.push(ready.clone());
            commit(store, &ready).await?;
            world.waiting.pop();
            Ok(())
        }
        Deed::Resume => {
            let Some(ready) = world.waiting.last().cloned() else { return Ok(()) };
            commit(store, &ready).await?;
            world.waiting.pop();
            Ok(())
        }
        Deed::Say(action, which) => {
            let Some(snapshot) = known.get(which) else { return Ok(()) };
            store.append_ref(action, snapshot, None, AT, Some("a test")).await.map(|_| ())
        }
        Deed::Rehearse => rehearse(store).await,
        Deed::Vacuum(which) => {
            let Some(snapshot) = known.get(which) else { return Ok(()) };
            store.vacuum(snapshot, AT, "a test", |_| Ok(())).await.map(|_| ())
        }
        Deed::Stamp(which) => {
            let Some(snapshot) = known.get(which) else { return Ok(()) };
            let stamp =
                format!("stamp {}", deklaro_schemas::Sha256::of(&store.manifest_bytes(snapshot).await?));
            store.keep_timestamp(StampSubject::Manifest(snapshot), stamp.clone().into()).await?;
            world.stamps.insert(snapshot.clone(), stamp);
            Ok(())
        }
        Deed::Verify => {
            for snapshot in &known {
                match store.verify(snapshot).await {
                    Err(StoreError::NoSuchSnapshot(_)) => {}
                    verified => assert_eq!(verified?.findings, [], "{snapshot}"),
                }
            }
            Ok(())
        }
    }
}

/// What a caller may be told without being killed.
fn is_refusal(deed: Deed, error: &StoreError) -> bool {
    match error {
        StoreError::NotAllowed { .. } | StoreError::Superseded { .. } | StoreError::RestedOn { .. } => true,
        // A time stamp is kept once, and of a snapshot that is there.
        StoreError::Exists { .. } | StoreError::NoSuchSnapshot(_) => matches!(deed, Deed::Stamp(_)),
        // The run published, died while clearing up, and its snapshot was deleted since: nothing is left of it to place.
        StoreError::Missing { .. } => matches!(deed, Deed::Resume),
        _ => false,
    }
}

/// Checks that the chain of refs holds and only grew. Snapshots that are not deleted are whole, and each of
/// their verdicts leads to its page and its cell. Deleted ones left their tombstone and, if they had one,
/// their time stamp.
pub(crate) async fn check(store: &Store, before: usize) -> usize {
    let entries = store.refs().await.unwrap();
    assert!(entries.len() >= before);
    let history = History::of(&entries);
    if let Some(current) = history.current() {
        assert_eq!(history.state(current), Some(SnapshotState::Live));
    }
    for (snapshot, state) in history.snapshots() {
        let evidence = format!("evidence/snapshot={snapshot}/part-00000.parquet");
        assert!(store.exists(&evidence).await.unwrap(), "later snapshots may point to it");
        if state == SnapshotState::Vacuumed {
            assert!(store.exists(&format!("tombstones/snapshot={snapshot}.json")).await.unwrap());
            let again = history.allows(RefAction::Restore, snapshot);
            assert!(matches!(again, Err(StoreError::NotAllowed { .. })));
        } else {
            assert_eq!(store.verify(snapshot).await.unwrap().findings, [], "{snapshot} is {state}");
            traced::check(store, snapshot).await;
        }
    }
    entries.len()
}

/// Does them all in an empty store, and looks at it after each.
pub(crate) async fn chaos(store: &Store, deeds: Vec<(Deed, Option<(usize, bool)>)>) {
    let (mut world, mut entries) = (World::default(), 0);
    for (deed, life) in deeds {
        let death = life.map(|(operations, is_after)| Death::after(operations, is_after));
        let process = death.as_ref().map_or_else(|| store.clone(), |death| dying(store, death));
        let done = act(&mut world, &process, deed).await;
        let is_dead = death.is_some_and(|death| death.has_come());
        assert!(
            done.as_ref().err().is_none_or(|error| is_dead || is_refusal(deed, error)),
            "{deed:?}: {done:?}"
        );
        entries = check(store, entries).await;
        let history = store.history().await.unwrap();
        for (snapshot, stamp) in &world.stamps {
            let path = match history.state(snapshot) {
                Some(SnapshotState::Vacuumed) => format!("tombstones/snapshot={snapshot}.tsr"),
                _ => Manifest::timestamp_path(snapshot),
            };
            assert_eq!(store.read(&path).await.unwrap(), stamp.as_bytes());
        }
    }
}
