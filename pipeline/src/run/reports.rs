use super::Work;
use super::publish::{file, read_summary, table};
use crate::exit::ChecksFailed;
use deklaro_import::Countries;
use deklaro_report::{
    Database, HealthInput, OpenOptions, PageInput, ReadinessInput, Signals, Summary, Thresholds, data_suite,
    health, readiness,
};
use deklaro_schemas::codes::{CheckVerdict, FileKind, SnapshotState};
use deklaro_schemas::store::Staged;
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{SnapshotId, Timestamp};
use std::collections::BTreeMap;

/// What is tolerated, and why.
const THRESHOLDS: &str = include_str!("../../../data/thresholds.toml");
/// Snapshots whose figures the health check looks back on.
const HISTORY: usize = 3;

/// Checks, summary, health, readiness and pages. Broken checks of severity error stop the publication.
pub(super) async fn reports(work: &Work<'_>, staged: &mut Staged) -> anyhow::Result<()> {
    let thresholds = Thresholds::parse(THRESHOLDS)?;
    let options = options(work).await?;
    let checks = checks(options.clone(), thresholds.clone()).await?;
    table::<MetaCheck>(work, &checks, staged).await?;
    let written = Written {
        snapshot: work.run.snapshot.clone(),
        at: work.run.finished_at.unwrap_or(work.run.started_at),
        history: history(work).await?,
        checks,
        thresholds,
    };
    let gate = gate(&written.checks);
    let files = tokio::task::spawn_blocking(move || written.files(&options)).await??;
    for (path, bytes) in files {
        file(work, &path, FileKind::Report, bytes, staged).await?;
    }
    gate
}

/// The staged tables, with the last snapshot's beside them for the checks that compare.
async fn options(work: &Work<'_>) -> anyhow::Result<OpenOptions> {
    let staged = work.store.staged_folder(&work.run.run_id);
    let temp = work.store.staging_path(&format!("{}/duckdb", work.run.run_id));
    std::fs::create_dir_all(&temp)?;
    let mut options = OpenOptions::new(staged.join("tables"), temp);
    options.evidence = Some(staged.join(format!("evidence/snapshot={}", work.run.snapshot)));
    if let Some(last) = &work.run.previous {
        options.previous = Some(work.store.local_snapshot(last, false).await?.tables());
    }
    Ok(options)
}

async fn checks(options: OpenOptions, thresholds: Thresholds) -> anyhow::Result<Vec<MetaCheck>> {
    let checked = tokio::task::spawn_blocking(move || Database::open(&options)?.checks(&thresholds));
    Ok(checked.await??)
}

fn gate(checks: &[MetaCheck]) -> anyhow::Result<()> {
    let failed = checks.iter().filter(|check| check.verdict == CheckVerdict::Fail);
    let names: Vec<&str> = failed.map(|check| check.check_name.as_str()).collect();
    if names.is_empty() {
        Ok(())
    } else {
        Err(ChecksFailed { count: names.len(), names: names.join(", ") }.into())
    }
}

/// The figures of the last live snapshots, oldest first.
async fn history(work: &Work<'_>) -> anyhow::Result<Vec<Summary>> {
    let history = work.store.history().await?;
    let live = history.snapshots().filter(|(_, state)| *state == SnapshotState::Live);
    let mut last: Vec<&SnapshotId> = live.map(|(snapshot, _)| snapshot).collect();
    let mut summaries = Vec::new();
    for snapshot in last.split_off(last.len().saturating_sub(HISTORY)) {
        summaries.push(read_summary(work.store, snapshot).await?);
    }
    Ok(summaries)
}

/// What the report files are written from.
struct Written {
    snapshot: SnapshotId,
    at: Timestamp,
    history: Vec<Summary>,
    checks: Vec<MetaCheck>,
    thresholds: Thresholds,
}

impl Written {
    fn files(&self, options: &OpenOptions) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let database = Database::open(options)?;
        let summary = database.summary()?;
        let (history, checks) = (&self.history, &self.checks);
        let input = HealthInput {
            current: &summary,
            history,
            checks,
            signals: &Signals::new(),
            generated_at: self.at,
        };
        let health = health(&input, &self.thresholds);
        let names = country_names();
        let page = PageInput {
            snapshot: &self.snapshot,
            created_at: self.at,
            version: env!("CARGO_PKG_VERSION"),
            summary: &summary,
            checks,
            health: Some(&health),
            country_names: &names,
        };
        let mut files = vec![
            ("reports/summary.json".to_owned(), serde_json::to_vec_pretty(&summary)?),
            ("reports/health.json".to_owned(), serde_json::to_vec_pretty(&health)?),
            ("reports/readiness.json".to_owned(), serde_json::to_vec_pretty(&self.scorecard())?),
        ];
        files.extend(database.html(&page)?.into_iter().map(|page| (page.path, page.html.into_bytes())));
        Ok(files)
    }

    /// Only the data suite ran here; the others are stated as not checked.
    fn scorecard(&self) -> deklaro_report::Scorecard {
        let suites = [data_suite(&self.checks)];
        let input = ReadinessInput {
            release: self.snapshot.as_str(),
            owner: "operator",
            generated_at: self.at,
            suites: &suites,
            waivers: &[],
        };
        readiness(&input, &self.thresholds)
    }
}

fn country_names() -> BTreeMap<String, String> {
    let countries = Countries::builtin();
    countries.iter().map(|country| (country.code.to_string(), country.name.clone())).collect()
}
