//! A disk takes every deed in any order, with kills in between: publish, roll back, retract, expire, restore,
//! delete. What is live stays whole, and what was recorded stays. `inputs.rs` does the same in a bucket.

#[expect(dead_code, reason = "the tests in a bucket use the rest")]
mod support;

use deklaro_schemas::codes::{RefAction, SnapshotState};
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Body, Host};
use deklaro_schemas::{Row, Selection, Sha256, SnapshotId};
use deklaro_store::{Bound, REHEARSAL, Rehearsal, Store, StoreError};
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::block_on;
use support::deeds::{chaos, deed, dying, known, rehearse};
use support::dying::Death;
use support::gaps::{every_gap_of_a_deletion, every_gap_of_a_publication, retracted_and_restored};
use support::ready::{AT, commit, published, ready};

/// An empty store, and the folder it is in.
async fn open() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Store::open(folder.path()).await.unwrap(), folder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_done_on_a_disk_what_is_live_stays_whole(deeds in prop::collection::vec(deed(), 1..24)) {
        block_on(async {
            let (store, _folder) = open().await;
            chaos(&store, deeds).await;
        });
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
            let (store, _folder) = open().await;
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

#[tokio::test]
async fn killed_in_any_gap_of_a_publication_on_a_disk_readers_see_the_old_or_the_new() {
    every_gap_of_a_publication(open).await;
}

#[tokio::test]
async fn deleting_on_a_disk_is_finished_after_a_kill_in_any_gap() {
    every_gap_of_a_deletion(open).await;
}

#[tokio::test]
async fn deleting_takes_two_steps_and_never_the_current_snapshot() {
    let (store, folder) = open().await;
    let (old, current) = (published(&store, 0).await, published(&store, 1).await);
    let vacuum = |snapshot| store.vacuum(snapshot, AT, "retention", |_| Ok(()));
    let error = vacuum(&old).await.unwrap_err().to_string();
    assert_eq!(error, "cannot vacuum snapshot `2026-11.0`: it is live");
    let error = store.append_ref(RefAction::Expire, &current, None, AT, None).await.unwrap_err().to_string();
    assert_eq!(error, "cannot expire snapshot `2026-11.1`: it is current");
    store.append_ref(RefAction::Expire, &old, None, AT, Some("retention")).await.unwrap();
    let error = vacuum(&old).await.unwrap_err().to_string();
    assert_eq!(error, "cannot vacuum snapshot `2026-11.0`: `2026-11.1` keeps verdicts from it");
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
    let (store, _folder) = open().await;
    retracted_and_restored(&store).await;
}

/// A later commit does not take back what another run published meanwhile.
#[tokio::test]
async fn a_snapshot_is_published_only_on_the_one_it_was_put_together_on() {
    let (store, _folder) = open().await;
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
    let (store, _folder) = open().await;
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

/// Changes a file of a store.
fn change(folder: &std::path::Path, path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(folder.join(path)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {path}");
    std::fs::write(folder.join(path), text.replace(from, to)).unwrap();
}

#[tokio::test]
async fn a_manifest_that_is_changed_later_is_refused_wherever_it_is_read() {
    let (store, folder) = open().await;
    let (old, current) = (published(&store, 0).await, published(&store, 1).await);
    assert_eq!(store.bound(&old).await.unwrap(), Bound::Holds { sequence: 1 });
    change(
        folder.path(),
        "snapshots/snapshot=2026-11.0/manifest.json",
        "\"size_bytes\": ",
        "\"size_bytes\": 1",
    );
    let store = Store::open(folder.path()).await.unwrap();
    let said = store.manifest(&old).await.unwrap_err().to_string();
    assert!(said.contains("manifest.json` was changed") && said.contains("entry 1 of the ref log"), "{said}");
    let findings = store.verify(&old).await.unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let again = store.append_ref(RefAction::Rollback, &old, None, AT, None).await;
    assert!(matches!(again, Err(StoreError::Changed { .. })), "{again:?}");
    store.append_ref(RefAction::Expire, &old, None, AT, None).await.unwrap();
    let vacuumed = store.vacuum(&old, AT, "a test", |_| Ok(())).await;
    assert!(vacuumed.is_err(), "what was changed is not buried under its name");
    assert_eq!(store.verify(&current).await.unwrap().findings, []);
    store.manifest(&current).await.unwrap();
}

#[tokio::test]
async fn entries_of_versions_that_named_no_bytes_bind_nothing() {
    let (store, folder) = open().await;
    let old = published(&store, 0).await;
    let entry = "refs/log/00000000000000000001.json";
    let text = std::fs::read_to_string(folder.path().join(entry)).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json.as_object_mut().unwrap().remove("manifest_sha256").expect("a publication names the manifest");
    std::fs::write(folder.path().join(entry), serde_json::to_vec_pretty(&json).unwrap()).unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(store.bound(&old).await.unwrap(), Bound::NotBound);
    store.manifest(&old).await.unwrap();
    published(&store, 1).await;
    store.append_ref(RefAction::Rollback, &old, None, AT, None).await.unwrap();
    assert_eq!(store.bound(&old).await.unwrap(), Bound::Holds { sequence: 3 }, "bound from then on");
}

#[tokio::test]
async fn an_end_that_was_kept_elsewhere_shows_that_the_last_entries_were_changed() {
    let (store, folder) = open().await;
    assert_eq!(store.head().await.unwrap(), None);
    published(&store, 0).await;
    let first = store.head().await.unwrap().unwrap();
    published(&store, 1).await;
    let last = store.head().await.unwrap().unwrap();
    assert_eq!((first.sequence, last.sequence), (1, 2));
    for kept in [&first, &last] {
        assert_eq!(store.gone_since(&kept.sha256).await.unwrap(), None);
    }
    change(folder.path(), "refs/log/00000000000000000002.json", "2026-11.1", "2026-11.0");
    assert!(store.gone_since(&last.sha256).await.unwrap().is_some(), "edited");
    assert_eq!(store.gone_since(&first.sha256).await.unwrap(), None);
    std::fs::remove_file(folder.path().join("refs/log/00000000000000000002.json")).unwrap();
    assert!(store.gone_since(&last.sha256).await.unwrap().is_some(), "removed");
}

/// How many hosts are read of a snapshot.
async fn hosts(store: &Store, snapshot: &SnapshotId) -> Result<usize, StoreError> {
    store.read_rows::<Host>(snapshot, &Selection::all()).await.map(|rows| rows.len())
}

#[tokio::test]
async fn a_table_is_the_files_that_its_manifest_lists() {
    let (store, folder) = open().await;
    let snapshot = published(&store, 0).await;
    let path = "snapshots/snapshot=2026-11.0/tables/hosts/part-0.parquet";
    let other = folder.path().join(path.replace("part-0", "part-1"));
    std::fs::copy(folder.path().join(path), &other).unwrap();
    assert_eq!(hosts(&store, &snapshot).await.unwrap(), 2, "what is not listed is not read");
    let is_hosts = |table: &str| table == "hosts";
    let said = store.check_tables(&snapshot, is_hosts).await.unwrap_err().to_string();
    assert!(said.contains("tables/hosts/part-1.parquet` is corrupt: it is not listed"), "{said}");
    store.check_tables(&snapshot, |table| table == "seeds").await.unwrap();
    std::fs::remove_file(other).unwrap();
    store.check_tables(&snapshot, is_hosts).await.unwrap();
    std::fs::remove_file(folder.path().join(path)).unwrap();
    for store in [store, Store::open(folder.path()).await.unwrap()] {
        let said = hosts(&store, &snapshot).await.unwrap_err().to_string();
        assert_eq!(said, format!("`{path}` is corrupt: missing"));
    }
}

#[tokio::test]
async fn a_tombstone_that_is_changed_is_no_witness_for_page_bytes() {
    let (store, folder) = open().await;
    for nonce in 0..3 {
        published(&store, nonce).await;
    }
    for of in ["2026-11.1", "2026-11.0"] {
        let of = SnapshotId::parse(of).unwrap();
        store.append_ref(RefAction::Expire, &of, None, AT, None).await.unwrap();
        store.vacuum(&of, AT, "a test", |_| Ok(())).await.unwrap();
    }
    let path = "evidence/snapshot=2026-11.0/part-00000.parquet";
    let reopened = async || Store::open(folder.path()).await.unwrap();
    let read = async || {
        let wanted = Selection::columns(&["body_sha256"]);
        reopened().await.read_parquet_file(&Body::table(), path, &wanted).await
    };
    read().await.unwrap();
    change(folder.path(), "tombstones/snapshot=2026-11.0.json", "\"size_bytes\": ", "\"size_bytes\":  ");
    let said = read().await.unwrap_err().to_string();
    let named = "`tombstones/snapshot=2026-11.0.json` was changed";
    assert!(said.contains(named) && said.contains("entry 1 of the ref log"), "{said}");
}

/// Each snapshot's manifest is asked for itself: another one's word for a file says nothing.
#[tokio::test]
async fn a_file_that_another_manifest_lists_with_another_hash_is_compared_again() {
    let (store, folder) = open().await;
    let (old, new) = (published(&store, 0).await, published(&store, 1).await);
    let path = "evidence/snapshot=2026-11.0/part-00000.parquet";
    let bytes = b"not what the first manifest says";
    std::fs::write(folder.path().join(path), bytes).unwrap();
    let mut claimed = store.manifest(&old).await.unwrap().files;
    claimed.retain(|file| file.path.as_str().ends_with(path));
    let file =
        ManifestFile { sha256: Sha256::of(bytes), size_bytes: bytes.len() as u64, ..claimed.remove(0) };
    store.read_file(&new, &file).await.unwrap();
    let read = store.read_parquet_file(&Body::table(), path, &Selection::all()).await;
    assert!(matches!(&read, Err(StoreError::Corrupt { path: named, .. }) if named == path), "{read:?}");
}
