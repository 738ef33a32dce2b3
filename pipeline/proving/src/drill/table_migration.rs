//! Tables of an earlier version are carried over into this one's; those of a later version are refused, and rolled back.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use anyhow::{Context, bail, ensure};
use deklaro_console::now;
use deklaro_record::announce;
use deklaro_report::Database;
use deklaro_run::reporting::tables_of;
use deklaro_schemas::codes::{FileKind, RefAction};
use deklaro_schemas::parquet_file::{self, TableFile};
use deklaro_schemas::stored::Manifest;
use deklaro_schemas::tables::{self, Host};
use deklaro_schemas::{Row, Selection, SnapshotId, TableSpec};
use deklaro_store::{Staged, Store};

/// Columns that tables have got since they were first written (schemas/tests/tables holds such files).
const ADDED: [(&str, &[&str]); 2] =
    [("hosts", &["answering_hostname", "successor_hostname"]), ("statements", &["answering_hostname"])];

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (_, store) = europe.store("table-migration").await?;
    let old = published_as(&store, &europe.before, earlier).await?;
    course.note(format!("{old} has its tables as they were first written"));
    let migrated = europe.run(&store, &europe.crawl, MONTH, &[]).await?.snapshot;
    course.note(format!("{migrated} was made on it, in today's versions"));
    loss::check(europe, &store, &migrated, course).await?;

    let new = published_as(&store, &migrated, later).await?;
    course.broken(format!("{new} has table `hosts` in a later version than this program's"));
    let Err(error) = readable(&store, &new).await else { bail!("a table of a later version was read") };
    course.detected(format!("it is refused: {error:#}"));
    roll_back(&store, &migrated).await?;
    course.recovered(format!(
        "rolled back to {migrated}: {} hosts are read",
        readable(&store, &migrated).await?
    ));

    roll_back(&store, &old).await?;
    let hosts = readable(&store, &old).await?;
    course.recovered(format!("rolled back to {old}, before the migration: {hosts} hosts are read"));
    loss::check(europe, &store, &old, course).await?;
    roll_back(&store, &migrated).await
}

/// A table's declaration before columns were added.
fn earlier(table: TableSpec) -> TableSpec {
    let added = ADDED.iter().find(|(name, _)| *name == table.name).map_or(&[][..], |(_, columns)| columns);
    let mut earlier = table;
    earlier.columns.retain(|column| !added.contains(&column.name));
    earlier
}

/// A table's declaration in a version to come.
fn later(table: TableSpec) -> TableSpec {
    let is_hosts = table.name == Host::TABLE;
    TableSpec { version: table.version + u32::from(is_hosts), ..table }
}

async fn roll_back(store: &Store, to: &SnapshotId) -> anyhow::Result<()> {
    store.append_ref(RefAction::Rollback, to, None, now(), Some("drill")).await?;
    ensure!(store.current().await? == *to, "{to} is not current");
    Ok(())
}

/// The hosts of a snapshot: its rows are read as the program reads them, and counted as analysts count them.
async fn readable(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<usize> {
    let hosts = store.read_rows::<Host>(snapshot, &Selection::all()).await?.len();
    let temp = tempfile::tempdir().context("making a folder for DuckDB")?;
    let options = tables_of(store, snapshot, temp.path()).await?;
    let summary = tokio::task::spawn_blocking(move || Database::open(&options)?.summary()).await??;
    ensure!(summary.all.known == hosts as u64, "{} hosts are counted, {hosts} are read", summary.all.known);
    Ok(hosts)
}

/// Publishes a snapshot once more, as a program would that declares its tables otherwise. Its number.
async fn published_as(
    store: &Store,
    of: &SnapshotId,
    declared: fn(TableSpec) -> TableSpec,
) -> anyhow::Result<SnapshotId> {
    let manifest = store.manifest(of).await?;
    let announced = announce(store, of.month()).await?;
    let meta = [
        ("snapshot".to_owned(), announced.snapshot.to_string()),
        ("run_id".to_owned(), announced.run_id.to_string()),
    ];
    let mut staged = Staged { base: Some(store.current().await?), ..Staged::default() };
    for file in &manifest.files {
        let mut bytes = store.read_file(of, file).await?.to_vec();
        let table = file.table.as_deref().and_then(tables::by_name);
        if let Some(table) = table.filter(|_| file.kind == FileKind::Table) {
            bytes = written_as(&table, declared(table.clone()), bytes, &meta)?;
        }
        let rows = file.table.as_deref().zip(file.row_count);
        store.stage(&announced.run_id, &mut staged, file.path.as_str(), file.kind, rows, bytes).await?;
    }
    let manifest = Manifest {
        snapshot: announced.snapshot.clone(),
        run_id: announced.run_id.clone(),
        previous: Some(of.clone()),
        ..manifest
    };
    store.commit(manifest, &staged, |_| Ok(())).await?;
    store.clear_staging(&announced.run_id, |_| Ok(())).await?;
    Ok(announced.snapshot)
}

fn written_as(
    table: &TableSpec,
    declared: TableSpec,
    bytes: Vec<u8>,
    meta: &[(String, String)],
) -> anyhow::Result<Vec<u8>> {
    let mut file = TableFile::new(declared, meta)?;
    for batch in parquet_file::decode(table, bytes.into())? {
        file.append(&batch)?;
    }
    Ok(file.finish()?.0)
}
