//! The store compares a snapshot's files with its manifest, and decodes them for a deep check.

use super::{Bound, Store, StoreError};
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::{Sha256, SnapshotId, TableSpec, parquet_file};
use serde::Serialize;
use std::collections::BTreeSet;

/// What checking a snapshot against its manifest found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verified {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Files checked.
    pub file_count: usize,
    /// Bytes read.
    pub size_bytes: u64,
    /// What the ref log says of the manifest's bytes.
    pub bound: Bound,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Path from the store's root.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

impl Store {
    /// Reads every file of a snapshot again and compares it with the manifest; files that no manifest lists are findings too.
    pub async fn verify(&self, snapshot: &SnapshotId) -> Result<Verified, StoreError> {
        let (manifest, _) = self.manifest_as_found(snapshot).await?;
        let bound = self.bound(snapshot).await?;
        let mut verified = Verified {
            snapshot: snapshot.clone(),
            file_count: 0,
            size_bytes: 0,
            bound,
            findings: Vec::new(),
        };
        let problem = verified.bound.problem();
        let path = Manifest::path(snapshot);
        verified.findings.extend(problem.map(|problem| Finding { path, problem }));
        for file in &manifest.files {
            let path = file.store_path(snapshot);
            verified.file_count += 1;
            verified.size_bytes += file.size_bytes;
            if let Some(problem) = self.problem_with(&path, &file.sha256).await? {
                verified.findings.push(Finding { path, problem });
            }
        }
        verified.findings.extend(self.unlisted(&manifest).await?);
        Ok(verified)
    }

    /// Verifies the files, and decodes every Parquet file of the tables. Its columns are the declared ones,
    /// and its rows as many as the manifest says. Its footer names the snapshot; the footer of page bytes
    /// names one of the same month.
    pub async fn verify_deep(&self, snapshot: &SnapshotId) -> Result<Verified, StoreError> {
        let mut verified = self.verify(snapshot).await?;
        let damaged: BTreeSet<String> =
            verified.findings.iter().map(|finding| finding.path.clone()).collect();
        for file in self.manifest_as_found(snapshot).await?.0.files {
            let path = file.store_path(snapshot);
            let table = deklaro_schemas::tables::all()
                .into_iter()
                .find(|table| Some(table.name) == file.table.as_deref());
            if let Some(table) = table.filter(|_| !damaged.contains(&path)) {
                let problem = self.deep_problem(&table, &path, &file, snapshot).await?;
                verified.findings.extend(problem.map(|problem| Finding { path, problem }));
            }
        }
        Ok(verified)
    }

    async fn deep_problem(
        &self,
        table: &TableSpec,
        path: &str,
        file: &ManifestFile,
        snapshot: &SnapshotId,
    ) -> Result<Option<String>, StoreError> {
        let bytes = self.read(path).await?;
        let footer = match parquet_file::footer(table, bytes.clone()) {
            Ok(footer) => footer,
            Err(error) => return Ok(Some(error.to_string())),
        };
        let named = footer.iter().find(|(key, _)| key == "deklaro.snapshot").map(|(_, value)| value.as_str());
        // Pages that are read again are handed on as they were fetched: their file names the snapshot that fetched them.
        let is_of_month =
            |named: &str| SnapshotId::parse(named).is_ok_and(|id| id.month() == snapshot.month());
        let is_kept = file.kind == FileKind::Evidence && named.is_some_and(is_of_month);
        if named != Some(snapshot.as_str()) && !is_kept {
            return Ok(Some(format!("its footer names snapshot `{}`", named.unwrap_or("none"))));
        }
        let rows = match parquet_file::decode(table, bytes) {
            Ok(batches) => batches.iter().map(|batch| batch.num_rows() as i64).sum::<i64>(),
            Err(error) => return Ok(Some(format!("{error}: {}", source_of(&error)))),
        };
        Ok((Some(rows) != file.row_count)
            .then(|| format!("it has {rows} rows, expected {}", file.row_count.unwrap_or(0))))
    }

    pub(super) async fn problem_with(
        &self,
        path: &str,
        expected: &Sha256,
    ) -> Result<Option<String>, StoreError> {
        let found = match self.hash(path).await {
            Err(StoreError::Missing { .. }) => return Ok(Some("missing".to_owned())),
            hashed => hashed?,
        };
        Ok((found != *expected).then(|| format!("sha256 is `{found}`, expected `{expected}`")))
    }

