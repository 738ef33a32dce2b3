//! `deklaro readiness run`: the nightly run in one command, and all it brings in one folder (mission B12).

use super::asked::{ReadinessArgs, ReadinessRunArgs};
use super::flakes::{Flakes, flakes};
use super::record::record;
use super::scorecard::{results, scorecard, text};
use super::speed;
use crate::process::Process;
use crate::setup::Setup;
use anyhow::{Context, ensure};
use deklaro_console::{Exit, Progress, UsageError, now, output};
use deklaro_judge::{CARGO_ENDED, Scorecard, Thresholds, metrics};
use deklaro_record::RecordedReadiness;
use deklaro_record::health::{Judgement, judgement};
use deklaro_run::DuckTables;
use deklaro_schemas::stored::{Manifest, SuiteRun};
use deklaro_schemas::{Sha256, SnapshotId, Timestamp, rfc3339};
use deklaro_store::{Store, StoreError};
use futures::future::BoxFuture;
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The walk from workbook to report takes no longer.
const WALK_WITHIN: Duration = Duration::from_secs(600);

/// `manifest.json`: what the folder holds and what came of it.
#[derive(Debug, Serialize)]
struct Collected {
    #[serde(with = "rfc3339")]
    generated_at: Timestamp,
    version: &'static str,
    /// The current snapshot, where one is published.
    snapshot: Option<SnapshotId>,
    overall_passed: bool,
    /// `collector` where spans go to the one that is configured, too; `buffered` where they are in this folder alone.
    telemetry: &'static str,
    /// Each suite over its last runs on record.
    flakes: Vec<Flakes>,
    /// Why it did not pass although the scorecard did, or what could not be measured.
    notes: Vec<String>,
    files: Vec<CollectedFile>,
}

#[derive(Debug, Serialize)]
struct CollectedFile {
    path: String,
    sha256: Sha256,
    size_bytes: u64,
}

/// Does it all: exit 1 unless every suite passed or is waived and tests are not flakier than they may be.
pub fn run<'a>(
    config: &'a Setup,
    asked: &'a ReadinessRunArgs,
    progress: &'a Progress,
) -> BoxFuture<'a, anyhow::Result<Exit>> {
    Box::pin(async move {
        let at = now();
        let store = Store::make(&config.store, &config.remote).await?;
        let given = asked.results.as_deref().map(results).transpose()?.unwrap_or_default().0;
        if let Some(folder) = asked.workspace.as_ref().filter(|folder| !folder.join("Cargo.toml").is_file()) {
            let message = format!("`{}` has no `Cargo.toml`", folder.display());
            return Err(UsageError::new(message, "give the folder of a workspace with `--workspace`").into());
        }
        let out = folder(asked, at)?;
        let mut notes = Vec::new();
        collect(asked, &out, given, progress).await?;
        walk(&out, progress).await.unwrap_or_else(|error| notes.push(format!("the walk: {error:#}")));
        let snapshot = match store.current().await {
            Ok(snapshot) => Some(snapshot),
            Err(StoreError::Empty) => None,
            Err(error) => return Err(error.into()),
        };
        if snapshot.is_some() {
            let measured = service(config, &out, progress).await;
            measured.unwrap_or_else(|error| notes.push(format!("the service's speed: {error:#}")));
        } else {
            notes.push("no snapshot is published: data and service are not checked".to_owned());
        }
        let metrics = of_snapshot(&store, snapshot.as_ref(), &out).await?;
        let card = card(&store, asked, &out).await?;
        let recorded = record(&store, asked.by.as_ref().unwrap_or(&config.operator), &card).await?;
        let gauges = RecordedReadiness::of(&recorded)?.text();
        write(&out.join("metrics.prom"), format!("{metrics}{gauges}").as_bytes())?;
        let flakes = flakes(&store.registered::<SuiteRun>().await?);
        let limit = Thresholds::shipped().readiness.flake_share;
        let flaky: Vec<String> = flakes.iter().filter_map(|suite| suite.beyond(limit)).collect();
        let overall_passed = card.overall_passed && flaky.is_empty();
        notes.extend(flaky);
        let collected = Collected {
            generated_at: at,
            version: env!("CARGO_PKG_VERSION"),
            snapshot,
            overall_passed,
            telemetry: if deklaro_watch::is_exported() { "collector" } else { "buffered" },
            flakes,
            notes,
            files: files(&out, &out)?,
        };
        write(&out.join("manifest.json"), &serde_json::to_vec_pretty(&collected)?)?;
        if asked.output.json {
            output::json(&collected)?;
        } else {
            let mut said = text(&card);
            said.extend(collected.notes.iter().map(|note| format!("{:>12}  {note}\n", "note")));
            said.push_str(&format!("{} files in {}\n", collected.files.len(), out.display()));
            output::text(&said)?;
        }
        Ok(if overall_passed { Exit::Done } else { Exit::CheckFailed })
    })
}

