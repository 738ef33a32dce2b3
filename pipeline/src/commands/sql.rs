//! `deklaro sql` answers a query over a snapshot's tables.

use crate::cli::SqlArgs;
use arrow::array::RecordBatch;
use arrow::json::ArrayWriter;
use arrow::util::pretty::pretty_format_batches;
use deklaro_console::{Exit, UsageError, output};
use deklaro_record::chosen;
use deklaro_report::{Database, OpenOptions};
use deklaro_schemas::SnapshotId;
use deklaro_schemas::stored::REGISTRY_TABLES;
use deklaro_store::{Finding, Store, StoreError};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What DuckDB says of a query that is wrong by itself.
const WRONG_QUERY: [&str; 4] = ["Parser Error", "Binder Error", "Catalog Error", "only SELECT"];

/// The damaged file, where that is why there is no answer: DuckDB does not always name it.
async fn blamed(store: &Store, snapshot: &SnapshotId, error: anyhow::Error) -> anyhow::Error {
    let said = format!("{error:#}");
    if WRONG_QUERY.iter().any(|start| said.contains(start)) {
        return error;
    }
    let verified = store.verify(snapshot).await;
    match verified.ok().and_then(|verified| verified.findings.into_iter().next()) {
        Some(Finding { path, problem }) => StoreError::Corrupt { path, why: problem }.into(),
        None => error,
    }
}

/// The registry's tables as files of JSON lines, each with its chain checked: the same whatever the store is on.
async fn registry(store: &Store, temp: &Path) -> anyhow::Result<PathBuf> {
    let folder = temp.join("registry");
    std::fs::create_dir(&folder)?;
    for table in REGISTRY_TABLES {
        let mut lines = String::new();
        for (path, _) in store.list(table.folder).await? {
            let entry: Value = serde_json::from_slice(&store.read_record(&path).await?)
                .map_err(|error| StoreError::Chain { path, why: error.to_string() })?;
            lines.push_str(&format!("{entry}\n"));
        }
        if let Some(why) = store.raw_table(table).await?.problem {
            return Err(StoreError::Chain { path: table.folder.to_owned(), why }.into());
        }
        if !lines.is_empty() {
            std::fs::write(folder.join(format!("{}.ndjson", table.name)), lines)?;
        }
    }
    Ok(folder)
}

/// `deklaro sql`: a table for people, or one JSON array of row objects.
pub(crate) async fn sql(store: &Store, sql: &SqlArgs) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, sql.snapshot.as_ref()).await?;
    let temp = tempfile::tempdir()?;
    // Page bytes are many: they are copied from a bucket only for a query that names them.
    let wants_bodies = sql.query.to_lowercase().contains("bodies");
    store.check_tables(&snapshot, |table| sql.query.to_lowercase().contains(table)).await?;
    let local = store.local_snapshot(&snapshot, wants_bodies).await?;
    let mut options = OpenOptions::new(local.tables(), temp.path());
    options.evidence = Some(local.evidence).filter(|folder| folder.exists());
    if sql.query.to_lowercase().contains("registry") {
        options.registry = Some(registry(store, temp.path()).await?);
    }
    let query = sql.query.clone();
    let rows = tokio::task::spawn_blocking(move || -> anyhow::Result<Vec<RecordBatch>> {
        let database = Database::open(&options)?;
        database.query(&query).map_err(|error| {
            let message = format!("{:#}", anyhow::Error::new(error));
            UsageError::new(message, "every table is a view; `deklaro sql \"show tables\"` lists them").into()
        })
    });
    let rows = match rows.await? {
        Ok(rows) => rows,
        Err(error) => return Err(blamed(store, &snapshot, error).await),
    };
    if sql.output.json {
        let mut writer = ArrayWriter::new(Vec::new());
        writer.write_batches(&rows.iter().collect::<Vec<_>>())?;
        writer.finish()?;
        let mut json = writer.into_inner();
        if json.is_empty() {
            json.extend(b"[]");
        }
        json.push(b'\n');
        output::bytes(&json)?;
    } else {
        output::text(&format!("{}\n", pretty_format_batches(&rows)?))?;
    }
    Ok(Exit::Done)
}
