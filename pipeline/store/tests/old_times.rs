//! Files of earlier versions, as those wrote them byte for byte: their times are read, and their chains hold.

use deklaro_schemas::codes::ScanStatus;
use deklaro_schemas::stored::Drill;
use deklaro_schemas::{SnapshotId, Timestamp};
use deklaro_store::Store;
use std::path::Path;

/// 2026-11-30T14:46:40Z.
const BEGUN: i64 = 1_796_050_000_000_000;

const FIRST_REF: &str = r#"{
  "sequence": 1,
  "action": "publish",
  "snapshot": "2026-10.0",
  "run_id": "2026-10-894f2750",
  "at": "2026-11-30T14:46:42Z",
  "previous_sha256": null
}"#;
const SECOND_REF: &str = r#"{
  "sequence": 2,
  "action": "publish",
  "snapshot": "2026-11.0",
  "run_id": "2026-11-f9c7a5a3",
  "at": "2026-11-30T14:47:01Z",
  "previous_sha256": "a63b77c221bac7e3f54d27a726f14828496d8a0cc44c92dbcb9823dbd11eef60"
}"#;
const BOOK: &str = r#"{"sequence":5,"written_by":"5a11fbff","leases":[{"owner":{"token":"5a11fbff","run_id":"2026-11-f9c7a5a3","host":"vm","process":13568,"place":""},"scope":"all","is_moving":true,"since_us":1796050020361712,"expires_us":1796050321831424}]}"#;
const JOB: &str = r#"{
  "sequence": 2,
  "snapshot": "2026-11.1",
  "run_id": "2026-11-00000001",
  "month": "2026-11",
  "countries": [
    "AT"
  ],
  "queue": "requests",
  "request_id": null,
  "idempotency_key": null,
  "status": "running",
  "asked_us": 1796050000000001,
  "written_us": 1796050000000002,
  "started_us": 1796050000000003,
  "finished_us": null,
  "not_before_us": 1796050000000004,
  "attempts": 1,
  "worker": "vm-1",
  "published": null,
  "reason_code": null,
  "error_summary": null
}"#;
const SLOT: &str = r#"{
  "due_us": 1796050000000000,
  "written_us": 1796050000000001,
  "outcome": "queued",
  "schedule": "0 2 1 * *",
  "snapshot": "2026-11.1",
  "reason": null
}"#;
const BEAT: &str = r#"{
  "worker": "vm-1",
  "owner": {
    "token": "",
    "run_id": null,
    "host": "vm",
    "process": 1,
    "place": ""
  },
  "started_us": 1796050000000000,
  "beat_us": 1796050000000001,
  "is_draining": false,
  "snapshot": null,
  "step": null,
  "host_total": 0,
  "host_processed": 0,
  "completed": 0,
  "failed": 0
}"#;
const DRILL: &str = r#"{
  "sequence": 1,
  "at": "2026-11-30T14:46:40Z",
  "by": "ops",
  "trace_id": null,
  "row": {
    "name": "worker-crash",
    "passed": true,
    "detected_ms": 5,
    "recovered_ms": 9,
    "lost": 0,
    "details": []
  },
  "previous_sha256": null
}"#;
const EVENT: &str = r#"{
  "sequence": 1,
  "event_type": "rollback_rehearsal",
  "snapshot": "2026-10.0",
  "at": "2026-11-30T14:46:40Z",
  "took_ms": 12,
  "is_ok": true,
  "details": [],
  "previous_sha256": null
}"#;
const MANIFEST: &str = r#"{
  "format": 1,
  "snapshot": "2026-10.0",
  "run_id": "2026-10-894f2750",
  "run_month": "2026-10",
  "created_at": "2026-11-30T14:46:42Z",
  "previous": null,
  "countries": [],
  "files": []
}
"#;

async fn store(files: &[(&str, &str)]) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(file, text).unwrap();
    }
    (store, folder)
}

fn snapshot(name: &str) -> SnapshotId {
    SnapshotId::parse(name).unwrap()
}

