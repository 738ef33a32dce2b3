//! Does the SQL we hand out run in a DuckDB that is not ours: Python's?

use deklaro_needs::python;
use deklaro_publish::{catalog_sql, verify_sql};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::tables::{Fetch, testing};
use deklaro_schemas::{Row, Sha256, SnapshotId, batch, parquet_file};
use std::path::Path;
use std::process::Command;

/// Runs statements from a file, prints the last result as lines, in the folder given.
const RUNNER: &str = "\
import sys, duckdb
statements = duckdb.connect().extract_statements(open(sys.argv[1]).read() + ';' + sys.argv[2])
connection = duckdb.connect()
for statement in statements: result = connection.execute(statement)
for row in result.fetchall(): print('|'.join(str(cell) for cell in row))
";

fn run(folder: &Path, sql: &str, query: &str) -> String {
    std::fs::write(folder.join("test.sql"), sql).unwrap();
    let output =
        Command::new(python()).args(["-c", RUNNER, "test.sql", query]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A snapshot folder with one table of one row, one page of evidence, and its manifest.
fn snapshot(root: &Path) -> (std::path::PathBuf, Vec<ManifestFile>) {
    let folder = root.join("snapshots/snapshot=2026-11.0");
    std::fs::create_dir_all(folder.join("tables/fetches")).unwrap();
    std::fs::create_dir_all(root.join("evidence/snapshot=2026-11.0")).unwrap();
    let rows = batch::from_rows(&[testing::fetch("a.example.at")]).unwrap();
    let parts = [
        (
            Some("fetches"),
            "tables/fetches/part-00000.parquet",
            parquet_file::encode(&Fetch::table(), &rows, &[]).unwrap(),
        ),
        (None, "../../evidence/snapshot=2026-11.0/part-00000.parquet", b"evidence".to_vec()),
        (None, "README.md", b"read me".to_vec()),
    ];
    let mut files = Vec::new();
    for (table, path, bytes) in parts {
        std::fs::write(folder.join(path), &bytes).unwrap();
        files.push(ManifestFile {
            path: path.parse().unwrap(),
            kind: if table.is_some() { FileKind::Table } else { FileKind::Document },
            table: table.map(str::to_owned),
            sha256: Sha256::of(&bytes),
            size_bytes: bytes.len() as u64,
            row_count: table.map(|_| 1),
        });
    }
    let manifest = serde_json::json!({ "format": 1, "snapshot": "2026-11.0", "files": files });
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    (folder, files)
}

pub(crate) fn verification_is_silent_on_a_sound_snapshot_and_names_what_was_changed() {
    let root = tempfile::tempdir().unwrap();
    let (folder, _) = snapshot(root.path());
    assert_eq!(run(&folder, verify_sql(), ""), "");
    std::fs::write(folder.join("README.md"), b"read mE").unwrap();
    assert!(run(&folder, verify_sql(), "").starts_with("README.md|"));
    std::fs::remove_file(folder.join("README.md")).unwrap();
    assert!(run(&folder, verify_sql(), "").ends_with("|None\n"));
}

pub(crate) fn the_catalog_opens_every_table_with_its_comments() {
    let root = tempfile::tempdir().unwrap();
    let (folder, files) = snapshot(root.path());
    let sql = catalog_sql(&SnapshotId::parse("2026-11.0").unwrap(), &files);
    assert_eq!(run(&folder, &sql, "SELECT canonical_hostname, outcome FROM fetches"), "a.example.at|ok\n");
    assert_eq!(run(&folder, &sql, "SELECT count(*), min(started_at) FROM scans"), "0|None\n");
    let comment =
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'fetches' AND column_name = 'round'";
    assert_eq!(run(&folder, &sql, comment), "Round, from 1.\n");
}
