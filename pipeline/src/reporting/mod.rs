//! What reports are made from, read from the store: months gone by, signals, names.

mod history;
mod judgement;
mod signals;

pub(crate) use history::{history, month_figures};
pub(crate) use judgement::{Judgement, judgement};
pub(crate) use signals::{artifact_write_failures, live_signals};

use deklaro_import::Countries;
use deklaro_judge::Thresholds;
use deklaro_report::{Detector, OpenOptions, Page, SiteInput};
use deklaro_schemas::SnapshotId;
use deklaro_store::{Store, StoreError};
use std::collections::BTreeMap;
use std::path::Path;

/// What is tolerated, and why.
pub(crate) const THRESHOLDS: &str = include_str!("../../../data/thresholds.toml");
/// How often the detector was right when it was last measured.
const DETECTOR: &str = include_str!("../../../data/detector.toml");

/// The thresholds the program is built with.
pub(crate) fn thresholds() -> anyhow::Result<Thresholds> {
    Ok(Thresholds::parse(THRESHOLDS)?)
}

/// The detector's figures the program is built with.
pub(crate) fn detector() -> anyhow::Result<Detector> {
    Ok(Detector::parse(DETECTOR)?)
}

/// English names by country code.
pub(crate) fn country_names() -> BTreeMap<String, String> {
    let countries = Countries::builtin();
    countries.iter().map(|country| (country.code.to_string(), country.name.clone())).collect()
}

/// The tables of a published snapshot, with those of the snapshot before it beside them.
pub(crate) async fn tables_of(
    store: &Store,
    snapshot: &SnapshotId,
    temp: &Path,
) -> anyhow::Result<OpenOptions> {
    let local = store.local_snapshot(snapshot, true).await?;
    let mut options = OpenOptions::new(local.tables(), temp);
    options.evidence = Some(local.evidence);
    if let Some(previous) = store.manifest(snapshot).await?.previous {
        options.previous = match store.local_snapshot(&previous, false).await {
            Ok(previous) => Some(previous.tables()).filter(|folder| folder.exists()),
            // Deleted since.
            Err(StoreError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(options)
}

/// Writes the pages of a snapshot that is opened, one after the other, into a folder.
pub(crate) fn write_site(
    database: &deklaro_report::Database,
    input: &SiteInput<'_>,
    folder: &Path,
) -> anyhow::Result<usize> {
    let mut count = 0;
    let mut sink = |page: Page| {
        count += 1;
        std::fs::write(folder.join(&page.name), page.text)
    };
    database.site(input, &mut sink)?;
    Ok(count)
}
