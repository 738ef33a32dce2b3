//! A bucket takes every deed in any order, with kills in between: publish, roll back, retract, expire,
//! restore, delete. What is live stays whole, and what was recorded stays. `record.rs` does the same on a
//! disk.

#[path = "support/s3.rs"]
mod s3;
mod support;

use deklaro_needs::Tests;
use deklaro_schemas::{RunId, Timestamp};
use deklaro_store::{LeaseScope, Loss, Losses, Owner, Store, StoreError};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use support::block_on;
use support::deeds::{chaos, deed, dying};
use support::dying::Death;
use support::gaps::{every_gap_of_a_deletion, every_gap_of_a_publication, retracted_and_restored};
use support::ready::{commit, month, published, ready};

fn main() -> ExitCode {
    let server = [s3::NEED];
    Tests::default()
        .with(&server, whatever_is_done_in_a_bucket_what_is_live_stays_whole)
        .with(&server, killed_in_any_gap_of_a_publication_in_a_bucket_readers_see_the_old_or_the_new)
        .with(&server, deleting_in_a_bucket_is_finished_after_a_kill_in_any_gap)
        .with(&server, in_a_bucket_a_retracted_snapshot_gives_way_and_can_come_back)
        .with(&server, long_files_go_to_a_bucket_in_parts_and_come_back_checked)
        .with(&server, an_upload_that_fails_leaves_no_parts_in_the_bucket)
        .with(&server, in_a_bucket_one_of_many_gets_the_lease_and_one_the_number)
        .with(&server, a_lost_answer_is_told_from_a_lost_race)
        .with(&server, a_bucket_that_is_not_there_is_named)
        .run()
}

/// An empty store, and the folder of its work in progress.
async fn open() -> (Store, tempfile::TempDir) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = tempfile::tempdir().unwrap();
    let location = s3::location(&format!("record-{}", NEXT.fetch_add(1, Ordering::SeqCst)));
    let store = Store::make(&location, &s3::server().remote(folder.path())).await;
    (store.unwrap(), folder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    fn whatever_is_done_in_a_bucket_what_is_live_stays_whole(deeds in prop::collection::vec(deed(), 1..24)) {
        block_on(async {
            let (store, _folder) = open().await;
            chaos(&store, deeds).await;
        });
    }
}

fn killed_in_any_gap_of_a_publication_in_a_bucket_readers_see_the_old_or_the_new() {
    block_on(every_gap_of_a_publication(open));
}

fn deleting_in_a_bucket_is_finished_after_a_kill_in_any_gap() {
    block_on(every_gap_of_a_deletion(open));
}

fn in_a_bucket_a_retracted_snapshot_gives_way_and_can_come_back() {
    block_on(async {
        let (store, _folder) = open().await;
        retracted_and_restored(&store).await;
    });
}

/// Files longer than a part, and the copies DuckDB reads.
fn long_files_go_to_a_bucket_in_parts_and_come_back_checked() {
    block_on(async {
        let (store, folder) = open().await;
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
        assert!(local.evidence.join("part-00000.parquet").exists());
    });
}

fn an_upload_that_fails_leaves_no_parts_in_the_bucket() {
    block_on(async {
        let (store, _folder) = open().await;
        let ready = ready(&store, 1, 20 << 20).await.unwrap();
        let losses = Losses::default();
        // The upload is begun, a part is sent, and the next one is lost.
        losses.expect(Loss { path_part: "tables/notes", number: 3, is_after: false });
        commit(&store.losing(&losses), &ready).await.unwrap_err();
        assert!(losses.lost_at().is_some());
        // Other tests upload too.
        let own = store.location().to_string().replace("s3://lake/", "");
        let uploads = s3::server().ask("GET /lake?uploads");
        assert!(
            uploads.starts_with("HTTP/1.1 200") && uploads.contains("ListMultipartUploadsResult"),
            "{uploads}"
        );
        assert!(!uploads.contains(&format!("<Key>{own}/")), "{uploads}");
        commit(&store, &ready).await.unwrap();
    });
}

fn in_a_bucket_one_of_many_gets_the_lease_and_one_the_number() {
    block_on(async {
        let (store, _folder) = open().await;
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
        let claims =
            futures::future::join_all(runs.iter().map(|run| store.claim_snapshot(month(), run))).await;
        let numbers: BTreeSet<u32> = claims.into_iter().map(|claim| claim.unwrap().counter()).collect();
        assert_eq!(numbers.len(), 12);
    });
}

/// A write whose answer was lost is sent again, and finds what it wrote itself.
fn a_lost_answer_is_told_from_a_lost_race() {
    block_on(async {
        let (store, _folder) = open().await;
        let store = dying(&store, &Death::never_on_a_bad_network());
        let (old, new) = (published(&store, 1).await, published(&store, 2).await);
        assert_eq!((old.as_str(), new.as_str()), ("2026-11.0", "2026-11.1"), "each took one number");
        assert_eq!(store.refs().await.unwrap().len(), 2);
        let other = store.create("refs/log/00000000000000000002.json", "other".into()).await;
        assert!(matches!(other, Err(StoreError::Exists { .. })));
    });
}

fn a_bucket_that_is_not_there_is_named() {
    block_on(async {
        let server = s3::server();
        let folder = tempfile::tempdir().unwrap();
        let location = "s3://no-such-bucket/lake".parse().unwrap();
        let error = Store::make(&location, &server.remote(folder.path())).await.unwrap_err();
        assert_eq!(error.to_string(), "store `s3://no-such-bucket/lake`: there is no such bucket");
        let error = Store::find(&location, &server.remote(folder.path())).await.unwrap_err();
        assert!(matches!(error, StoreError::NoBucket { .. }));
    });
}
