//! How a snapshot's stored pages are read again, into a new snapshot of the same month.

use crate::request::RunOutcome;
use crate::run_lease::RunLease;
use crate::start::see_through;
use crate::tools::Tools;
use deklaro_console::UsageError;
use deklaro_record::new_run_id;
use deklaro_schemas::codes::{RunState, SnapshotState};
use deklaro_schemas::stored::{Lists, RunFile, STAGING_FORMAT};
use deklaro_schemas::tables::MetaRun;
use deklaro_schemas::{CountryCode, Selection, SnapshotId};
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::path::PathBuf;

/// Makes a new snapshot of the same month from the stored pages of this one. It is compared with the same snapshot as that one was.
pub fn start<'a>(
    tools: Tools<'a>,
    from: &'a SnapshotId,
    glossary: Option<PathBuf>,
) -> BoxFuture<'a, anyhow::Result<RunOutcome>> {
    Box::pin(async move {
        let manifest = tools.store.manifest(from).await?;
        let current = tools.store.current().await?;
        if current.month() > from.month() {
            let message = format!("snapshot `{from}` lies before the month of the current one, `{current}`");
            return Err(UsageError::new(message, "only pages of the current month can be read again").into());
        }
        let history = tools.store.history().await?;
        let is_kept = |snapshot: &SnapshotId| history.state(snapshot) != Some(SnapshotState::Vacuumed);
        let settings = EarlierSettings::of(tools.store, from).await?;
        let month = from.month();
        let run_id = new_run_id(month);
        let lease = RunLease::take(tools, &run_id, &settings.countries).await?;
        let run = RunFile {
            format: STAGING_FORMAT,
            base: Some(current),
            snapshot: tools.store.claim_snapshot(month, &run_id).await?,
            run_id,
            month,
            previous: manifest.previous.filter(is_kept),
            countries: settings.countries,
            lists: Lists::Store,
            max_rounds: settings.max_rounds,
            // Other rules may find less in a language; what was visited is the same.
            coverage_reason: Some(format!("the pages of {from} read again")),
            redetect: Some(from.clone()),
            glossary,
            partitions: None,
            state: RunState::Running,
            started_at: deklaro_console::now(),
            finished_at: None,
        };
        see_through(tools, run, lease).await
    })
}

/// What the snapshot was made with, as its `meta_runs` says.
struct EarlierSettings {
    countries: Vec<CountryCode>,
    max_rounds: i32,
}

impl EarlierSettings {
    async fn of(store: &Store, snapshot: &SnapshotId) -> anyhow::Result<Self> {
        let rows: Vec<MetaRun> = store.read_rows(snapshot, &Selection::all()).await?;
        let value =
            |name: &str| rows.iter().find(|row| row.name == name).map_or("", |row| row.value.as_str());
        Ok(Self {
            countries: value("countries")
                .split_whitespace()
                .map(CountryCode::parse)
                .collect::<Result<_, _>>()?,
            max_rounds: value("max_rounds").parse().unwrap_or(3),
        })
    }
}
