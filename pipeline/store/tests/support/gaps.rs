//! What do readers see of a store whose writer was killed between any two operations?

use super::deeds::{check, dying};
use super::dying::Death;
use super::ready::{AT, commit, published, ready};
use deklaro_schemas::codes::RefAction;
use deklaro_store::{Store, StoreError};

/// Killed before and after each single operation of a publication, from the claim to the last file of staging.
pub(crate) async fn every_gap_of_a_publication(open: impl AsyncFn() -> (Store, tempfile::TempDir)) {
    for is_after in [false, true] {
        for life in 0.. {
            let (store, _folder) = open().await;
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

/// Deleting killed in any gap goes on where it stopped.
pub(crate) async fn every_gap_of_a_deletion(open: impl AsyncFn() -> (Store, tempfile::TempDir)) {
    for life in 0.. {
        let (store, _folder) = open().await;
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

/// A retracted snapshot gives way to the one before, and can come back.
pub(crate) async fn retracted_and_restored(store: &Store) {
    let mut snapshots = Vec::new();
    for nonce in 0..3 {
        snapshots.push(published(store, nonce).await);
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
