//! The record decides whether months of this store wait for the gate, even against the configuration.

use super::settings::Gate;
use deklaro_schemas::stored::{ThresholdChange, WaitingSnapshot};
use deklaro_store::{Store, StoreError};

/// The name under which it is on record whether months wait for the gate.
pub(super) const REQUIRED: &str = "gate.required";

impl Gate {
    /// The same, and required where this store's months waited for it before. Nobody gets around the gate by coming without the
    /// configuration, or with one that switches it off and is not on record. A record that is broken closes the gate.
    pub async fn remembered(mut self, store: &Store) -> Result<Self, StoreError> {
        if !self.required {
            self.required = match was_required(store).await {
                Err(StoreError::Chain { .. }) => true,
                was_required => was_required?,
            };
        }
        Ok(self)
    }
}

/// The last recorded value; without one, true when a snapshot ever waited.
async fn was_required(store: &Store) -> Result<bool, StoreError> {
    let recorded = store.registered::<ThresholdChange>().await?.pop();
    match recorded.and_then(|change| change.row.thresholds.get(REQUIRED).cloned()) {
        Some(required) => Ok(required != "false"),
        None => Ok(!store.registered::<WaitingSnapshot>().await?.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::{RunId, RunMonth, SnapshotId, Timestamp};
    use std::collections::BTreeMap;

    const AT: Timestamp = Timestamp(1_795_392_000_000_000);

    async fn is_required(store: &Store) -> bool {
        Gate::default().remembered(store).await.unwrap().required
    }

    async fn record(store: &Store, required: &str) {
        let thresholds = BTreeMap::from([(REQUIRED.to_owned(), required.to_owned())]);
        let change = ThresholdChange { reason: "a test".to_owned(), changes: Vec::new(), thresholds };
        store.register(AT, "Ada", None, change).await.unwrap();
    }

    #[tokio::test]
    async fn a_store_whose_months_waited_keeps_them_waiting_until_it_is_recorded_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        assert!(!is_required(&store).await, "nothing ever waited");
        let month = RunMonth::parse("2026-11").unwrap();
        let (snapshot, run_id) = (SnapshotId::new(month, 0), RunId::new(month, 7));
        let held = WaitingSnapshot { snapshot, run_id, base: None, manifest_sha256: None };
        store.register(AT, "Ada", None, held).await.unwrap();
        assert!(is_required(&store).await);
        record(&store, "false").await;
        assert!(!is_required(&store).await);
        record(&store, "true").await;
        assert!(is_required(&store).await);
        let first = folder.path().join(format!("registry/threshold_changes/{:020}.json", 1));
        std::fs::remove_file(first).unwrap();
        assert!(is_required(&store).await, "a broken record does not open it");
    }
}
