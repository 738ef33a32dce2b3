//! How the file of a run is kept in staging, and read when the run is resumed.

use crate::ending::OtherStaging;
use anyhow::Context;
use deklaro_console::UsageError;
use deklaro_schemas::RunId;
use deklaro_schemas::stored::{RunFile, STAGING_FORMAT};
use deklaro_store::{Store, StoreError};
use serde::Deserialize;

/// Writes the file.
pub(crate) async fn save(run: &RunFile, store: &Store) -> Result<(), StoreError> {
    let json = serde_json::to_vec_pretty(run).expect("a run file has only texts and numbers");
    store.replace(&run.path(), json.into()).await
}

/// The shared runs whose work is not tidied up yet.
pub(crate) async fn shared(store: &Store) -> anyhow::Result<Vec<RunFile>> {
    let files = store.list(RunFile::SHARED).await?;
    let named = files.iter().filter_map(|(path, _)| RunFile::run_of(path));
    let mut runs = Vec::new();
    for run in named {
        runs.push(load(store, &RunId::parse(run)?).await?);
    }
    Ok(runs)
}

/// True where this machine has work of the run.
pub(crate) async fn is_there(store: &Store, run: &RunId) -> Result<bool, StoreError> {
    store.exists(&RunFile::staging_path(run)).await
}

/// Reads the file of a run that was stopped or killed.
pub(crate) async fn load(store: &Store, run: &RunId) -> anyhow::Result<RunFile> {
    let shared = RunFile::shared_path(run);
    let path = if store.exists(&shared).await? { shared } else { RunFile::staging_path(run) };
    let bytes = match store.read_record(&path).await {
        Err(StoreError::Missing { .. }) => {
            let known = resumable(store).await?;
            let work = store.work_folder().display();
            let hint = if known.is_empty() {
                format!("no run can be resumed from the work folder `{work}` on this machine")
            } else {
                format!("resumable: {}", known.join(", "))
            };
            return Err(UsageError::new(format!("run `{run}` is not in the store"), hint).into());
        }
        read => read?,
    };
    let corrupt =
        |error: serde_json::Error| StoreError::Corrupt { path: path.clone(), why: error.to_string() };
    let format: Format = serde_json::from_slice(&bytes).map_err(corrupt)?;
    if format.format != STAGING_FORMAT {
        return Err(OtherStaging { run: run.clone(), found: format.format, expected: STAGING_FORMAT }.into());
    }
    serde_json::from_slice(&bytes).map_err(corrupt).context("resuming the run")
}

/// The part of a run file that says how to read the rest; the first version had none.
#[derive(Deserialize)]
struct Format {
    #[serde(default)]
    format: u32,
}

async fn resumable(store: &Store) -> Result<Vec<String>, StoreError> {
    let files = store.list(RunFile::STAGING).await?;
    Ok(files.iter().filter_map(|(path, _)| RunFile::run_of(path)).map(str::to_owned).collect())
}
