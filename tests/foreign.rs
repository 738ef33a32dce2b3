//! A store that somebody else made or changed: it is refused by name, and nothing outside it is written.

use crate::support::bucket::Bucket;
use crate::support::demo::{copy_folder, demo, demo_copy};
use crate::support::wait::Ran;
use crate::support::{deklaro, files, run, stderr};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const SNAPSHOT: &str = "snapshots/snapshot=2026-11.0";
const PAYLOAD: &[u8] = b"written by the store's author\n";
const MINE: &[u8] = b"mine\n";

/// Lists one more file in the current snapshot's manifest, and puts its bytes where the store would look for them.
fn plant(store: &Path, path: &str, kind: &str, table: Option<&str>) {
    let manifest = store.join(SNAPSHOT).join("manifest.json");
    let mut told: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let sha256 = deklaro_schemas::Sha256::of(PAYLOAD);
    let file = json!({ "path": path, "kind": kind, "table": table, "sha256": sha256, "size_bytes": PAYLOAD.len(), "row_count": table.map(|_| 0) });
    told["files"].as_array_mut().unwrap().push(file);
    std::fs::write(&manifest, told.to_string()).unwrap();
    let object = match path.strip_prefix("../../") {
        Some(outside) => store.join(outside.trim_start_matches('/')),
        None => store.join(SNAPSHOT).join(path.trim_start_matches('/')),
    };
    std::fs::create_dir_all(object.parent().unwrap()).unwrap();
    std::fs::write(object, PAYLOAD).unwrap();
}

/// A file that is nobody's business, in a folder of its own.
fn sentinel() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sentinel.txt");
    std::fs::write(&file, MINE).unwrap();
    (folder, file)
}

