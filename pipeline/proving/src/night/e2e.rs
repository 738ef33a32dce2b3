//! The way from workbook to report, walked once over the simulated Europe (mission A15).

use super::asked::EndToEndArgs;
use crate::demo;
use crate::demo_web::{SEED, demo_web};
use crate::score::score;
use crate::setup::Setup;
use anyhow::{Context, ensure};
use deklaro_console::{Exit, Progress, Shutdown, now, output};
use deklaro_detect::{Glossary, PageInput, inspect};
use deklaro_judge::{EndToEnd, WalkStep};
use deklaro_publish::{ArtifactFormat, CountryArtifact};
use deklaro_report::{Database, OpenOptions};
use deklaro_run::{RunOutcome, RunRequest};
use deklaro_schemas::codes::{Confidence, PageKind};
use deklaro_schemas::stored::{Lists, Manifest};
use deklaro_schemas::{CountryCode, HostKey, PageUrl, RunMonth, SnapshotId};
use deklaro_simweb::Simweb;
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::path::Path;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// The month that is walked.
const MONTH: &str = "2026-11";

/// `deklaro readiness e2e`: the way from workbook to report over the embedded Europe, in a folder that is thrown away.
pub fn e2e<'a>(
    config: &'a Setup,
    asked: &'a EndToEndArgs,
    progress: &'a Progress,
    shutdown: &'a Shutdown,
) -> BoxFuture<'a, anyhow::Result<Exit>> {
    Box::pin(async move {
        let stop = CancellationToken::new();
        let web = demo_web(SEED, &stop).await?;
        let folder = tempfile::tempdir().context("making a folder for the walk")?;
        let mut walk =
            Walk { config, web: &web, folder: folder.path(), progress, shutdown, steps: Vec::new() };
        let snapshot = walk.steps().await;
        let steps = walk.steps;
        stop.cancel();
        web.stopped().await;
        keep_spans(folder.path(), snapshot.as_deref(), asked.spans.as_deref())?;
        let summary = EndToEnd::of(steps, snapshot, env!("CARGO_PKG_VERSION"), now());
        if let Some(file) = &asked.out {
            std::fs::write(file, serde_json::to_vec_pretty(&summary)?)
                .with_context(|| format!("writing `{}`", file.display()))?;
        }
        if asked.output.json {
            output::json(&summary)?;
        } else {
            output::text(&text(&summary))?;
        }
        Ok(if summary.passed { Exit::Done } else { Exit::CheckFailed })
    })
}

/// The spans of the walk's run, where they are wanted and it came so far.
fn keep_spans(folder: &Path, snapshot: Option<&str>, to: Option<&Path>) -> anyhow::Result<()> {
    let (Some(snapshot), Some(to)) = (snapshot, to) else { return Ok(()) };
    let spans = Manifest::file_path(&SnapshotId::parse(snapshot)?, deklaro_watch::SPANS_PATH);
    let spans = folder.join("store").join(spans);
    if spans.is_file() {
        std::fs::copy(&spans, to).with_context(|| format!("writing `{}`", to.display()))?;
    }
    Ok(())
}

/// The walk while it goes on.
struct Walk<'a> {
    config: &'a Setup,
    web: &'a Simweb,
    folder: &'a Path,
    progress: &'a Progress,
    shutdown: &'a Shutdown,
    steps: Vec<WalkStep>,
}

impl Walk<'_> {
    /// All steps; ends at the first that fails. The snapshot that was made.
    async fn steps(&mut self) -> Option<String> {
        let begun = Instant::now();
        let workbook = self.workbook();
        let sources = self.note("workbook", begun, workbook)?;
        let store = Store::open(&self.folder.join("store")).await.ok()?;
        let begun = Instant::now();
        let ran = self.run(&store, sources).await;
        let outcome = self.note("run", begun, ran)?;
        let begun = Instant::now();
        let artifact = artifacts(&outcome);
        self.note("artifact", begun, artifact);
        let begun = Instant::now();
        let read_back = read_back(&store, &outcome, self.folder).await;
        self.note("read_back", begun, read_back);
        let begun = Instant::now();
        let report = report(&outcome);
        self.note("report", begun, report);
        Some(outcome.snapshot.to_string())
    }

    /// Writes down how a step ended. Its result, where it passed.
    fn note<T>(&mut self, name: &str, begun: Instant, result: anyhow::Result<(T, String)>) -> Option<T> {
        let duration_ms = begun.elapsed().as_millis() as u64;
        let (value, passed, detail) = match result {
            Ok((value, detail)) => (Some(value), true, detail),
            Err(error) => (None, false, format!("{error:#}")),
        };
        self.steps.push(WalkStep { name: name.to_owned(), passed, duration_ms, detail });
        value
    }

    /// The demo workbooks, each of whose rows is accepted or rejected with a reason.
    fn workbook(&self) -> anyhow::Result<(std::path::PathBuf, String)> {
        let sources = crate::demo_data::write(self.folder)?;
        let books = std::fs::read_dir(self.folder)?.count() - 1;
        ensure!(books > 0, "there is no workbook");
        Ok((sources, format!("{books} workbooks")))
    }

    async fn run(&self, store: &Store, sources: std::path::PathBuf) -> anyhow::Result<(RunOutcome, String)> {
        let crawl = demo::demo_crawl(self.config, self.web);
        let told = (self.progress, self.shutdown);
        let tools = self.config.tools(store, &crawl, told);
        let request = RunRequest {
            month: RunMonth::parse(MONTH)?,
            countries: Vec::new(),
            lists: Lists::File(sources),
            max_rounds: self.config.max_rounds,
            coverage_reason: None,
            glossary: None,
        };
        let outcome = deklaro_run::start(tools, request).await?;
        let score = score(store, &outcome.snapshot, self.web.europe(), 1).await?;
        ensure!(score.absent_found == 0, "{} hosts without a statement are called found", score.absent_found);
        ensure!(100 * score.present_found >= 97 * score.present, "too few found: {score}");
        let detail = format!(
            "{} hosts in {} countries; {score}",
            outcome.summary.all.known,
            outcome.summary.countries.len()
        );
        Ok((outcome, detail))
    }
}