    async fn unlisted(&self, manifest: &Manifest) -> Result<Vec<Finding>, StoreError> {
        let folder = Manifest::folder(&manifest.snapshot);
        let mut listed: BTreeSet<String> =
            manifest.files.iter().map(|file| file.store_path(&manifest.snapshot)).collect();
        listed.insert(Manifest::path(&manifest.snapshot));
        listed.insert(Manifest::timestamp_path(&manifest.snapshot));
        listed.insert(Manifest::claim_path(&manifest.snapshot));
        let found = self.list(&folder).await?;
        let strange = found.into_iter().map(|(path, _)| path).filter(|path| !listed.contains(path));
        Ok(strange.map(|path| Finding { path, problem: "not listed in the manifest".to_owned() }).collect())
    }
}

fn source_of(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(String::new, ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::super::{CommitStep, Staged};
    use super::*;
    use deklaro_schemas::stored::STORE_FORMAT;
    use deklaro_schemas::{RunId, RunMonth, Timestamp};

    const EVIDENCE: &str = "../../evidence/snapshot=2026-11.0/part-00000.parquet";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    async fn staged_store(folder: &std::path::Path) -> (Store, Manifest, Staged) {
        let store = Store::open(folder).await.unwrap();
        let month = RunMonth::parse("2026-11").unwrap();
        let run = RunId::new(month, 7);
        let snapshot = store.claim_snapshot(month, &run).await.unwrap();
        let mut staged = Staged::default();
        for (path, kind, table) in [
            ("tables/hosts/part-0.parquet", FileKind::Table, "hosts"),
            (EVIDENCE, FileKind::Evidence, "bodies"),
        ] {
            let bytes = path.as_bytes().to_vec();
            store.stage(&run, &mut staged, path, kind, Some((table, 1)), bytes).await.unwrap();
        }
        let manifest = Manifest {
            format: STORE_FORMAT,
            snapshot,
            run_id: run,
            run_month: month,
            created_at: at("2026-11-22T00:00:00Z"),
            previous: None,
            countries: Vec::new(),
            files: Vec::new(),
        };
        (store, manifest, staged)
    }

    #[tokio::test]
    async fn a_flipped_byte_a_missing_and_a_strange_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest, staged) = staged_store(folder.path()).await;
        let manifest = store.commit(manifest, &staged, |_| Ok(())).await.unwrap();
        assert_eq!(store.verify(&manifest.snapshot).await.unwrap().findings, []);

        let base = folder.path().join("snapshots/snapshot=2026-11.0");
        std::fs::write(base.join("tables/hosts/part-0.parquet"), b"other").unwrap();
        std::fs::write(base.join("tables/stray"), b"x").unwrap();
        std::fs::remove_file(base.join(EVIDENCE)).unwrap();
        let findings = store.verify(&manifest.snapshot).await.unwrap().findings;
        let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "evidence/snapshot=2026-11.0/part-00000.parquet",
                "snapshots/snapshot=2026-11.0/tables/hosts/part-0.parquet",
                "snapshots/snapshot=2026-11.0/tables/stray"
            ]
        );
    }

    #[tokio::test]
    async fn a_commit_stopped_after_any_step_shows_the_old_or_the_new_and_can_go_on() {
        for stop in [CommitStep::Moved, CommitStep::Complete, CommitStep::Published] {
            let folder = tempfile::tempdir().unwrap();
            let (store, manifest, staged) = staged_store(folder.path()).await;
            let stopped =
                store
                    .commit(manifest.clone(), &staged, |step| {
                        if step == stop { Err(StoreError::Empty) } else { Ok(()) }
                    })
                    .await;
            assert!(stopped.is_err());
            let is_current = store.current().await.is_ok();
            assert_eq!(is_current, stop == CommitStep::Published, "{stop:?}");
            store.commit(manifest.clone(), &staged, |_| Ok(())).await.unwrap();
            assert_eq!(store.current().await.unwrap(), manifest.snapshot);
            assert_eq!(store.refs().await.unwrap().len(), 1, "published once");
            assert_eq!(store.verify(&manifest.snapshot).await.unwrap().findings, []);
        }
    }

    #[tokio::test]
    async fn a_snapshot_that_waits_is_published_once_and_only_on_what_it_was_put_together_on() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest, staged) = staged_store(folder.path()).await;
        for stop in [CommitStep::Placed, CommitStep::Moved, CommitStep::Complete] {
            let reached = |step: CommitStep| if step == stop { Err(StoreError::Empty) } else { Ok(()) };
            assert!(store.complete(manifest.clone(), &staged, reached).await.is_err());
        }
        let manifest = store.complete(manifest, &staged, |_| Ok(())).await.unwrap();
        assert!(store.current().await.is_err(), "complete, and not current");
        assert_eq!(store.verify(&manifest.snapshot).await.unwrap().findings, []);
        let (snapshot, run_id) = (manifest.snapshot.clone(), manifest.run_id.clone());
        let at = at("2026-11-23T00:00:00Z");
        let other = deklaro_schemas::stored::WaitingSnapshot {
            snapshot: snapshot.clone(),
            run_id: run_id.clone(),
            base: Some(SnapshotId::parse("2026-10.0").unwrap()),
            manifest_sha256: None,
        };
        let refused = store.publish_held(&other, at, "a test").await.unwrap_err();
        assert!(matches!(refused, StoreError::Superseded { .. }), "{refused}");
        let held = deklaro_schemas::stored::WaitingSnapshot {
            snapshot: snapshot.clone(),
            run_id,
            base: None,
            manifest_sha256: None,
        };
        let entry = store.publish_held(&held, at, "decision 1").await.unwrap();
        assert_eq!((entry.at, entry.reason.as_deref()), (at, Some("decision 1")));
        assert_eq!(store.current().await.unwrap(), snapshot);
        let again = store.publish_held(&held, at, "once more").await.unwrap_err();
        assert!(matches!(again, StoreError::NotAllowed { .. }), "{again}");
    }

    #[tokio::test]
    async fn a_publication_whose_write_or_answer_is_lost_can_be_asked_for_again_and_is_done_once() {
        for is_after in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let (store, manifest, staged) = staged_store(folder.path()).await;
            let Manifest { snapshot, run_id, .. } =
                store.complete(manifest, &staged, |_| Ok(())).await.unwrap();
            let held = deklaro_schemas::stored::WaitingSnapshot {
                snapshot: snapshot.clone(),
                run_id,
                base: None,
                manifest_sha256: None,
            };
            let losses = super::super::Losses::default();
            losses.expect(super::super::Loss { path_part: "refs/log/", number: 1, is_after });
            let at = at("2026-11-23T00:00:00Z");
            store.losing(&losses).publish_held(&held, at, "lost").await.unwrap_err();
            assert_eq!(store.current().await.is_ok(), is_after);
            let again = store.publish_held(&held, at, "again").await;
            assert_eq!(again.is_err(), is_after, "{again:?}");
            assert_eq!(store.current().await.unwrap(), snapshot);
            assert_eq!(store.refs().await.unwrap().len(), 1, "published once");
        }
    }

    #[tokio::test]
    async fn a_second_run_of_the_month_gets_the_next_counter() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let month = RunMonth::parse("2026-11").unwrap();
        for counter in 0..3 {
            let snapshot = store.claim_snapshot(month, &RunId::new(month, counter)).await.unwrap();
            assert_eq!(snapshot.counter(), counter);
        }
    }

    #[tokio::test]
    async fn a_changed_ref_breaks_the_chain() {
        let folder = tempfile::tempdir().unwrap();
        let (store, manifest, staged) = staged_store(folder.path()).await;
        let manifest = store.commit(manifest, &staged, |_| Ok(())).await.unwrap();
        let action = deklaro_schemas::codes::RefAction::Retract;
        store
            .append_ref(action, &manifest.snapshot, None, at("2026-11-23T00:00:00Z"), Some("a test"))
            .await
            .unwrap();
        let first = folder.path().join("refs/log/00000000000000000001.json");
        let text = std::fs::read_to_string(&first).unwrap().replace("2026-11-22", "2026-11-21");
        std::fs::write(&first, text).unwrap();
        let error = store.refs().await.unwrap_err().to_string();
        assert!(error.contains("00000000000000000002.json") && error.contains("hash"), "{error}");
    }

    #[tokio::test]
    async fn a_store_of_another_format_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("store.json"), "{\"format\":99}").unwrap();
        let error = Store::open(folder.path()).await.unwrap_err();
        assert_eq!(error.to_string(), "store format is `99`, expected `1`");
        assert_eq!(std::fs::read_to_string(folder.path().join("store.json")).unwrap(), "{\"format\":99}");
    }
}
