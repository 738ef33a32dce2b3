//! A shared run records in the store how a round was cut and what each partition has done.

use super::folders::{partition_folder, round_folder};
use super::share::Load;
use deklaro_schemas::{RunId, Sha256, Timestamp, rfc3339};
use deklaro_store::{Store, StoreError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The partitions of a round, as they were cut: `plan.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundPlan {
    /// The run.
    pub run_id: RunId,
    /// The round, from 1.
    pub round: i32,
    /// What each partition has to do.
    pub partitions: Vec<Load>,
}

/// What a partition came to: `part-00003.done.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The run.
    pub run_id: RunId,
    /// What was done.
    pub stage: String,
    /// In which round.
    pub round: i32,
    /// Which partition.
    pub partition: u32,
    /// Of how many.
    pub partitions: u32,
    /// The files that count.
    pub files: Vec<DoneFile>,
    /// Rows by table, hosts and requests.
    pub counters: BTreeMap<String, i64>,
    /// When it was done.
    #[serde(with = "rfc3339")]
    pub finished_at: Timestamp,
}

/// A file of a partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoneFile {
    /// Path in the store.
    pub path: String,
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: i64,
    /// Its hash.
    pub sha256: Sha256,
    /// Its length.
    pub size_bytes: u64,
}

impl RoundPlan {
    fn path(run: &RunId, round: i32) -> String {
        format!("{}/plan.json", round_folder(run, round))
    }

    /// The plan of a round; nothing where it is not planned.
    pub(super) async fn find(store: &Store, run: &RunId, round: i32) -> Result<Option<Self>, StoreError> {
        find(store, &Self::path(run, round)).await
    }

    /// The last round planned; 0 where none is.
    pub(super) async fn last(store: &Store, run: &RunId) -> Result<i32, StoreError> {
        let mut round = 0;
        while store.exists(&Self::path(run, round + 1)).await? {
            round += 1;
        }
        Ok(round)
    }

    /// Writes it; where another process was faster, its plan holds: both cut the same frontier.
    pub(super) async fn write(self, store: &Store) -> Result<Self, StoreError> {
        let path = Self::path(&self.run_id, self.round);
        match create(store, &path, &self).await {
            Err(StoreError::Exists { .. }) => {
                Ok(Self::find(store, &self.run_id, self.round).await?.unwrap_or(self))
            }
            written => written.map(|()| self),
        }
    }
}

impl Done {
    fn path(run: &RunId, round: i32, partition: u32) -> String {
        format!("{}.done.json", partition_folder(run, round, partition))
    }

    /// What a partition came to; nothing where it is not done.
    pub(super) async fn find(
        store: &Store,
        run: &RunId,
        round: i32,
        partition: u32,
    ) -> Result<Option<Self>, StoreError> {
        find(store, &Self::path(run, round, partition)).await
    }

    /// Ends the partition. False where another process ended it before: what this one did does not count then.
    pub(super) async fn write(&self, store: &Store) -> Result<bool, StoreError> {
        match create(store, &Self::path(&self.run_id, self.round, self.partition), self).await {
            Ok(()) => Ok(true),
            Err(StoreError::Exists { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

async fn create(store: &Store, path: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let mut json = serde_json::to_vec_pretty(value).expect("a record has only texts and numbers");
    json.push(b'\n');
    store.create(path, json.into()).await
}

async fn find<T: DeserializeOwned>(store: &Store, path: &str) -> Result<Option<T>, StoreError> {
    let bytes = match store.read_record(path).await {
        Err(StoreError::Missing { .. }) => return Ok(None),
        read => read?,
    };
    let corrupt =
        |error: serde_json::Error| StoreError::Corrupt { path: path.to_owned(), why: error.to_string() };
    serde_json::from_slice(&bytes).map(Some).map_err(corrupt)
}