#[test]
fn a_manifest_that_points_elsewhere_is_refused_by_name() {
    let (folder, file) = sentinel();
    let out = folder.path().join("out/site").display().to_string();
    let absolute = file.display().to_string();
    for (path, kind, table) in [
        (absolute.as_str(), "document", None),
        ("../../../sentinel.txt", "document", None),
        ("tables/hosts/../../../../sentinel.txt", "table", Some("hosts")),
        ("../../staging/part-00000.parquet", "evidence", Some("bodies")),
    ] {
        let copy = demo_copy();
        plant(copy.path(), path, kind, table);
        let before = files(copy.path());
        for (args, exit) in [
            (&["report", "--out", &out][..], 65),
            (&["sql", "select 1"], 65),
            (&["verify"], 65),
            (&["detect"], 65),
            (&["artifact", "AT"], 65),
            (&["serve", "--listen", "127.0.0.1:0", "--no-worker"], 65),
        ] {
            let said = stderr(&run(copy.path(), args, exit));
            let named = format!("`{SNAPSHOT}/manifest.json` is corrupt: `{path}` is not the path of a file");
            assert!(said.contains(&named), "{args:?}: {said}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), MINE);
        assert!(before == files(copy.path()), "nothing is written into the store either");
        assert!(files(folder.path()).into_keys().eq([file.clone()]), "nothing beside it");
    }
}

#[test]
fn a_file_that_is_not_what_its_manifest_says_is_not_copied() {
    let copy = demo_copy();
    let path = format!("{SNAPSHOT}/artifacts/AT.csv");
    let mut bytes = std::fs::read(copy.path().join(&path)).unwrap();
    bytes[100] ^= 1;
    std::fs::write(copy.path().join(&path), &bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("site").display().to_string();
    let named = format!("`{path}` is corrupt: sha256 is");
    for args in [&["report", "--out", &out][..], &["artifact", "AT", "--format", "csv"]] {
        let said = stderr(&run(copy.path(), args, 65));
        assert!(said.contains(&named), "{args:?}: {said}");
    }
    assert!(!folder.path().join("site/files/artifacts/AT.csv").exists());
    // One that is longer is not read at all.
    std::fs::write(copy.path().join(&path), [bytes.as_slice(), b"\n"].concat()).unwrap();
    let said = stderr(&run(copy.path(), &["artifact", "AT", "--format", "csv"], 65));
    let expected = format!("`{path}` is corrupt: it has {} bytes, expected {}", bytes.len() + 1, bytes.len());
    assert!(said.contains(&expected), "{said}");
}

/// The pages and queries are made by DuckDB, which reads whatever lies in a table's folder.
#[test]
fn a_table_that_is_not_what_its_manifest_says_is_not_shown() {
    let (folder, hosts) =
        (tempfile::tempdir().unwrap(), format!("{SNAPSHOT}/tables/hosts/part-00000.parquet"));
    let refused = |store: &Path, path: &str, why: &str| {
        let out = folder.path().join("site").display().to_string();
        for args in [&["report", "--out", &out][..], &["sql", "select count(*) from hosts"]] {
            let said = stderr(&run(store, args, 65));
            assert!(said.contains(&format!("`{path}` is corrupt: {why}")), "{args:?}: {said}");
        }
        assert!(!folder.path().join("site/index.html").exists());
    };
    let copy = demo_copy();
    let added = hosts.replace("00000", "00099");
    std::fs::copy(copy.path().join(&hosts), copy.path().join(&added)).unwrap();
    refused(copy.path(), &added, "it is not listed in the manifest");
    std::fs::remove_file(copy.path().join(&added)).unwrap();
    let mut bytes = std::fs::read(copy.path().join(&hosts)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(copy.path().join(&hosts), bytes).unwrap();
    refused(copy.path(), &hosts, "sha256 is");
    std::fs::remove_file(copy.path().join(&hosts)).unwrap();
    refused(copy.path(), &hosts, "missing");
}

#[test]
fn page_bytes_that_are_not_what_their_manifest_says_are_not_read_again() {
    let copy = demo_copy();
    let path = "evidence/snapshot=2026-11.0/part-00000.parquet";
    let mut bytes = std::fs::read(copy.path().join(path)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(copy.path().join(path), bytes).unwrap();
    let said = stderr(&run(copy.path(), &["detect"], 65));
    assert!(said.contains(&format!("`{path}` is corrupt: sha256 is")), "{said}");
}

/// The demo's store in a bucket.
fn demo_bucket(is_lax: bool) -> (Bucket, tempfile::TempDir) {
    let bucket = Bucket::open(is_lax);
    copy_folder(demo().store.path(), &bucket.objects());
    (bucket, tempfile::tempdir().unwrap())
}

#[test]
fn a_manifest_that_points_elsewhere_creates_no_file_beside_a_bucket() {
    let (folder, file) = sentinel();
    let target = folder.path().join("here.parquet").display().to_string();
    let (bucket, work) = demo_bucket(false);
    plant(&bucket.objects(), &format!("../../{target}"), "table", Some("hosts"));
    let said = stderr(&bucket.lake(work.path()).run(&["sql", "select 1"], 65));
    assert!(said.contains(&format!("`../../{target}` is not the path of a file")), "{said}");
    assert_eq!(files(folder.path()).into_keys().collect::<Vec<_>>(), [file]);
}

#[test]
fn a_cached_copy_that_was_changed_is_copied_again() {
    let (bucket, work) = demo_bucket(false);
    let lake = bucket.lake(work.path());
    let count = ["sql", "--json", "select count(*) as hosts from hosts"];
    let hosts = lake.json(&count);
    let cached =
        files(&work.path().join("cache")).into_keys().find(|path| path.ends_with("hosts/part-00000.parquet"));
    let cached = cached.unwrap();
    let sound = std::fs::read(&cached).unwrap();
    let mut changed = sound.clone();
    let footer = changed.len() - 20;
    changed[footer] ^= 1;
    std::fs::write(&cached, changed).unwrap();
    assert_eq!(lake.json(&count), hosts);
    assert!(std::fs::read(&cached).unwrap() == sound);
}

#[test]
fn a_bucket_that_overwrites_what_is_created_once_is_refused_by_name() {
    let (lax, work) = demo_bucket(true);
    let list = work.path().join("list.csv");
    std::fs::write(&list, "host,country\na.example.at,AT\n").unwrap();
    let import = ["import", list.to_str().unwrap(), "--reference", "https://lists.example/all"];
    let before = files(&lax.objects().join("refs"));
    for args in [&import[..], &["rollback", "2026-10.0", "--reason", "a test"]] {
        let said = stderr(&lax.lake(work.path()).run(args, 69));
        let named = "store `s3://b/lake`: it overwrites an object that is there, expected that `If-None-Match: *` is refused";
        assert!(said.contains(named) && said.contains("hint: two runs would get the same lease"), "{said}");
    }
    assert!(before == files(&lax.objects().join("refs")) && !lax.objects().join("lists").exists());
    // Reading needs no such promise.
    lax.lake(work.path()).run(&["log"], 0);
    let (sound, work) = demo_bucket(false);
    sound.lake(work.path()).run(&import, 0);
    let again = sound.lake(work.path());
    let output = again.told(deklaro(&again.store, &["rollback", "2026-10.0", "--reason", "a test"])).ran();
    assert!(output.status.success(), "{}", stderr(&output));
}
