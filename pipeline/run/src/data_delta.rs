//! How the hosts of two snapshots differ.

use anyhow::Context;
use arrow::array::RecordBatch;
use deklaro_judge::release::DataDelta;
use deklaro_report::{Cohort, Database, OpenOptions};
use deklaro_schemas::parquet_file::TableFile;
use deklaro_schemas::tables::{Change, Host};
use deklaro_schemas::{CountryCode, Row, Selection, SnapshotId, batch};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::path::Path;

/// How two snapshots differ.
#[derive(Debug)]
pub struct Difference {
    /// Hosts of both, and of one alone.
    pub cohort: Cohort,
    /// How often each type of change occurs.
    pub changes_by_type: BTreeMap<&'static str, usize>,
    /// Every change.
    pub changes: Vec<Change>,
}

/// How the hosts of two snapshots differ, of one country or of all.
pub fn difference<'a>(
    store: &'a Store,
    from: &'a SnapshotId,
    to: &'a SnapshotId,
    country: Option<CountryCode>,
) -> BoxFuture<'a, anyhow::Result<Difference>> {
    Box::pin(async move {
        let (earlier, later) = (hosts(store, from, country).await?, hosts(store, to, country).await?);
        let changes: Vec<Change> = batch::to_rows(&deklaro_diff::between(&earlier, &later, to.month())?)?;
        let mut changes_by_type = BTreeMap::new();
        for change in &changes {
            *changes_by_type.entry(change.change_type.as_str()).or_insert(0) += 1;
        }
        let cohort = cohort(earlier, later).await?;
        Ok(Difference { cohort, changes_by_type, changes })
    })
}

/// The same for a release manifest.
pub(crate) async fn data_delta(
    store: &Store,
    from: &SnapshotId,
    to: &SnapshotId,
) -> anyhow::Result<DataDelta> {
    let Difference { cohort, changes_by_type, .. } = difference(store, from, to, None).await?;
    let named = |(name, count): (&str, usize)| (name.to_owned(), count as u64);
    Ok(DataDelta {
        hosts_before: cohort.hosts_from,
        hosts_after: cohort.hosts_to,
        hosts_common: cohort.hosts_common,
        hosts_added: cohort.hosts_added,
        hosts_removed: cohort.hosts_removed,
        found_before: cohort.found_from,
        found_after: cohort.found_to,
        changes: changes_by_type.into_iter().map(named).collect(),
    })
}

async fn hosts(
    store: &Store,
    snapshot: &SnapshotId,
    country: Option<CountryCode>,
) -> anyhow::Result<Vec<RecordBatch>> {
    store.manifest(snapshot).await?;
    let wanted = match &country {
        Some(country) => Selection::all().only("country_code", country.as_str()),
        None => Selection::all(),
    };
    Ok(store.read_table(&Host::table(), snapshot, &wanted).await?)
}

/// The cohort of these hosts, counted by the SQL that the pages show.
async fn cohort(earlier: Vec<RecordBatch>, later: Vec<RecordBatch>) -> anyhow::Result<Cohort> {
    let counted = move || -> anyhow::Result<Cohort> {
        let folder = tempfile::tempdir().context("making a folder for DuckDB")?;
        let (before, now) = (folder.path().join("before"), folder.path().join("now"));
        write_hosts(&before, &earlier)?;
        write_hosts(&now, &later)?;
        let mut options = OpenOptions::new(now, folder.path());
        options.previous = Some(before);
        Ok(Database::open(&options)?.cohort()?)
    };
    tokio::task::spawn_blocking(counted).await?
}

/// Writes hosts into a folder of tables.
fn write_hosts(tables: &Path, hosts: &[RecordBatch]) -> anyhow::Result<()> {
    let folder = tables.join(Host::TABLE);
    std::fs::create_dir_all(&folder).with_context(|| format!("folder `{}`", folder.display()))?;
    let mut file = TableFile::new(Host::table(), &[])?;
    for rows in hosts {
        file.append(rows)?;
    }
    let path = folder.join("hosts.parquet");
    std::fs::write(&path, file.finish()?.0).with_context(|| format!("file `{}`", path.display()))
}
