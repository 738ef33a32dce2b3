//! Publishing, rolling back, retracting, expiring, restoring and deleting in any order, with kills in between, on a disk and in a
//! bucket: what is live stays whole, what was said stays said.

mod support {
    pub(crate) mod dying;
    pub(crate) mod ready;
    pub(crate) mod s3;
    pub(crate) mod traced;
}

use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::{RunId, SnapshotId, Timestamp};
use deklaro_store::{History, LeaseScope, Owner, REHEARSAL, Rehearsal, Store, StoreError};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use support::dying::{Death, Dying};
use support::ready::{AT, Ready, commit, month, published, ready};
use support::{s3, traced};

/// What the store is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Disk,
    Bucket,
}

/// An empty store there, and the folder that goes with it; nothing where there is no server.
async fn open(place: Place) -> Option<(Store, tempfile::TempDir)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = tempfile::tempdir().unwrap();
    let store = match place {
        Place::Disk => Store::open(folder.path()).await,
        Place::Bucket => {
            let server = s3::server()?;
            let location = s3::location(&format!("record-{}", NEXT.fetch_add(1, Ordering::SeqCst)));
            Store::make(&location, &server.remote(folder.path())).await
        }
    };
    Some((store.unwrap(), folder))
}

/// The store as a process sees it that dies after so many operations.
fn dying(store: &Store, death: &Death) -> Store {
    store.through(|objects| Arc::new(Dying { objects, death: death.clone() }))
}

/// What is done, to which snapshot; `life` is how many operations on objects the process lives for, if it is killed.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Publish,
    Resume,
    Say(RefAction, usize),
    Rehearse,
    Vacuum(usize),
    Stamp(usize),
    Verify,
}

