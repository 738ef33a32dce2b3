//! The last readiness scorecard on record.

use anyhow::Context;
use deklaro_judge::{Scorecard, Suite, SuiteStatus};
use deklaro_schemas::stored::{Entry, RecordedScorecard, Registered};
use deklaro_schemas::{Sha256, Timestamp};
use deklaro_store::{Store, StoreError};
use deklaro_watch::Text;

/// The last readiness scorecard on record, whoever recorded it: what the nightly run found, not what one snapshot was checked for.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedReadiness {
    passed: bool,
    at: Timestamp,
    suites: Vec<(Suite, SuiteStatus)>,
}

impl RecordedReadiness {
    /// What a row says. One whose scorecard is another than was recorded has not passed.
    pub fn of(entry: &Entry<RecordedScorecard>) -> anyhow::Result<Self> {
        let row = &entry.row;
        let is_whole = Sha256::of(&serde_json::to_vec(&row.scorecard)?) == row.sha256;
        let card: Scorecard =
            serde_json::from_value(row.scorecard.clone()).context("reading the recorded scorecard")?;
        Ok(Self {
            passed: is_whole && row.overall_passed && card.overall_passed,
            // A scorecard can be dated by hand: a date ahead of the record would never grow old.
            at: row.generated_at.min(entry.at),
            suites: card.suites.iter().map(|suite| (suite.result.name, suite.result.status)).collect(),
        })
    }

    /// Its gauges in the Prometheus text format.
    pub fn text(&self) -> String {
        let mut text = Text::default();
        text.put("deklaro_readiness_passed", &[], f64::from(u8::from(self.passed)));
        text.put("deklaro_readiness_timestamp_seconds", &[], self.at.0 as f64 / 1e6);
        for (suite, status) in &self.suites {
            let labels = [("suite", suite.as_str()), ("status", status.as_str())];
            text.put("deklaro_readiness_suite", &labels, 1.0);
        }
        text.end()
    }
}

/// The last scorecard on record, kept: the table is read again only when it has another number of rows.
#[derive(Debug, Default)]
pub struct LastScorecard {
    rows: usize,
    known: Option<RecordedReadiness>,
}

impl LastScorecard {
    /// The last one, after a look at the table. A store that cannot be read leaves what was known; a broken table says nothing.
    pub async fn look(&mut self, store: &Store) -> Option<RecordedReadiness> {
        if let Err(error) = self.refresh(store).await {
            if error.chain().any(|cause| matches!(cause.downcast_ref(), Some(StoreError::Chain { .. }))) {
                *self = Self::default();
            }
            tracing::warn!(error = format!("{error:#}"), "the recorded scorecards cannot be read");
        }
        self.known.clone()
    }

    async fn refresh(&mut self, store: &Store) -> anyhow::Result<()> {
        let rows = store.list(RecordedScorecard::FOLDER).await?.len();
        if rows != self.rows {
            let table = store.registered::<RecordedScorecard>().await?;
            self.known = table.last().map(RecordedReadiness::of).transpose()?;
            self.rows = table.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Gate, thresholds_now};
    use deklaro_judge::{ReadinessInput, SuiteResult, Thresholds, readiness};
    use deklaro_watch::names::{MetricWriter, find};

    const AT: Timestamp = Timestamp(1_795_399_200_000_000);

    fn row(unit: SuiteStatus, generated_at: Timestamp) -> RecordedScorecard {
        let status = |suite: Suite| if suite == Suite::Unit { unit } else { SuiteStatus::Passed };
        let results = Suite::ALL.map(|name| SuiteResult {
            name,
            status: status(name),
            duration_ms: None,
            p95_ms: Some(1.0),
            success_share: Some(1.0),
            flake_share: Some(0.0),
            advisories: Some(0),
            results_sha256: None,
            detail: "as made up".to_owned(),
        });
        let input = ReadinessInput {
            release: "2026-11.0",
            owner: "ci",
            generated_at,
            evidence_at: None,
            suites: &results,
            waivers: &[],
        };
        let card = readiness(&input, &Thresholds::shipped());
        let scorecard = serde_json::to_value(&card).unwrap();
        RecordedScorecard {
            release: card.release.clone(),
            overall_passed: card.overall_passed,
            generated_at: card.generated_at,
            sha256: Sha256::of(&serde_json::to_vec(&scorecard).unwrap()),
            scorecard,
        }
    }

    fn text_of(row: RecordedScorecard) -> String {
        let (at, by) = (AT, "ci".to_owned());
        let entry = Entry { sequence: 1, at, by, trace_id: None, row, previous_sha256: None };
        RecordedReadiness::of(&entry).unwrap().text()
    }

    #[test]
    fn a_failed_suite_is_told_and_so_is_a_scorecard_that_is_not_the_recorded_one() {
        let failed = text_of(row(SuiteStatus::Failed, AT));
        for expected in [
            "\ndeklaro_readiness_passed 0\n",
            "\ndeklaro_readiness_timestamp_seconds 1795399200\n",
            "deklaro_readiness_suite{suite=\"unit\",status=\"failed\"} 1\n",
            "deklaro_readiness_suite{suite=\"data\",status=\"passed\"} 1\n",
        ] {
            assert!(failed.contains(expected), "{expected}\n{failed}");
        }
        for line in failed.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            assert!(find(name).is_some_and(|metric| metric.written_by == MetricWriter::Service), "{name}");
        }
        assert!(text_of(row(SuiteStatus::Passed, AT)).contains("\ndeklaro_readiness_passed 1\n"));
        let forged = RecordedScorecard { overall_passed: true, ..row(SuiteStatus::Failed, AT) };
        assert!(text_of(forged).contains("\ndeklaro_readiness_passed 0\n"));
        let exchanged =
            RecordedScorecard { sha256: row(SuiteStatus::Failed, AT).sha256, ..row(SuiteStatus::Passed, AT) };
        assert!(text_of(exchanged).contains("\ndeklaro_readiness_passed 0\n"));
        let ahead = text_of(row(SuiteStatus::Passed, "2036-01-01T00:00:00Z".parse().unwrap()));
        assert!(ahead.contains("\ndeklaro_readiness_timestamp_seconds 1795399200\n"), "{ahead}");
    }

    #[tokio::test]
    async fn the_last_row_counts_and_a_broken_table_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut last = LastScorecard::default();
        assert_eq!(last.look(&store).await, None);
        for (status, passed) in [(SuiteStatus::Passed, true), (SuiteStatus::NotChecked, false)] {
            store.register(AT, "ci", None, row(status, AT)).await.unwrap();
            assert_eq!(last.look(&store).await.unwrap().passed, passed);
        }
        let first = folder.path().join(RecordedScorecard::FOLDER).join(format!("{:020}.json", 1));
        std::fs::remove_file(first).unwrap();
        assert_eq!(last.look(&store).await, None);
    }

    #[test]
    fn the_alert_waits_as_long_as_the_gate_takes_a_scorecard() {
        let rules = include_str!("../../deploy/prometheus/rules.yml");
        let days = &thresholds_now(&Gate::default()).unwrap()["gate.scorecard_days"];
        let age = format!("time() - max(deklaro_readiness_timestamp_seconds) > {days} * 86400\n");
        assert!(rules.contains(&age), "{age}");
    }
}
