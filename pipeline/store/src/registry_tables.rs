//! The registry's tables, read without knowing their rows, and checked.

use super::chain::Place;
use super::{Store, StoreError};
use deklaro_schemas::stored::{Decision, Head, REGISTRY_TABLES, Registered, RegistryTable};
use deklaro_schemas::{Sha256, Timestamp, rfc3339};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A row, whatever its table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RawRow {
    /// Its number, from 1.
    pub sequence: u64,
    /// When it was written.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Who wrote it, where that is kept.
    pub by: Option<String>,
    /// The trace it came out of.
    pub trace_id: Option<String>,
    /// What it says.
    pub row: Value,
    /// SHA-256 of its file.
    pub sha256: Sha256,
}

/// A table as far as its chain holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RawTable {
    /// The rows, first one first.
    pub rows: Vec<RawRow>,
    /// Where and why the chain breaks after them.
    pub problem: Option<String>,
}

/// What checking a table found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableCheck {
    /// The table.
    pub table: &'static str,
    /// Rows whose chain holds.
    pub rows: usize,
    /// SHA-256 of the last of them; kept elsewhere, it shows whether that row was changed since.
    pub head: Option<Sha256>,
    /// What is wrong; empty when all is well.
    pub problems: Vec<String>,
}

/// An entry as it is read: what the chain needs, and the rest.
#[derive(Deserialize)]
struct AnyEntry {
    sequence: u64,
    previous_sha256: Option<Sha256>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Store {
    /// A table, as far as its chain holds.
    pub async fn raw_table(&self, table: &RegistryTable) -> Result<RawTable, StoreError> {
        let mut rows: Vec<RawRow> = Vec::new();
        for (path, _) in self.list(table.folder).await? {
            let bytes = self.read_record(&path).await?;
            let last = rows.last().map(|row| &row.sha256);
            let place = Place { folder: table.folder, sequence: rows.len() as u64 + 1, last };
            match place.check_path(&path).and_then(|()| raw_row(&bytes, &place)) {
                Ok(row) => rows.push(row),
                Err(why) => return Ok(RawTable { rows, problem: Some(format!("`{path}`: {why}")) }),
            }
        }
        Ok(RawTable { rows, problem: None })
    }

    /// Checks every table: its chain, and that what each decision and each publication of a release saw of it is there still.
    pub async fn verify_registry(&self) -> Result<Vec<TableCheck>, StoreError> {
        let mut tables = Vec::new();
        for table in REGISTRY_TABLES {
            tables.push((table, self.raw_table(table).await?));
        }
        let decisions = tables.iter().find(|(table, _)| table.folder == Decision::FOLDER);
        let mut seen: Vec<(String, Vec<Head>)> = decisions
            .into_iter()
            .flat_map(|(_, raw)| &raw.rows)
            .filter_map(|row| {
                let decision: Decision = serde_json::from_value(row.row.clone()).ok()?;
                Some((format!("decision {}", row.sequence), decision.heads))
            })
            .collect();
        // A broken ref log is found where it is read; here it is no witness.
        for entry in self.refs().await.unwrap_or_default() {
            seen.push((format!("entry {} of the ref log", entry.sequence), entry.heads));
        }
        let check = |(table, raw): &(&RegistryTable, RawTable)| {
            let lost = seen.iter().find_map(|(witness, heads)| lost_since(table, raw, witness, heads));
            TableCheck {
                table: table.name,
                rows: raw.rows.len(),
                head: raw.rows.last().map(|row| row.sha256.clone()),
                problems: raw.problem.clone().into_iter().chain(lost).collect(),
            }
        };
        Ok(tables.iter().map(check).collect())
    }

    /// Where every table ends now; an empty one has no end.
    pub async fn registry_heads(&self) -> Result<Vec<Head>, StoreError> {
        let mut heads = Vec::new();
        for table in REGISTRY_TABLES {
            if let Some(last) = self.raw_table(table).await?.rows.last() {
                let (table, sha256) = (table.name.to_owned(), last.sha256.clone());
                heads.push(Head { table, rows: last.sequence, sha256 });
            }
        }
        Ok(heads)
    }
}

/// What somebody saw at the end of a table, and is not there any more.
fn lost_since(table: &RegistryTable, raw: &RawTable, witness: &str, heads: &[Head]) -> Option<String> {
    let head = heads.iter().find(|head| head.table == table.name)?;
    let row = raw.rows.get(usize::try_from(head.rows).ok()?.checked_sub(1)?);
    (row.map(|row| &row.sha256) != Some(&head.sha256))
        .then(|| format!("row {} is not the one that {witness} saw", head.rows))
}

fn raw_row(bytes: &[u8], place: &Place<'_>) -> Result<RawRow, String> {
    let mut entry: AnyEntry = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    place.check_entry(entry.sequence, entry.previous_sha256.as_ref())?;
    let mut text = |name: &str| match entry.rest.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (at, by, trace_id) = (text("at"), text("by"), text("trace_id"));
    let at = at.ok_or_else(|| "it does not say when it was written".to_owned())?;
    let at: Timestamp =
        at.parse().map_err(|error| format!("it was written at `{at}`, expected RFC 3339: {error}"))?;
    let row = entry.rest.shift_remove("row").unwrap_or(Value::Object(entry.rest));
    Ok(RawRow { sequence: place.sequence, at, by, trace_id, row, sha256: Sha256::of(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::codes::{DecisionAction, EventType, GateRule, IncidentAction};
    use deklaro_schemas::stored::{
        Approval, DraftedManifest, Drill, Event, Incident, LeaseBreak, RecordedScorecard, ReleaseWaiver,
        SuiteRun, ThresholdChange, WaitingSnapshot, WaiverRevocation,
    };
    use deklaro_schemas::{RunId, RunMonth, SnapshotId, StoreId};
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    const AT: Timestamp = Timestamp(1_795_305_600_000_000);

    fn waiver(reason: &str) -> ReleaseWaiver {
        ReleaseWaiver {
            rule: GateRule::Drills,
            until: "2026-12-01".to_owned(),
            reason: reason.to_owned(),
            approver: "Ada".to_owned(),
            role: "editor".to_owned(),
            signed_at: AT,
            signature: "00".to_owned(),
            store_id: Some(store_id()),
        }
    }

    fn store_id() -> StoreId {
        StoreId::parse("0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9").unwrap()
    }

    fn decision(heads: Vec<Head>) -> Decision {
        Decision {
            action: DecisionAction::Gate,
            snapshot: None,
            manifest_sha256: None,
            passed: true,
            reason: "a test".to_owned(),
            scorecard: None,
            rules: Vec::new(),
            heads,
        }
    }

    /// A store with four waivers and a decision that saw them.
    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        for number in 1..=4 {
            store.register(AT, "ops", None, waiver(&format!("reason {number}"))).await.unwrap();
        }
        let heads = store.registry_heads().await.unwrap();
        store.register(AT, "ops", Some("5b8a"), decision(heads)).await.unwrap();
        (folder, store)
    }

    fn file(folder: &Path, number: u64) -> PathBuf {
        folder.join(format!("registry/waivers/{number:020}.json"))
    }

    async fn problems(store: &Store) -> Vec<String> {
        let checks = store.verify_registry().await.unwrap();
        checks.into_iter().flat_map(|check| check.problems).collect()
    }

    #[tokio::test]
    async fn a_changed_missing_or_inserted_row_is_found() {
        let (folder, store) = store().await;
        assert_eq!(problems(&store).await, [""; 0]);
        let second = std::fs::read_to_string(file(folder.path(), 2)).unwrap();
        std::fs::write(file(folder.path(), 2), second.replace("reason 2", "another")).unwrap();
        let found = problems(&store).await;
        assert!(found[0].contains("003.json") && found[0].contains("hash of the entry before"), "{found:?}");
        std::fs::remove_file(file(folder.path(), 2)).unwrap();
        let found = problems(&store).await;
        assert!(found[0].contains("0002.json` here, which is missing"), "{found:?}");
        std::fs::write(file(folder.path(), 2), &second).unwrap();
        assert_eq!(problems(&store).await, [""; 0]);

        let last = std::fs::read(file(folder.path(), 4)).unwrap();
        std::fs::write(file(folder.path(), 5), &last).unwrap();
        assert!(problems(&store).await[0].contains("it is entry 4, expected entry 5"));
        std::fs::remove_file(file(folder.path(), 5)).unwrap();
        std::fs::write(folder.path().join("registry/waivers/extra.json"), &last).unwrap();
        assert!(problems(&store).await[0].contains("expected `registry/waivers/"), "a name of its own");
        std::fs::remove_file(folder.path().join("registry/waivers/extra.json")).unwrap();

        // The last row is followed by nothing that carries its hash: the decision does.
        let text = String::from_utf8(last.clone()).unwrap();
        std::fs::write(file(folder.path(), 4), text.replace("reason 4", "another")).unwrap();
        assert_eq!(problems(&store).await, ["row 4 is not the one that decision 1 saw"]);
        std::fs::remove_file(file(folder.path(), 4)).unwrap();
        assert_eq!(problems(&store).await, ["row 4 is not the one that decision 1 saw"]);
        std::fs::write(file(folder.path(), 4), last).unwrap();
        assert_eq!(problems(&store).await, [""; 0]);
    }

    #[tokio::test]
    async fn a_row_says_when_it_was_written() {
        let (folder, store) = store().await;
        let last = std::fs::read_to_string(file(folder.path(), 4)).unwrap();
        std::fs::write(file(folder.path(), 4), last.replace(&AT.to_string(), "yesterday")).unwrap();
        assert!(problems(&store).await[0].contains("it was written at `yesterday`, expected RFC 3339"));
    }

    #[tokio::test]
    async fn a_broken_table_takes_no_more_rows() {
        let (folder, store) = store().await;
        std::fs::remove_file(file(folder.path(), 1)).unwrap();
        let refused = store.register(AT, "ops", None, waiver("one more")).await.unwrap_err();
        assert!(matches!(refused, StoreError::Chain { .. }), "{refused}");
    }

    /// A row of each type, as its table declares it.
    fn examples() -> Vec<(&'static str, Value)> {
        let json = |row: &dyn erased::Row| row.json();
        let month = RunMonth::parse("2026-11").unwrap();
        let (snapshot, sha256) = (SnapshotId::new(month, 0), Sha256::of(b""));
        let scorecard = RecordedScorecard {
            release: "2026-11.0".to_owned(),
            overall_passed: true,
            generated_at: AT,
            sha256: sha256.clone(),
            scorecard: Value::Null,
        };
        let suite = SuiteRun {
            suite: "unit".to_owned(),
            status: "passed".to_owned(),
            success_share: None,
            flake_share: None,
            duration_ms: None,
            p95_ms: None,
            results_sha256: Some(sha256.clone()),
        };
        let manifest =
            DraftedManifest { snapshot: snapshot.clone(), sha256: sha256.clone(), text: String::new() };
        let held = WaitingSnapshot {
            snapshot: snapshot.clone(),
            run_id: RunId::new(month, 7),
            base: None,
            manifest_sha256: Some(sha256.clone()),
        };
        let approval = Approval {
            snapshot: snapshot.clone(),
            manifest_sha256: sha256.clone(),
            approver: "Ada".to_owned(),
            role: "editor".to_owned(),
            signed_at: AT,
            signature: "00".to_owned(),
            store_id: Some(store_id()),
        };
        let revocation = WaiverRevocation {
            waiver: 1,
            waiver_sha256: sha256,
            store_id: store_id(),
            reason: "a test".to_owned(),
            approver: "Ada".to_owned(),
            role: "editor".to_owned(),
            signed_at: AT,
            signature: "00".to_owned(),
        };
        let event = Event {
            sequence: 1,
            event_type: EventType::RollbackRehearsal,
            snapshot,
            at: AT,
            took_ms: 1,
            is_ok: true,
            details: Vec::new(),
            path: Some("manifest.tsr".to_owned()),
            previous_sha256: None,
        };
        let mut event = json(&event);
        for own in ["sequence", "at", "previous_sha256"] {
            event.as_object_mut().unwrap().shift_remove(own).unwrap();
        }
        let drill = Drill {
            name: "crash".to_owned(),
            passed: true,
            detected_ms: 1,
            recovered_ms: 1,
            lost: 0,
            details: Vec::new(),
        };
        let incident = Incident {
            id: "one".to_owned(),
            action: IncidentAction::Note,
            text: String::new(),
            trace_id: None,
        };
        let broken = LeaseBreak {
            run_id: RunId::new(month, 7),
            host: "a-host".to_owned(),
            process: 1,
            since_at: AT,
            expires_at: AT,
            reason: "a test".to_owned(),
        };
        let change =
            ThresholdChange { reason: "first".to_owned(), changes: Vec::new(), thresholds: BTreeMap::new() };
        vec![
            ("scorecards", json(&scorecard)),
            ("suite_runs", json(&suite)),
            ("manifests", json(&manifest)),
            ("held", json(&held)),
            ("approvals", json(&approval)),
            ("waivers", json(&waiver("x"))),
            ("waiver_revocations", json(&revocation)),
            ("decisions", json(&decision(Vec::new()))),
            ("rehearsals", event),
            ("drills", json(&drill)),
            ("incidents", json(&incident)),
            ("lease_breaks", json(&broken)),
            ("threshold_changes", json(&change)),
        ]
    }

    mod erased {
        use serde_json::Value;

        pub(super) trait Row {
            fn json(&self) -> Value;
        }

        impl<T: serde::Serialize> Row for T {
            fn json(&self) -> Value {
                serde_json::to_value(self).unwrap()
            }
        }
    }

    #[test]
    fn every_table_declares_the_fields_its_rows_have() {
        let examples = examples();
        assert_eq!(examples.len(), REGISTRY_TABLES.len());
        for (name, row) in examples {
            let table = RegistryTable::find(name).unwrap();
            let declared: Vec<&str> = table.columns.iter().map(|(name, ..)| *name).collect();
            let written: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(declared, written, "{name}");
        }
    }
}
