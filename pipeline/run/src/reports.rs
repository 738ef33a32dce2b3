//! A run checks its staged tables, and stages summary, health, readiness and pages.

use super::active_run::ActiveRun;
use super::country_artifacts;
use super::draft::Draft;
use super::staging::{file, table};
use super::watched;
use crate::ending::ChecksFailed;
use crate::last_run::{LastRun, last_run};
use crate::reporting;
use crate::tables::DuckTables;
use deklaro_import::Countries;
use deklaro_judge::{
    Health, HealthInput, ReadinessInput, Scorecard, Signals, Summary, Thresholds, data_suite, health,
    metrics, readiness,
};
use deklaro_record::health::{artifact_write_failures, history};
use deklaro_report::{Database, OpenOptions, Publication, SiteInput, SitePage};
use deklaro_schemas::codes::{CheckVerdict, FileKind};
use deklaro_schemas::steps::REPORT;
use deklaro_schemas::stored::{Manifest, ManifestFile};
use deklaro_schemas::tables::{Body, MetaCheck};
use deklaro_schemas::{Row, SnapshotId, Timestamp};
use deklaro_watch::names::MetricWriter;
use deklaro_watch::{KeptSpan, SpanAudit};
use std::collections::BTreeMap;

/// Pages made ahead of those that are staged.
const PAGES_AHEAD: usize = 4;

/// Checks, summary, health, readiness and pages. Broken checks of severity error stop the publication.
pub(super) async fn reports(work: &ActiveRun<'_>, draft: &mut Draft) -> anyhow::Result<()> {
    let Draft { staged, scans, .. } = draft;
    let thresholds = Thresholds::shipped();
    let options = options(work).await?;
    let mut checks = checks(options.clone(), thresholds.clone()).await?;
    let told = told(work, options.clone()).await?;
    checks.extend(told.audit.as_ref().map(SpanAudit::check));
    checks.sort_by(|a, b| a.check_name.cmp(&b.check_name));
    table::<MetaCheck>(work, &checks, staged).await?;
    let written = Written {
        snapshot: work.run.snapshot.clone(),
        at: work.run.finished_at.unwrap_or(work.run.started_at),
        history: history(work.store, &DuckTables, Some(&work.run.snapshot)).await?,
        checks,
        thresholds,
        publication: work.publication.clone(),
        artifacts: country_artifacts::paths(scans, &country_artifacts::carried(work, scans).await?),
        started_at: work.run.started_at,
        told,
    };
    let gate = gate(&written.checks);
    let (sender, mut pages) = tokio::sync::mpsc::channel(PAGES_AHEAD);
    let making = tokio::task::spawn_blocking(move || written.files(&options, &sender));
    while let Some((path, bytes)) = pages.recv().await {
        file(work, &path, FileKind::Report, bytes, staged).await?;
    }
    making.await??;
    gate
}

