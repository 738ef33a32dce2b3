//! Any bytes as what lies in a store: a manifest stays below its folder, and every record that is read is written as it was read.
#![no_main]

use deklaro_schemas::SnapshotId;
use deklaro_schemas::stored::{
    Approval, Decision, DraftedManifest, Drill, Entry, Event, Incident, Manifest, RecordedScorecard,
    RefEntry, Registered, ReleaseWaiver, RunFile, SuiteRun, ThresholdChange, WaitingSnapshot,
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Component, Path};
use std::sync::LazyLock;

static SNAPSHOT: LazyLock<SnapshotId> = LazyLock::new(|| "2026-11.0".parse().unwrap());

/// Only below the folder, whoever wrote the path.
fn is_below(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

fn manifest(bytes: &[u8]) {
    let Ok(manifest) = Manifest::read(bytes, &SNAPSHOT) else { return };
    for file in &manifest.files {
        let in_store = file.store_path(&SNAPSHOT);
        assert!(is_below(Path::new(&in_store)), "`{in_store}`");
        assert!(
            in_store.starts_with("snapshots/snapshot=2026-11.0/")
                || in_store.starts_with("evidence/snapshot=")
        );
        assert!(is_below(&file.path.below(Path::new(""))), "`{}`", file.path);
    }
    let again = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::read(&again, &SNAPSHOT).unwrap(), manifest);
}

/// What is read comes out as the same text, once written and read again.
fn record<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(record) = serde_json::from_slice::<T>(bytes) else { return };
    let text = serde_json::to_string(&record).unwrap();
    let again: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

fn row<R: Registered>(bytes: &[u8]) {
    record::<Entry<R>>(bytes);
}

fuzz_target!(|bytes: &[u8]| {
    manifest(bytes);
    record::<RefEntry>(bytes);
    record::<RunFile>(bytes);
    record::<Event>(bytes);
    row::<RecordedScorecard>(bytes);
    row::<SuiteRun>(bytes);
    row::<DraftedManifest>(bytes);
    row::<WaitingSnapshot>(bytes);
    row::<Approval>(bytes);
    row::<ReleaseWaiver>(bytes);
    row::<Decision>(bytes);
    row::<Drill>(bytes);
    row::<Incident>(bytes);
    row::<ThresholdChange>(bytes);
});