fn deed() -> impl Strategy<Value = (Deed, Option<(usize, bool)>)> {
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
async fn rehearse(store: &Store) -> Result<(), StoreError> {
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
async fn known(store: &Store) -> Result<Vec<SnapshotId>, StoreError> {
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
            store.keep_timestamp(snapshot, stamp.clone().into()).await?;
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

/// The chain of refs holds and only grew, what is not deleted is whole and every verdict in it can be followed to its page and its
/// cell, the deleted left their tombstone and, where they had one, their time stamp.
async fn check(store: &Store, before: usize) -> usize {
    let entries = store.refs().await.unwrap();
    assert!(entries.len() >= before);
    let history = History::of(&entries);
    if let Some(current) = history.current() {
        assert_eq!(history.state(current), Some(SnapshotState::Live));
    }
    for (snapshot, state) in history.snapshots() {
        let evidence = format!("evidence/snapshot={snapshot}/part-0.parquet");
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

async fn chaos(place: Place, deeds: Vec<(Deed, Option<(usize, bool)>)>) {
    let Some((store, _folder)) = open(place).await else { return };
    let (mut world, mut entries) = (World::default(), 0);
    for (deed, life) in deeds {
        let death = life.map(|(operations, is_after)| Death::after(operations, is_after));
        let process = death.as_ref().map_or_else(|| store.clone(), |death| dying(&store, death));
        let done = act(&mut world, &process, deed).await;
        let is_dead = death.is_some_and(|death| death.has_come());
        assert!(
            done.as_ref().err().is_none_or(|error| is_dead || is_refusal(deed, error)),
            "{deed:?}: {done:?}"
        );
        entries = check(&store, entries).await;
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

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_done_on_a_disk_what_is_live_stays_whole(deeds in prop::collection::vec(deed(), 1..24)) {
        block_on(chaos(Place::Disk, deeds));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_is_done_in_a_bucket_what_is_live_stays_whole(deeds in prop::collection::vec(deed(), 1..24)) {
        block_on(chaos(Place::Bucket, deeds));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever was said before and wherever it is killed, deleting takes nothing but files of snapshots that it deletes.
    #[test]
    fn deleting_never_takes_a_live_file(
        said in prop::collection::vec((0usize..4, 0usize..4), 0..12),
        which in 0usize..4,
        life in 0usize..30,
        is_after: bool,
    ) {
        block_on(async {
            let (store, _folder) = open(Place::Disk).await.unwrap();
            for nonce in 0..4 {
                published(&store, nonce).await;
            }
            let actions = [RefAction::Rollback, RefAction::Retract, RefAction::Expire, RefAction::Restore];
            let known = known(&store).await.unwrap();
            for (action, which) in said {
                let _may_be_refused = store.append_ref(actions[action], &known[which], None, AT, None).await;
            }
            let files = async |folder| -> BTreeSet<String> {
                store.list(folder).await.unwrap().into_iter().map(|(path, _)| path).collect()
            };
            let before = files("snapshots").await;
            let process = dying(&store, &Death::after(life, is_after));
            let _may_be_killed = process.vacuum(&known[which], AT, "a test", |_| Ok(())).await;
            let history = store.history().await.unwrap();
            for path in before.difference(&files("snapshots").await) {
                let of = known.iter().find(|one| path.contains(&format!("snapshot={one}/"))).unwrap();
                assert_eq!(history.state(of), Some(SnapshotState::Vacuumed), "{path}");
            }
        });
    }
}

/// Killed before and after each single operation of a publication, from the claim to the last file of staging.
async fn every_gap(place: Place) {
    for is_after in [false, true] {
        for life in 0.. {
            let Some((store, _folder)) = open(place).await else { return };
            let old = published(&store, 1).await;
            let death = Death::after(life, is_after);
            let process = dying(&store, &death);
            let begun = ready(&process, 2, 0).await;
            if let Ok(begun) = &begun {
                let ended = commit(&process, begun).await;
                let new = &begun.manifest.snapshot;
                let current = store.current().await.unwrap();
                assert!(current == old || current == *new, "{current} after {life} operations");
                if current == *new {
                    assert_eq!(store.verify(new).await.unwrap().findings, []);
                } else {
                    // What is not current is either whole or no snapshot at all.
                    match store.verify(new).await {
                        Ok(verified) => assert_eq!(verified.findings, []),
                        Err(error) => assert!(matches!(error, StoreError::NoSuchSnapshot(_)), "{error}"),
                    }
                    commit(&store, begun).await.unwrap();
                }
                assert_eq!(store.current().await.unwrap(), *new);
                assert_eq!(store.refs().await.unwrap().len(), 2, "published once");
                assert_eq!(store.verify(new).await.unwrap().findings, []);
                if ended.is_ok() {
                    assert!(life > 20, "each file, the manifest and the ref were counted");
                    break;
                }
            }
            assert_eq!(store.verify(&old).await.unwrap().findings, []);
        }
    }
}

#[tokio::test]
async fn killed_in_any_gap_of_a_publication_on_a_disk_readers_see_the_old_or_the_new() {
    every_gap(Place::Disk).await;
}

#[tokio::test]
async fn killed_in_any_gap_of_a_publication_in_a_bucket_readers_see_the_old_or_the_new() {
    every_gap(Place::Bucket).await;
}

/// Deleting killed in any gap goes on where it stopped.
#[tokio::test]
async fn deleting_is_finished_after_a_kill_in_any_gap() {
    for place in [Place::Disk, Place::Bucket] {
        for life in 0.. {
            let Some((store, _folder)) = open(place).await else { break };
            published(&store, 0).await;
            let old = published(&store, 1).await;
            published(&store, 2).await;
            store.append_ref(RefAction::Expire, &old, None, AT, None).await.unwrap();
            let process = dying(&store, &Death::after(life, life % 2 == 0));
            let ended = process.vacuum(&old, AT, "a test", |_| Ok(())).await.is_ok();
            check(&store, 0).await;
            store.vacuum(&old, AT, "a test", |_| Ok(())).await.unwrap();
            assert_eq!(store.would_vacuum(&old).await.unwrap().file_count, 0);
            if ended {
                assert!(life > 8);
                break;
            }
        }
    }
}

#[tokio::test]
async fn deleting_takes_two_steps_and_never_the_current_snapshot() {
    let (store, folder) = open(Place::Disk).await.unwrap();
    let (old, current) = (published(&store, 0).await, published(&store, 1).await);
    let vacuum = |snapshot| store.vacuum(snapshot, AT, "retention", |_| Ok(()));
    let error = vacuum(&old).await.unwrap_err().to_string();
    assert_eq!(error, "cannot vacuum snapshot `2026-11.0`: it is live");
    let error = store.append_ref(RefAction::Expire, &current, None, AT, None).await.unwrap_err().to_string();
    assert_eq!(error, "cannot expire snapshot `2026-11.1`: it is current");
    store.append_ref(RefAction::Expire, &old, None, AT, Some("retention")).await.unwrap();
    let error = vacuum(&old).await.unwrap_err().to_string();
    assert_eq!(error, "cannot vacuum snapshot `2026-11.0`: verdicts of `2026-11.1` were kept from it");
    let (between, current) = (current, published(&store, 2).await);
    store.append_ref(RefAction::Expire, &between, None, AT, Some("retention")).await.unwrap();
    vacuum(&between).await.unwrap();
    let freed = vacuum(&old).await.unwrap();
    assert_eq!(freed.file_count, 9, "two notes, five tables, the claim and the manifest");
    assert!(!folder.path().join("snapshots/snapshot=2026-11.0").exists());
    assert!(matches!(store.manifest(&old).await, Err(StoreError::NoSuchSnapshot(_))));
    assert_eq!(store.current().await.unwrap(), current);
    assert_eq!(published(&store, 3).await.as_str(), "2026-11.3", "a number is given once");
}

#[tokio::test]
async fn a_retracted_snapshot_gives_way_to_the_one_before_and_can_come_back() {
    for place in [Place::Disk, Place::Bucket] {
        let Some((store, _folder)) = open(place).await else { return };
        let mut snapshots = Vec::new();
        for nonce in 0..3 {
            snapshots.push(published(&store, nonce).await);
        }
        let say = async |action, which: usize| {
            store.append_ref(action, &snapshots[which], None, AT, Some("a test")).await.unwrap();
            store.current().await.unwrap()
        };
        assert_eq!(say(RefAction::Retract, 2).await, snapshots[1]);
        assert_eq!(say(RefAction::Rollback, 0).await, snapshots[0]);
        assert_eq!(say(RefAction::Restore, 2).await, snapshots[0], "what was rolled back to stays current");
        assert_eq!(say(RefAction::Rollback, 2).await, snapshots[2]);
    }
}

/// What another run published in the meantime is not taken back.
#[tokio::test]
async fn a_snapshot_is_published_only_on_the_one_it_was_put_together_on() {
    let (store, _folder) = open(Place::Disk).await.unwrap();
    published(&store, 1).await;
    let slow = ready(&store, 2, 0).await.unwrap();
    let quick = published(&store, 3).await;
    let refused = commit(&store, &slow).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "snapshot `2026-11.1` was put together on `2026-11.0`, and `2026-11.2` is current now"
    );
    assert_eq!(store.current().await.unwrap(), quick);
    assert!(store.manifest(&slow.manifest.snapshot).await.is_err(), "nothing was moved");
}

#[tokio::test]
async fn a_rehearsal_killed_between_its_entries_is_found_until_something_settles_it() {
    let (store, _folder) = open(Place::Disk).await.unwrap();
    let (old, current) = (published(&store, 0).await, published(&store, 1).await);
    rehearse(&store).await.unwrap();
    assert_eq!(store.current().await.unwrap(), current);
    let half = async || store.append_ref(RefAction::Rollback, &old, None, AT, Some(REHEARSAL)).await.unwrap();
    half().await;
    let found = Rehearsal { sequence: 5, target: old.clone(), current: current.clone() };
    assert_eq!(store.unfinished_rehearsal().await.unwrap(), Some(found));
    rehearse(&store).await.unwrap();
    assert_eq!(store.current().await.unwrap(), current, "finished, and done once more");
    half().await;
    published(&store, 2).await;
    assert_eq!(store.unfinished_rehearsal().await.unwrap(), None, "a newer snapshot is current");
}

/// Files longer than a part, and the copies DuckDB reads.
#[tokio::test]
async fn long_files_go_to_a_bucket_in_parts_and_come_back_checked() {
    let Some((store, folder)) = open(Place::Bucket).await else { return };
    let ready = ready(&store, 1, 20 << 20).await.unwrap();
    commit(&store, &ready).await.unwrap();
    let snapshot = &ready.manifest.snapshot;
    assert_eq!(store.verify(snapshot).await.unwrap().findings, []);
    assert!(!folder.path().join("staging").join(ready.manifest.run_id.as_str()).exists());
    let local = store.local_snapshot(snapshot, false).await.unwrap();
    let file = local.tables().join("notes/part-0.parquet");
    assert!(file.metadata().unwrap().len() > 16 << 20);
    assert!(!local.evidence.exists(), "not asked for");
    assert_eq!(store.local_snapshot(snapshot, true).await.unwrap(), local);
    assert!(local.evidence.join("part-0.parquet").exists());
}

#[tokio::test]
async fn in_a_bucket_one_of_many_gets_the_lease_and_one_the_number() {
    let Some((store, _folder)) = open(Place::Bucket).await else { return };
    let owner = |number: u32| Owner {
        token: number.to_string(),
        run_id: Some(RunId::new(month(), number)),
        host: "a-host".to_owned(),
        process: number,
        place: String::new(),
    };
    let owners: Vec<Owner> = (0..12).map(owner).collect();
    let now = Timestamp::from_millis(0);
    let tries = owners.iter().map(|owner| store.acquire(owner, &LeaseScope::All, false, now, |_| false));
    let won = futures::future::join_all(tries).await.into_iter().flatten().count();
    assert_eq!(won, 1);
    let runs: Vec<RunId> = (0..12).map(|number| RunId::new(month(), number)).collect();
    let claims = futures::future::join_all(runs.iter().map(|run| store.claim_snapshot(month(), run))).await;
    let numbers: BTreeSet<u32> = claims.into_iter().map(|claim| claim.unwrap().counter()).collect();
    assert_eq!(numbers.len(), 12);
}

/// A write whose answer was lost is sent again, and finds what it wrote itself.
#[tokio::test]
async fn a_lost_answer_is_told_from_a_lost_race() {
    let Some((store, _folder)) = open(Place::Bucket).await else { return };
    let store = dying(&store, &Death::never_on_a_bad_network());
    let (old, new) = (published(&store, 1).await, published(&store, 2).await);
    assert_eq!((old.as_str(), new.as_str()), ("2026-11.0", "2026-11.1"), "each took one number");
    assert_eq!(store.refs().await.unwrap().len(), 2);
    let other = store.create("refs/log/00000000000000000002.json", "other".into()).await;
    assert!(matches!(other, Err(StoreError::Exists { .. })));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let Some(server) = s3::server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let location = "s3://no-such-bucket/lake".parse().unwrap();
    let error = Store::make(&location, &server.remote(folder.path())).await.unwrap_err();
    assert_eq!(error.to_string(), "store `s3://no-such-bucket/lake`: there is no such bucket");
    let error = Store::find(&location, &server.remote(folder.path())).await.unwrap_err();
    assert!(matches!(error, StoreError::NoBucket { .. }));
}
