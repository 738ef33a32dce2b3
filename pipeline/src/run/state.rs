use super::Lists;
use crate::run::ending::OtherStaging;
use anyhow::Context;
use deklaro_schemas::codes::RunState;
use deklaro_schemas::{CountryCode, RunId, RunMonth, SnapshotId, Timestamp};
use deklaro_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

/// Raised when the files in a run's staging folder, or what they mean, change.
pub const STAGING_FORMAT: u32 = 2;

/// A run as it is kept in its staging folder, so that it can be resumed: `staging/<run>/run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    /// Format of the run's staging folder.
    pub format: u32,
    /// The run.
    pub run_id: RunId,
    /// Its month.
    pub month: RunMonth,
    /// The snapshot it will make.
    pub snapshot: SnapshotId,
    /// The snapshot it is compared with.
    pub previous: Option<SnapshotId>,
    /// The snapshot that was current when the run began or was put together anew; it must be when the run is published.
    pub base: Option<SnapshotId>,
    /// Only these countries; empty for all.
    pub countries: Vec<CountryCode>,
    /// Where its lists come from.
    pub lists: Lists,
    /// Rounds at most.
    pub max_rounds: i32,
    /// Why coverage may fall.
    #[serde(default)]
    pub coverage_reason: Option<String>,
    /// The snapshot whose stored pages are read again, instead of a crawl.
    #[serde(default)]
    pub redetect: Option<SnapshotId>,
    /// A glossary of the user's own.
    #[serde(default)]
    pub glossary: Option<std::path::PathBuf>,
    /// The number of parts that several processes share it in; nothing where one process does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partitions: Option<u32>,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When its results were put together; later resumes keep it, so that file contents stay the same.
    pub finished_at: Option<Timestamp>,
}

impl RunFile {
    fn path(run: &RunId) -> String {
        format!("staging/{run}/run.json")
    }

    fn shared_path(run: &RunId) -> String {
        format!("parts/{run}/run.json")
    }

    /// Where its work in progress lies: on this machine, or in the store where several processes share it.
    pub fn home(&self) -> String {
        let folder = if self.partitions.is_some() { "parts" } else { "staging" };
        format!("{folder}/{}", self.run_id)
    }

    /// Writes the file.
    pub async fn save(&self, store: &Store) -> Result<(), StoreError> {
        let json = serde_json::to_vec_pretty(self).expect("a run file has only texts and numbers");
        store.replace(&format!("{}/run.json", self.home()), json.into()).await
    }

    /// The shared runs whose work is not tidied up yet.
    pub async fn shared(store: &Store) -> anyhow::Result<Vec<Self>> {
        let files = store.list("parts").await?;
        let named =
            files.iter().filter_map(|(path, _)| path.strip_prefix("parts/")?.strip_suffix("/run.json"));
        let mut runs = Vec::new();
        for run in named {
            runs.push(Self::load(store, &RunId::parse(run)?).await?);
        }
        Ok(runs)
    }

    /// True where this machine has work of the run.
    pub async fn is_there(store: &Store, run: &RunId) -> Result<bool, StoreError> {
        store.exists(&Self::path(run)).await
    }

    /// Reads the file of a run that was stopped or killed.
    pub async fn load(store: &Store, run: &RunId) -> anyhow::Result<Self> {
        let is_shared = store.exists(&Self::shared_path(run)).await?;
        let path = if is_shared { Self::shared_path(run) } else { Self::path(run) };
        let bytes = match store.read(&path).await {
            Err(StoreError::Missing { .. }) => {
                let known = resumable(store).await?;
                let work = store.work_folder().display();
                let hint = if known.is_empty() {
                    format!("no run can be resumed from the work folder `{work}` on this machine")
                } else {
                    format!("resumable: {}", known.join(", "))
                };
                return Err(deklaro_console::UsageError::new(
                    format!("run `{run}` is not in the store"),
                    hint,
                )
                .into());
            }
            read => read?,
        };
        let corrupt =
            |error: serde_json::Error| StoreError::Corrupt { path: path.clone(), why: error.to_string() };
        let format: Format = serde_json::from_slice(&bytes).map_err(corrupt)?;
        if format.format != STAGING_FORMAT {
            return Err(
                OtherStaging { run: run.clone(), found: format.format, expected: STAGING_FORMAT }.into()
            );
        }
        serde_json::from_slice(&bytes).map_err(corrupt).context("resuming the run")
    }
}

/// The part of a run file that says how to read the rest; the first version had none.
#[derive(Deserialize)]
struct Format {
    #[serde(default)]
    format: u32,
}

async fn resumable(store: &Store) -> Result<Vec<String>, StoreError> {
    let files = store.list("staging").await?;
    let runs = files.iter().filter_map(|(path, _)| path.strip_prefix("staging/")?.strip_suffix("/run.json"));
    Ok(runs.map(str::to_owned).collect())
}