/// Each country has its artifact in every format, in the contract's shape, with every host.
fn artifacts(outcome: &RunOutcome) -> anyhow::Result<((), String)> {
    let (mut files, mut hosts) = (0, 0);
    for funnel in &outcome.summary.countries {
        let country = funnel.country_code.context("a country without a code")?;
        for format in ArtifactFormat::ALL {
            let path = Path::new(&outcome.artifacts).join(format!("{country}.{}", format.extension()));
            let length = std::fs::metadata(&path).with_context(|| format!("`{}`", path.display()))?.len();
            ensure!(length > 0, "`{}` is empty", path.display());
            files += 1;
        }
        let json = std::fs::read(Path::new(&outcome.artifacts).join(format!("{country}.json")))?;
        let artifact: CountryArtifact =
            serde_json::from_slice(&json).with_context(|| format!("{country}.json"))?;
        ensure!(artifact.domains.len() as u64 == funnel.known, "{country}: hosts are missing");
        hosts += artifact.domains.len();
    }
    Ok(((), format!("{files} files, {hosts} hosts")))
}

/// The snapshot is what its manifest says, and the tables give the figures that were published.
async fn read_back(store: &Store, outcome: &RunOutcome, folder: &Path) -> anyhow::Result<((), String)> {
    let verified = store.verify_deep(&outcome.snapshot).await?;
    ensure!(verified.findings.is_empty(), "{} files differ from the manifest", verified.findings.len());
    let options = OpenOptions::new(Path::new(&outcome.folder).join("tables"), folder);
    let again = tokio::task::spawn_blocking(move || Database::open(&options)?.summary()).await??;
    ensure!(again.all == outcome.summary.all, "the tables give other figures than were published");
    Ok((
        (),
        format!(
            "every file as in the manifest; {} of {} judged have a statement",
            again.all.found, again.all.eligible
        ),
    ))
}

/// The pages are there, and their own accessibility statement is one by our own detector.
fn report(outcome: &RunOutcome) -> anyhow::Result<((), String)> {
    let folder = Path::new(&outcome.report).parent().context("the report has no folder")?;
    for funnel in &outcome.summary.countries {
        let country = funnel.country_code.context("a country without a code")?;
        ensure!(folder.join(format!("{country}.html")).is_file(), "{country}.html is missing");
    }
    let pages = std::fs::read_dir(folder)?.count();
    let statement = std::fs::read(folder.join("accessibility.html")).context("accessibility.html")?;
    let host = HostKey::parse("report.example")?;
    let page = inspect(
        &PageInput {
            url: &PageUrl::home(&host),
            bytes: &statement,
            content_type: Some("text/html"),
            charset: None,
            host: &host,
            aliases: &[],
            country: CountryCode::parse("IE")?,
        },
        Glossary::builtin(),
    );
    ensure!(
        page.page_kind == PageKind::Statement,
        "the pages' own statement is taken for `{}`",
        page.page_kind
    );
    ensure!(
        page.confidence() == Confidence::High,
        "the pages' own statement is only `{}`",
        page.confidence()
    );
    Ok((
        (),
        format!("{pages} files; health {}; the own statement is found with high confidence", outcome.health),
    ))
}

fn text(summary: &EndToEnd) -> String {
    let mut text = format!("{}\n", if summary.passed { "passed" } else { "failed" });
    for step in &summary.steps {
        let verdict = if step.passed { "passed" } else { "failed" };
        text.push_str(&format!(
            "{verdict:>8}  {:10} {:>6} ms  {}\n",
            step.name, step.duration_ms, step.detail
        ));
    }
    text
}