/// The staged tables, with the last snapshot's beside them for the checks that compare.
async fn options(work: &ActiveRun<'_>) -> anyhow::Result<OpenOptions> {
    let staged = work.store.staged_folder(&work.run.run_id);
    let temp = work.store.staging_path(&format!("{}/duckdb", work.run.run_id));
    std::fs::create_dir_all(&temp)?;
    let mut options = OpenOptions::new(staged.join("tables"), temp);
    options.evidence = Some(staged.join(Manifest::evidence_folder(&work.run.snapshot)));
    if let Some(last) = &work.run.previous {
        work.store.check_tables(last, |table| table != Body::TABLE).await?;
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

/// What the report files are written from.
struct Written {
    snapshot: SnapshotId,
    at: Timestamp,
    history: Vec<Summary>,
    checks: Vec<MetaCheck>,
    thresholds: Thresholds,
    publication: Publication,
    /// Paths of the artifacts the snapshot will have.
    artifacts: Vec<String>,
    started_at: Timestamp,
    told: ObservedRun,
}

/// What the run's spans and tables tell of its work.
struct ObservedRun {
    spans: Vec<KeptSpan>,
    /// None where nothing was traced.
    audit: Option<SpanAudit>,
    fetches: BTreeMap<String, i64>,
}

/// Compares the run's spans with what its tables say was done before the report.
async fn told(work: &ActiveRun<'_>, options: OpenOptions) -> anyhow::Result<ObservedRun> {
    let spans = deklaro_watch::parse(&deklaro_watch::read_spans(work.store, &work.run.home()).await?);
    let (run, is_traced) = (work.run.run_id.clone(), work.watch.is_on());
    let told = tokio::task::spawn_blocking(move || -> anyhow::Result<ObservedRun> {
        let database = Database::open(&options)?;
        for (country, count) in watched::turned_stale(&database, &run)? {
            metrics::counter!("deklaro_hosts_stale_total", "country_code" => country).increment(count as u64);
        }
        let mut executed = watched::executed(&database, &run)?;
        executed.retain(|executed| REPORT.before().any(|step| step.name == executed.stage));
        let audit = is_traced.then(|| deklaro_watch::audit(&executed, &spans));
        Ok(ObservedRun { audit, fetches: watched::fetches(&database, &run)?, spans })
    });
    told.await?
}

/// Path and content of a report file, on its way to staging.
type Made = tokio::sync::mpsc::Sender<(String, Vec<u8>)>;

impl Written {
    /// Makes the files one after the other, never far ahead of those that are staged.
    fn files(&self, options: &OpenOptions, made: &Made) -> anyhow::Result<()> {
        let database = Database::open(options)?;
        let summary = database.summary()?;
        let signals = self.signals(&summary);
        let input = HealthInput {
            current: &summary,
            history: &self.history,
            checks: &self.checks,
            signals: &signals,
            generated_at: self.at,
            window: None,
        };
        let health = health(&input, &self.thresholds);
        let scorecard = self.scorecard();
        for (name, bytes) in [
            ("summary.json", serde_json::to_vec_pretty(&summary)?),
            ("health.json", serde_json::to_vec_pretty(&health)?),
            ("readiness.json", serde_json::to_vec_pretty(&scorecard)?),
            ("metrics.prom", self.metrics(&health, &summary).into_bytes()),
        ] {
            hand_on(made, name, bytes)?;
        }
        let site = SiteInput {
            snapshot: &self.snapshot,
            created_at: self.at,
            version: env!("CARGO_PKG_VERSION"),
            summary: &summary,
            history: &self.history,
            checks: &self.checks,
            health: Some(&health),
            scorecard: Some(&scorecard),
            country_names: &Countries::builtin().names(),
            detector: &reporting::detector()?,
            publication: &self.publication,
            files: "../",
            waivers: &[],
            release: None,
        };
        let mut sink = |page: SitePage| hand_on(made, &page.name, page.text.into_bytes());
        Ok(database.site(&site, &mut sink)?)
    }

    /// What belongs to the snapshot alone; the disk, the schedule and other runs are judged by `deklaro health`.
    fn signals(&self, summary: &Summary) -> Signals {
        let paths = self.artifacts.iter().map(String::as_str);
        let failures = artifact_write_failures(summary, paths) as f64;
        Signals::from([("artifact_write_failures".to_owned(), failures)])
    }

    /// Health and funnel, the gauges of this run, and what this process counted while it worked on it.
    fn metrics(&self, health: &Health, summary: &Summary) -> String {
        let run = last_run(&LastRun {
            started_at: self.started_at,
            finished_at: self.at,
            spans: &self.told.spans,
            audit: self.told.audit.as_ref(),
            summary,
            fetches: &self.told.fetches,
        });
        let counted = deklaro_watch::families(&deklaro_watch::render(), &[MetricWriter::Run]);
        [metrics(health, summary), run, counted].concat()
    }

    /// Only the data suite ran here; the others are stated as not checked.
    fn scorecard(&self) -> Scorecard {
        let suites = [data_suite(&self.checks)];
        let input = ReadinessInput {
            release: self.snapshot.as_str(),
            owner: "operator",
            generated_at: self.at,
            evidence_at: None,
            suites: &suites,
            waivers: &[],
        };
        readiness(&input, &self.thresholds)
    }
}

fn hand_on(made: &Made, name: &str, bytes: Vec<u8>) -> std::io::Result<()> {
    let gone = |_| std::io::Error::other("nobody takes the pages any more");
    made.blocking_send((ManifestFile::report_path(name), bytes)).map_err(gone)
}