#[tokio::test]
async fn the_ref_log_and_the_manifest() {
    let (store, _folder) = store(&[
        ("refs/log/00000000000000000001.json", FIRST_REF),
        ("refs/log/00000000000000000002.json", SECOND_REF),
        ("snapshots/snapshot=2026-10.0/manifest.json", MANIFEST),
    ])
    .await;
    let refs = store.refs().await.expect("the second entry holds the hash of the first as it was written");
    assert_eq!(refs[0].at, Timestamp(BEGUN + 2_000_000));
    assert_eq!(serde_json::to_string_pretty(&refs[0]).unwrap(), FIRST_REF, "written as before");
    assert_eq!(serde_json::to_string_pretty(&refs[1]).unwrap(), SECOND_REF);
    let manifest = store.manifest(&snapshot("2026-10.0")).await.unwrap();
    assert_eq!(manifest.created_at, refs[0].at);
    assert_eq!(serde_json::to_string_pretty(&manifest).unwrap() + "\n", MANIFEST);
}

#[tokio::test]
async fn the_registry() {
    let (store, _folder) = store(&[
        ("registry/drills/00000000000000000001.json", DRILL),
        ("registry/events/00000000000000000001.json", EVENT),
    ])
    .await;
    let drill = &store.registered::<Drill>().await.unwrap()[0];
    assert_eq!((drill.at, drill.row.recovered_ms), (Timestamp(BEGUN), 9));
    assert_eq!(serde_json::to_string_pretty(drill).unwrap(), DRILL, "written as before");
    let event = &store.events().await.unwrap()[0];
    assert_eq!(event.at, Timestamp(BEGUN));
    assert_eq!(serde_json::to_string_pretty(event).unwrap(), EVENT);
    assert!(store.verify_registry().await.unwrap().iter().all(|check| check.problems.is_empty()));
}

#[tokio::test]
async fn the_book_of_leases() {
    let (store, _folder) = store(&[("leases/00000000000000000005.json", BOOK)]).await;
    let lease = store.leases(Timestamp(BEGUN)).await.unwrap().remove(0);
    assert_eq!((lease.since_at.0, lease.expires_at.0), (1_796_050_020_361_712, 1_796_050_321_831_424));
    assert!(store.leases(lease.expires_at).await.unwrap().is_empty(), "to the microsecond");
    let renewed = store.renew(&lease, true, Timestamp(BEGUN + 1)).await.unwrap();
    let text = store.read("leases/00000000000000000006.json").await.unwrap();
    let book: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(book["leases"][0]["since_at"], "2026-11-30T14:47:00.361712Z");
    assert_eq!(book["leases"][0]["expires_at"], "2026-11-30T14:51:40.000001Z");
    assert_eq!(store.leases(Timestamp(BEGUN)).await.unwrap(), [renewed], "nothing is lost on the way");
}

#[tokio::test]
async fn the_queue() {
    let (store, _folder) = store(&[
        ("queue/open/2026-11.1.json", r#"{"run_id":"2026-11-00000001","asked_us":1796050000000001}"#),
        ("queue/jobs/2026-11.1/00000002.json", JOB),
        ("queue/slots/2026-11-30T144640Z.json", SLOT),
        ("workers/vm-1.json", BEAT),
    ])
    .await;
    let job = store.open_jobs().await.unwrap().remove(0);
    assert_eq!(
        (job.status, job.asked_at, job.written_at),
        (ScanStatus::Running, Timestamp(BEGUN + 1), Timestamp(BEGUN + 2))
    );
    assert_eq!(
        (job.started_at, job.finished_at, job.retry_at),
        (Some(Timestamp(BEGUN + 3)), None, Some(Timestamp(BEGUN + 4)))
    );
    let slot = store.last_slots(1).await.unwrap().remove(0);
    assert_eq!((slot.due_at, slot.written_at), (Timestamp(BEGUN), Timestamp(BEGUN + 1)));
    let beat = store.beats().await.unwrap().remove(0);
    assert_eq!((beat.started_at, beat.beat_at), (Timestamp(BEGUN), Timestamp(BEGUN + 1)));
    let next = deklaro_store::Job { sequence: 3, ..job.clone() };
    store.advance_job(&next).await.unwrap();
    let text = store.read("queue/jobs/2026-11.1/00000003.json").await.unwrap();
    assert!(String::from_utf8_lossy(&text).contains(r#""asked_at": "2026-11-30T14:46:40.000001Z""#));
    assert_eq!(store.job(&job.snapshot).await.unwrap(), Some(next));
}
