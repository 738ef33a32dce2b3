//! Are the tables of two runs over the same web the same?

use arrow::array::RecordBatch;
use deklaro_schemas::{Selection, SnapshotId, TableSpec, tables};
use deklaro_store::Store;
use std::path::Path;

/// Columns that may differ between two runs over the same web, and the tables that describe the run itself.
fn comparable(table: &TableSpec) -> bool {
    !table.name.starts_with("meta_") && table.name != "scans" && table.name != "bodies"
}

/// The table without its volatile columns, as text.
fn text_of(store: &Path, table: &TableSpec) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let batches: Vec<RecordBatch> = runtime.block_on(async {
        let store = Store::open(store).await.unwrap();
        let snapshot = SnapshotId::parse("2026-11.0").unwrap();
        let folder = format!("snapshots/snapshot={snapshot}/tables/{}", table.name);
        store.read_parquet(table, &folder, &Selection::all()).await.unwrap()
    });
    let steady: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.is_volatile())
        .map(|(index, _)| index)
        .collect();
    let projected: Vec<RecordBatch> = batches.iter().map(|batch| batch.project(&steady).unwrap()).collect();
    arrow::util::pretty::pretty_format_batches(&projected).unwrap().to_string()
}

/// Both stores published 2026-11.0: every row is the same, but for what tells of the run itself.
pub(crate) fn assert_same_tables(one: &Path, other: &Path) {
    for table in tables::all().iter().filter(|table| comparable(table)) {
        let (one, other) = (text_of(one, table), text_of(other, table));
        let differing = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert_eq!((one.lines().count(), differing), (other.lines().count(), None), "table `{}`", table.name);
    }
}
