//! How does somebody who can write to a store change what was published, with every hash in it that names the change?

use super::shared_runtime;
use deklaro_schemas::stored::{Manifest, RefEntry};
use deklaro_schemas::{Row, Selection, Sha256, SnapshotId, batch, parquet_file};
use deklaro_store::Store;
use serde_json::Value;
use std::path::Path;

/// Changes rows of a table, and hides it: the file is encoded as before, its hash stands in the manifest.
pub(crate) fn forge_rows<R: Row>(store: &Path, snapshot: &str, change: impl Fn(&mut R)) {
    let name = format!("tables/{}/part-00000.parquet", R::TABLE);
    let file = store.join(Manifest::folder(&SnapshotId::parse(snapshot).unwrap())).join(&name);
    let bytes: Vec<u8> = std::fs::read(&file).unwrap();
    let footer = parquet_file::footer(&R::table(), bytes.into()).unwrap();
    let named = footer.iter().filter_map(|(key, value)| Some((key.strip_prefix("deklaro.")?, value)));
    let own: Vec<(String, String)> = named
        .filter(|(key, _)| !key.starts_with("table"))
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect();
    let snapshot_id = SnapshotId::parse(snapshot).unwrap();
    let mut rows: Vec<R> = shared_runtime().block_on(async {
        let store = Store::open(store).await.unwrap();
        store.read_rows(&snapshot_id, &Selection::all()).await.unwrap()
    });
    rows.iter_mut().for_each(change);
    let bytes = parquet_file::encode(&R::table(), &batch::from_rows(&rows).unwrap(), &own).unwrap();
    forge_file(store, snapshot, &name, &bytes);
}

/// Changes a file of a snapshot, and hides it: its hash stands in the manifest and in SHA256SUMS.
pub(crate) fn forge_file(store: &Path, snapshot: &str, path: &str, bytes: &[u8]) {
    let folder = store.join(Manifest::folder(&SnapshotId::parse(snapshot).unwrap()));
    std::fs::write(folder.join(path), bytes).unwrap();
    let was = listed_again(&folder, path, bytes);
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let sums = sums.replace(&was, Sha256::of(bytes).as_str());
    std::fs::write(folder.join("SHA256SUMS"), &sums).unwrap();
    listed_again(&folder, "SHA256SUMS", sums.as_bytes());
}

/// Removes a file of a snapshot, and hides it: neither the manifest nor SHA256SUMS names it.
pub(crate) fn forge_removed(store: &Path, snapshot: &str, path: &str) {
    let folder = store.join(Manifest::folder(&SnapshotId::parse(snapshot).unwrap()));
    std::fs::remove_file(folder.join(path)).unwrap();
    let manifest = folder.join("manifest.json");
    let mut json: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    json["files"].as_array_mut().unwrap().retain(|file| file["path"] != path);
    std::fs::write(manifest, format!("{}\n", serde_json::to_string_pretty(&json).unwrap())).unwrap();
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let kept: String =
        sums.lines().filter(|line| !line.ends_with(path)).map(|line| format!("{line}\n")).collect();
    forge_file(store, snapshot, "SHA256SUMS", kept.as_bytes());
}

/// Writes a file's hash and length into the manifest; gives the hash that stood there.
fn listed_again(folder: &Path, path: &str, bytes: &[u8]) -> String {
    let manifest = folder.join("manifest.json");
    let mut json: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let files = json["files"].as_array_mut().unwrap();
    let file = files.iter_mut().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    let was = file["sha256"].as_str().unwrap().to_owned();
    file["sha256"] = Sha256::of(bytes).as_str().into();
    file["size_bytes"] = bytes.len().into();
    std::fs::write(manifest, format!("{}\n", serde_json::to_string_pretty(&json).unwrap())).unwrap();
    was
}

/// Changes entries of the ref log, and hides it: each carries the hash of the one before, as it is then.
pub(crate) fn forge_log(store: &Path, change: impl Fn(&mut RefEntry)) {
    let mut previous = None;
    for sequence in 1.. {
        let path = store.join(RefEntry::path_of(sequence));
        let Ok(bytes) = std::fs::read(&path) else { break };
        let mut entry: RefEntry = serde_json::from_slice(&bytes).unwrap();
        change(&mut entry);
        entry.previous_sha256 = previous;
        let bytes = serde_json::to_vec_pretty(&entry).unwrap();
        previous = Some(Sha256::of(&bytes));
        std::fs::write(&path, bytes).unwrap();
    }
}
