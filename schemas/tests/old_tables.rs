//! Tables of every earlier version stay readable. `tables/` holds one small file per table and table version,
//! with its rows as text.
//!
//! A table whose version was raised gets a new file beside the old one, from a store that has such rows:
//! `DEKLARO_FIXTURES_FROM=$PWD/data/lake/snapshots/snapshot=2026-11.0 cargo test --release -p deklaro-schemas
//! --test old_tables` after `deklaro demo`. Files that are there are never written again.

use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use deklaro_schemas::{TableSpec, parquet_file, tables};
use std::path::{Path, PathBuf};

/// Rows of each file.
const ROWS: usize = 2;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables")
}

fn name(table: &TableSpec) -> String {
    format!("{}-v{}", table.name, table.version)
}

/// The rows as JSON, a line each, without columns that are empty.
fn text(batches: &[RecordBatch]) -> String {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write_batches(&batches.iter().collect::<Vec<_>>()).unwrap();
    writer.finish().unwrap();
    String::from_utf8(writer.into_inner()).unwrap()
}

/// The first rows of a table in a snapshot's folder.
fn sample(snapshot: &Path, table: &TableSpec) -> Vec<RecordBatch> {
    let name = snapshot.file_name().unwrap();
    let folder = if table.name == "bodies" {
        snapshot.join("../../evidence").join(name)
    } else {
        snapshot.join("tables").join(table.name)
    };
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let rows = parquet_file::decode(table, std::fs::read(file).unwrap().into()).unwrap();
    let first = rows.first().map(|batch| batch.slice(0, ROWS.min(batch.num_rows())));
    first.into_iter().collect()
}

#[test]
fn every_version_of_a_table_ever_written_is_read() {
    if let Ok(from) = std::env::var("DEKLARO_FIXTURES_FROM") {
        for table in tables::all() {
            let file = folder().join(format!("{}.parquet", name(&table)));
            if let Some(rows) = sample(Path::new(&from), &table).first().filter(|_| !file.exists()) {
                std::fs::write(&file, parquet_file::encode(&table, rows, &[]).unwrap()).unwrap();
                std::fs::write(file.with_extension("json"), text(std::slice::from_ref(rows))).unwrap();
            }
        }
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let stems: Vec<&str> = files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).collect();
    for table in tables::all() {
        assert!(
            stems.contains(&name(&table).as_str()),
            "`{}` has no file, see the head of this test",
            name(&table)
        );
    }
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "parquet")) {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let table = tables::by_name(stem.split_once("-v").unwrap().0).unwrap();
        let read = parquet_file::decode(&table, std::fs::read(file).unwrap().into()).unwrap();
        // Columns added since are empty, and empty ones are not written.
        assert_eq!(text(&read), std::fs::read_to_string(file.with_extension("json")).unwrap(), "{stem}");
    }
}
