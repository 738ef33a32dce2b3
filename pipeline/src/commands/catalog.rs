//! `deklaro catalog` writes a DuckDB file with views over a snapshot.

use crate::cli::CatalogArgs;
use deklaro_console::{Exit, UsageError, output};
use deklaro_publish::catalog_sql_from;
use deklaro_record::chosen;
use deklaro_report::write_database;
use deklaro_schemas::stored::REGISTRY_TABLES;
use deklaro_store::{Store, StoreLocation};
use std::collections::BTreeMap;

/// `deklaro catalog`: views with absolute paths, so that the file can lie anywhere on this machine.
pub(crate) async fn catalog(store: &Store, catalog: &CatalogArgs) -> anyhow::Result<Exit> {
    let snapshot = chosen(store, catalog.snapshot.as_ref()).await?;
    if catalog.file.exists() {
        let message = format!("`{}` exists already", catalog.file.display());
        return Err(UsageError::new(message, "give another file, or delete this one").into());
    }
    store.check_tables(&snapshot, |_| true).await?;
    let folder = store.local_snapshot(&snapshot, true).await?.folder;
    let script = catalog_sql_from(
        &snapshot,
        &store.manifest(&snapshot).await?.files,
        &format!("{}/", folder.display()),
        &registry(store).await?,
    );
    let file = catalog.file.clone();
    tokio::task::spawn_blocking(move || write_database(&file, &script)).await??;
    let (file, folder) = (catalog.file.display(), folder.display());
    output::text(&format!("{file}: views over snapshot {snapshot} in {folder}\n"))?;
    Ok(Exit::Done)
}

/// The files of the registry's tables that have rows; a store in a bucket has none that DuckDB could open here.
async fn registry(store: &Store) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let mut tables = BTreeMap::new();
    let StoreLocation::Folder(root) = store.location() else { return Ok(tables) };
    let root = root.canonicalize()?;
    for table in REGISTRY_TABLES {
        if !store.list(table.folder).await?.is_empty() {
            tables.insert(table.name, format!("{}/{}/*.json", root.display(), table.folder));
        }
    }
    Ok(tables)
}
