use super::chosen;
use crate::cli::Catalog;
use crate::exit::{Exit, UsageError};
use crate::output;
use deklaro_publish::catalog_sql_from;
use deklaro_report::write_database;
use deklaro_schemas::store::Store;

/// `deklaro catalog`: views with absolute paths, so that the file can lie anywhere on this machine.
pub(crate) async fn catalog(store: &Store, catalog: &Catalog) -> anyhow::Result<Exit> {
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
    );
    let file = catalog.file.clone();
    tokio::task::spawn_blocking(move || write_database(&file, &script)).await??;
    let (file, folder) = (catalog.file.display(), folder.display());
    output::text(&format!("{file}: views over snapshot {snapshot} in {folder}\n"))?;
    Ok(Exit::Done)
}
