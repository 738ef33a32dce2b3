//! The registry: rows are appended to its tables and read back with their chain checked.

use super::chain::{Chain, Link};
use super::{Store, StoreError};
use deklaro_schemas::stored::{Entry, Event, Registered};
use deklaro_schemas::{Sha256, Timestamp};

impl Link for Event {
    const FOLDER: &'static str = "registry/events";

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn previous_sha256(&self) -> Option<&Sha256> {
        self.previous_sha256.as_ref()
    }
}

impl Store {
    /// The registry's events, first one first, with their chain of hashes checked.
    pub async fn events(&self) -> Result<Vec<Event>, StoreError> {
        Ok(self.read_chain::<Event>().await?.entries)
    }

    /// Appends an event; its number and the hash before it are set here.
    pub async fn record_event(&self, event: Event) -> Result<Event, StoreError> {
        self.append(|log: &Chain<Event>| {
            let previous_sha256 = log.last_sha256.clone();
            Ok(Event { sequence: log.next(), at: event.at.to_second(), previous_sha256, ..event.clone() })
        })
        .await
    }
}

impl<R: Registered> Link for Entry<R> {
    const FOLDER: &'static str = R::FOLDER;

    fn sequence(&self) -> u64 {
        self.sequence
    }

    fn previous_sha256(&self) -> Option<&Sha256> {
        self.previous_sha256.as_ref()
    }
}

impl Store {
    /// A table of the registry, first row first, with its chain of hashes checked.
    pub async fn registered<R: Registered>(&self) -> Result<Vec<Entry<R>>, StoreError> {
        Ok(self.read_chain::<Entry<R>>().await?.entries)
    }

    /// Appends a row, written at `at` by `by`; its number and the hash before it are set here.
    pub async fn register<R: Registered>(
        &self,
        at: Timestamp,
        by: &str,
        trace_id: Option<&str>,
        row: R,
    ) -> Result<Entry<R>, StoreError> {
        self.append(|table: &Chain<Entry<R>>| {
            Ok(Entry {
                sequence: table.next(),
                at: at.to_second(),
                by: by.to_owned(),
                trace_id: trace_id.map(str::to_owned),
                row: row.clone(),
                previous_sha256: table.last_sha256.clone(),
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::stored::{Drill, Incident, SuiteRun};

    #[tokio::test]
    async fn rows_come_back_in_order_and_each_table_is_a_chain_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let drill = |passed| Drill {
            name: "worker-crash".to_owned(),
            passed,
            detected_ms: 5,
            recovered_ms: 9,
            lost: 0,
            details: vec!["killed".to_owned()],
        };
        let suite = SuiteRun {
            suite: "service".to_owned(),
            status: "passed".to_owned(),
            success_share: None,
            flake_share: Some(0.1),
            duration_ms: Some(12),
            p95_ms: Some(1.25),
            results_sha256: None,
        };
        let at = Timestamp::from_millis(1_795_305_600_250);
        store.register(at, "ops", None, drill(false)).await.unwrap();
        store.register(at, "ops", Some("5b8a"), drill(true)).await.unwrap();
        store.register(at, "ops", None, suite.clone()).await.unwrap();
        let drills = store.registered::<Drill>().await.unwrap();
        assert_eq!(drills.iter().map(|entry| entry.row.passed).collect::<Vec<_>>(), [false, true]);
        assert_eq!((drills[1].sequence, drills[1].previous_sha256.is_some()), (2, true));
        assert_eq!(drills[1].at, at.to_second());
        assert_eq!(store.registered::<SuiteRun>().await.unwrap()[0].row, suite);
        assert!(store.registered::<Incident>().await.unwrap().is_empty());
    }
}