/// A folder that is new or empty: two runs must not be mixed.
fn folder(asked: &ReadinessRunArgs, at: Timestamp) -> anyhow::Result<PathBuf> {
    let usual = || PathBuf::from(format!("readiness-{}", at.date()));
    let out = asked.out.clone().unwrap_or_else(usual);
    let is_used = out.exists() && fs::read_dir(&out).map_or(true, |mut files| files.next().is_some());
    if is_used {
        let message = format!("`{}` is not an empty folder", out.display());
        return Err(UsageError::new(message, "give another one with `--out`").into());
    }
    for name in ["results", "logs", "telemetry"] {
        fs::create_dir_all(out.join(name)).with_context(|| format!("making `{}`", out.display()))?;
    }
    Ok(out)
}

/// Results from elsewhere, and those of the tests of a workspace.
async fn collect(
    asked: &ReadinessRunArgs,
    out: &Path,
    given: Vec<(String, String)>,
    progress: &Progress,
) -> anyhow::Result<()> {
    // The walk is made here: an older one says nothing about this night.
    for (name, text) in given.into_iter().filter(|(name, _)| !name.starts_with("e2e")) {
        write(&out.join("results").join(name), text.as_bytes())?;
    }
    let Some(workspace) = asked.workspace.clone() else { return Ok(()) };
    for time in 1..=asked.times {
        progress.say(&format!("cargo test in {}, {time} of {}", workspace.display(), asked.times));
        let log = out.join("results").join(format!("tests-{time}.txt"));
        let (both, workspace) =
            (File::create(&log).context("writing what the tests print")?, workspace.clone());
        let mut command = Command::new("cargo");
        command.args(["test", "--release", "--workspace", "--no-fail-fast"]).current_dir(workspace);
        let mut said = both.try_clone()?;
        command.stdin(Stdio::null()).stdout(both.try_clone()?).stderr(both);
        let ended = tokio::task::spawn_blocking(move || command.status()).await?.context("starting cargo")?;
        if !ended.success() {
            writeln!(said, "{CARGO_ENDED} {ended}").context("writing what the tests print")?;
        }
    }
    Ok(())
}

/// The walk in a process of its own, so that its logs are a file.
async fn walk(out: &Path, progress: &Progress) -> anyhow::Result<()> {
    progress.say("the walk from workbook to report");
    let path = |name: &str| out.join(name).display().to_string();
    let (result, spans) = (path("results/e2e.json"), path("telemetry/e2e.spans.ndjson"));
    let words = ["--log-format", "json", "readiness", "e2e", "--out", &result, "--spans", &spans];
    let mut walk = Process::start(&out.join("logs/e2e.ndjson"), &words, &["DEKLARO_STORE"])?;
    let ended = walk.ended_within(WALK_WITHIN, "the walk is done").await?;
    ensure!(ended.success(), "it ended with {ended}");
    Ok(())
}

/// P95 and P99 of the service, beside the figures that were given.
async fn service(config: &Setup, out: &Path, progress: &Progress) -> anyhow::Result<()> {
    progress.say("the service on loopback");
    let file = out.join("results/bench-loopback.json");
    let bench = speed::measured(config, &out.join("logs")).await?;
    write(&file, &serde_json::to_vec_pretty(&bench)?)
}

/// The current snapshot's manifest and spans, and its health as of now; its metrics come back.
async fn of_snapshot(store: &Store, snapshot: Option<&SnapshotId>, out: &Path) -> anyhow::Result<String> {
    let Some(snapshot) = snapshot else { return Ok(String::new()) };
    write(&out.join("snapshot.json"), &store.read(&Manifest::path(snapshot)).await?)?;
    let spans = Manifest::file_path(snapshot, deklaro_watch::SPANS_PATH);
    if store.exists(&spans).await? {
        write(&out.join("telemetry/snapshot.spans.ndjson"), &store.read(&spans).await?)?;
    }
    let ask = Judgement { at: now(), window: None, without_machine: false };
    let (health, summary) = judgement(store, &DuckTables, snapshot, ask).await?;
    write(&out.join("health.json"), &serde_json::to_vec_pretty(&health)?)?;
    Ok(metrics(&health, &summary))
}

async fn card(store: &Store, asked: &ReadinessRunArgs, out: &Path) -> anyhow::Result<Scorecard> {
    let asked = ReadinessArgs {
        what: None,
        results: Some(out.join("results")),
        waivers: asked.waivers.clone(),
        snapshot: None,
        release: None,
        owner: asked.owner.clone(),
        at: None,
        record: false,
        output: asked.output,
    };
    let card = scorecard(store, &asked).await?;
    write(&out.join("readiness-scorecard.json"), &serde_json::to_vec_pretty(&card)?)?;
    Ok(card)
}

/// Every file below a folder, by path.
fn files(root: &Path, folder: &Path) -> anyhow::Result<Vec<CollectedFile>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(root, &path)?);
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("reading `{}`", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        found.push(CollectedFile { path: name, sha256: Sha256::of(&bytes), size_bytes: bytes.len() as u64 });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("writing `{}`", path.display()))
}
