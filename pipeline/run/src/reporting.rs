//! What the pages are made from: the tables of a snapshot, opened by DuckDB.

use deklaro_report::{Database, Detector, OpenOptions, SiteInput, SitePage};
use deklaro_schemas::stored::FilePath;
use deklaro_schemas::tables::Body;
use deklaro_schemas::{Row, SnapshotId};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use std::path::Path;

/// How often the detector was right when it was last measured.
const DETECTOR: &str = include_str!("../../../data/detector.toml");

/// The detector's figures the program is built with.
pub fn detector() -> anyhow::Result<Detector> {
    Ok(Detector::parse(DETECTOR)?)
}

/// The tables of a published snapshot, with those of the snapshot before it beside them. They are compared with their
/// manifests; page bytes, which the pages show nothing of, are not.
pub fn tables_of<'a>(
    store: &'a Store,
    snapshot: &'a SnapshotId,
    temp: &'a Path,
) -> BoxFuture<'a, anyhow::Result<OpenOptions>> {
    Box::pin(async move {
        let is_table = |table: &str| table != Body::TABLE;
        store.check_tables(snapshot, is_table).await?;
        let local = store.local_snapshot(snapshot, true).await?;
        let mut options = OpenOptions::new(local.tables(), temp);
        options.evidence = Some(local.evidence);
        if let Some(previous) = store.manifest(snapshot).await?.previous {
            let local = match store.check_tables(&previous, is_table).await {
                Ok(()) => store.local_snapshot(&previous, false).await,
                Err(error) => Err(error),
            };
            options.previous = match local {
                Ok(previous) => Some(previous.tables()).filter(|folder| folder.exists()),
                // Deleted since.
                Err(StoreError::Missing { .. } | StoreError::NoSuchSnapshot(_)) => None,
                Err(error) => return Err(error.into()),
            };
        }
        Ok(options)
    })
}

/// Writes the pages of a snapshot that is opened, one after the other, into a folder.
pub fn write_site(database: &Database, input: &SiteInput<'_>, folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    let mut sink = |page: SitePage| {
        count += 1;
        // A page is named after what stands in the tables, and those may be somebody else's.
        let name = FilePath::parse(&page.name).map_err(std::io::Error::other)?;
        std::fs::write(name.below(folder), page.text)
    };
    database.site(input, &mut sink)?;
    Ok(count)
}
