//! A database over Parquet files as the pipeline writes them, and what it refuses.

use arrow::array::AsArray;
use deklaro_report::{Database, OpenOptions, ReportError};
use deklaro_schemas::tables::{self, Fetch, testing};
use deklaro_schemas::{Row, batch, parquet_file};
use std::path::Path;

/// Writes two files of `fetches` below `folder`, whose name has wildcards and a quote in it.
fn snapshot(root: &Path) -> OpenOptions {
    let tables = root.join("it's [a] *snapshot*").join("tables");
    std::fs::create_dir_all(tables.join("fetches")).unwrap();
    std::fs::create_dir_all(root.join("temp")).unwrap();
    for (part, host) in ["a.example.at", "b.example.at"].iter().enumerate() {
        let rows = batch::from_rows(&[testing::fetch(host)]).unwrap();
        let bytes = parquet_file::encode(&Fetch::table(), &rows, &[]).unwrap();
        std::fs::write(tables.join(format!("fetches/part-0000{part}.parquet")), bytes).unwrap();
    }
    OpenOptions::new(tables, root.join("temp"))
}

#[test]
fn tables_with_files_are_read_and_the_others_are_empty() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(&snapshot(root.path())).unwrap();
    for table in tables::all() {
        for schema in ["main", "previous"] {
            let batches = database.query(&format!("SELECT * FROM {schema}.{}", table.name)).unwrap();
            let rows: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
            let expected = if (schema, table.name) == ("main", "fetches") { 2 } else { 0 };
            assert_eq!(rows, expected, "{schema}.{}", table.name);
            let columns: Vec<_> =
                batches[0].schema().fields().iter().map(|field| field.name().clone()).collect();
            let declared: Vec<_> = table.columns.iter().map(|column| column.name.to_owned()).collect();
            assert_eq!(columns, declared, "{schema}.{}", table.name);
        }
    }
}

#[test]
fn times_are_plain_and_can_be_reckoned_with() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(&snapshot(root.path())).unwrap();
    let sql = "SELECT (date_trunc('month', started_at)::DATE)::VARCHAR AS month FROM fetches LIMIT 1";
    let batches = database.query(sql).unwrap();
    assert_eq!(batches[0].column(0).as_string::<i32>().value(0), "2026-11-01");
}

#[test]
fn only_queries_are_answered() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(&snapshot(root.path())).unwrap();
    for sql in [
        "FROM fetches",
        "WITH f AS (FROM fetches) SELECT * FROM f",
        "DESCRIBE fetches",
        "SHOW TABLES",
        "SELECT 1; SELECT 2",
    ] {
        database.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    for sql in [
        "DROP VIEW fetches",
        "SELECT 1; DROP VIEW fetches",
        "COPY (SELECT 1) TO 'out.csv'",
        "SET threads = 1",
        "INSTALL httpfs",
        "ATTACH 'x.db'",
        "SELEKT 1",
        "",
    ] {
        assert!(matches!(database.query(sql), Err(ReportError::NotAQuery { .. })), "{sql}");
    }
}

#[test]
fn other_files_are_out_of_reach() {
    let root = tempfile::tempdir().unwrap();
    let secret = root.path().join("secret.csv");
    std::fs::write(&secret, "a\n1\n").unwrap();
    let database = Database::open(&snapshot(root.path())).unwrap();
    let error = database.query(&format!("SELECT * FROM read_csv('{}')", secret.display())).unwrap_err();
    let ReportError::Query { source, .. } = error else { panic!("{error}") };
    assert!(source.to_string().contains("Permission Error"), "{source}");
}

#[test]
fn a_table_of_an_older_version_has_empty_columns_and_says_so() {
    let root = tempfile::tempdir().unwrap();
    let mut options = snapshot(root.path());
    options.evidence = Some(root.path().join("deleted"));
    options.previous = Some(root.path().join("vacuumed"));
    let rows = batch::from_rows(&[testing::fetch("c.example.at")]).unwrap();
    let lacking = rows.schema().index_of("queue_wait_ms").unwrap();
    let kept: Vec<usize> = (0..rows.num_columns()).filter(|index| *index != lacking).collect();
    let mut older = Fetch::table();
    older.columns.retain(|column| column.name != "queue_wait_ms");
    let bytes = parquet_file::encode(&older, &rows.project(&kept).unwrap(), &[]).unwrap();
    std::fs::remove_dir_all(options.tables.join("fetches")).unwrap();
    std::fs::create_dir_all(options.tables.join("fetches")).unwrap();
    std::fs::write(options.tables.join("fetches/part-00000.parquet"), bytes).unwrap();
    let database = Database::open(&options).unwrap();
    let batches = database.query("SELECT count(*) FROM fetches WHERE queue_wait_ms IS NULL").unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0), 1);
    let gap =
        "Table fetches was written by an older version, without queue_wait_ms: these are taken as empty.";
    assert!(database.gaps().iter().any(|found| found == gap), "{:?}", database.gaps());
    assert!(database.gaps().iter().any(|found| found.starts_with("Table hosts is not in this snapshot")));
    assert_eq!(database.summary().unwrap().requests.queue_wait_p95_ms, None);
}

#[test]
fn a_missing_folder_is_named() {
    let root = tempfile::tempdir().unwrap();
    let options = OpenOptions::new(root.path().join("nowhere"), root.path());
    let Err(error) = Database::open(&options) else { panic!("opened") };
    assert!(error.to_string().starts_with("folder `"), "{error}");
    assert!(error.to_string().contains("nowhere"), "{error}");
}
