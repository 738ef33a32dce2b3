//! A scorecard and its suites, put on record.

use deklaro_console::now;
use deklaro_judge::{Scorecard, SuiteResult};
use deklaro_schemas::Sha256;
use deklaro_schemas::stored::{Entry, RecordedScorecard, SuiteRun};
use deklaro_store::Store;

/// Puts a scorecard and its suites on record.
pub async fn record(store: &Store, by: &str, card: &Scorecard) -> anyhow::Result<Entry<RecordedScorecard>> {
    let at = now();
    let trace_id = deklaro_watch::trace_id(&tracing::Span::current());
    for suite in &card.suites {
        store.register(at, by, trace_id.as_deref(), suite_run(&suite.result)).await?;
    }
    let scorecard = serde_json::to_value(card)?;
    let row = RecordedScorecard {
        release: card.release.clone(),
        overall_passed: card.overall_passed,
        generated_at: card.generated_at,
        sha256: Sha256::of(&serde_json::to_vec(&scorecard)?),
        scorecard,
    };
    Ok(store.register(at, by, trace_id.as_deref(), row).await?)
}

fn suite_run(suite: &SuiteResult) -> SuiteRun {
    SuiteRun {
        suite: suite.name.as_str().to_owned(),
        status: suite.status.as_str().to_owned(),
        success_share: suite.success_share,
        flake_share: suite.flake_share,
        duration_ms: suite.duration_ms,
        p95_ms: suite.p95_ms,
        results_sha256: suite.results_sha256.clone(),
    }
}
