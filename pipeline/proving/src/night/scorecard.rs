//! May this be released, from what test runners, benches and the end-to-end walk wrote.

use super::asked::ReadinessArgs;
use deklaro_console::{BadFile, UsageError, now};
use deklaro_judge::{
    ReadinessInput, ResultFile, Scorecard, SuiteResult, SuiteScore, SuiteStatus, Thresholds, Waiver,
    data_suite, readiness, suite_results,
};
use deklaro_record::{chosen, moment_of};
use deklaro_schemas::tables::MetaCheck;
use deklaro_schemas::{Selection, Timestamp};
use deklaro_store::{Store, StoreError};
use serde::Deserialize;
use std::path::Path;

/// Texts by name, and when the oldest was written.
pub(super) type Results = (Vec<(String, String)>, Option<Timestamp>);

/// `waivers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waivers {
    #[serde(default)]
    waiver: Vec<Waiver>,
}

/// The scorecard of what a folder of results and a snapshot tell.
pub async fn scorecard(store: &Store, asked: &ReadinessArgs) -> anyhow::Result<Scorecard> {
    let (texts, evidence_at) = asked.results.as_deref().map(results).transpose()?.unwrap_or_default();
    let files: Vec<ResultFile> = texts.iter().map(|(name, text)| ResultFile { name, text }).collect();
    let mut suites = suite_results(&files);
    let (data, snapshot) = data(store, asked).await?;
    suites.push(data);
    let waivers = asked.waivers.as_deref().map(waivers).transpose()?.unwrap_or_default();
    let at = asked.at.as_deref().map(|text| moment_of("--at", text)).transpose()?.unwrap_or_else(now);
    let release = asked.release.clone().or(snapshot).unwrap_or_else(|| "unreleased".to_owned());
    let input = ReadinessInput {
        release: &release,
        owner: &asked.owner,
        generated_at: at,
        evidence_at,
        suites: &suites,
        waivers: &waivers,
    };
    let overdue = deklaro_record::incidents::overdue(store, at).await?;
    Ok(readiness(&input, &Thresholds::shipped()).with_review(overdue))
}

/// The checks of the snapshot, and its name; in a store without one nothing was checked.
async fn data(store: &Store, asked: &ReadinessArgs) -> anyhow::Result<(SuiteResult, Option<String>)> {
    let snapshot = match chosen(store, asked.snapshot.as_ref()).await {
        Err(error) if error.downcast_ref().is_some_and(|error| matches!(error, StoreError::Empty)) => {
            return Ok((data_suite(&[]), None));
        }
        chosen => chosen?,
    };
    let checks: Vec<MetaCheck> = store.read_rows(&snapshot, &Selection::all()).await?;
    Ok((data_suite(&checks), Some(snapshot.to_string())))
}

/// The files of a folder.
pub(super) fn results(folder: &Path) -> anyhow::Result<Results> {
    let listed = std::fs::read_dir(folder).map_err(|error| {
        UsageError::new(format!("`{}`: {error}", folder.display()), "expected a folder with results")
    })?;
    let (mut files, mut oldest) = (Vec::new(), None);
    for entry in listed {
        let path = entry?.path();
        if path.is_file() {
            let bytes = std::fs::read(&path).map_err(|source| BadFile { path: path.clone(), source })?;
            let written =
                std::fs::metadata(&path).and_then(|file| file.modified()).map(jiff::Timestamp::try_from);
            if let Ok(Ok(written)) = written {
                let written = Timestamp(written.as_microsecond());
                oldest = Some(oldest.map_or(written, |oldest: Timestamp| oldest.min(written)));
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    files.sort();
    Ok((files, oldest))
}

fn waivers(file: &Path) -> anyhow::Result<Vec<Waiver>> {
    let text = std::fs::read_to_string(file).map_err(|source| BadFile { path: file.to_owned(), source })?;
    Ok(toml::from_str::<Waivers>(&text)?.waiver)
}

/// A scorecard for people.
pub fn text(card: &Scorecard) -> String {
    let verdict = if card.overall_passed { "ready" } else { "not ready" };
    let mut text = format!("{verdict}: release {}, owner {}\n", card.release, card.owner);
    if let Some(review) = card.quarterly_review.as_ref().filter(|review| review.is_blocked) {
        let overdue = review.overdue_postmortems.join(", ");
        text.push_str(&format!(
            "     blocked  review of {}: postmortems overdue: {overdue}\n",
            review.quarter
        ));
    }
    for SuiteScore { result: suite, is_waived } in &card.suites {
        let status = match (suite.status, is_waived) {
            (SuiteStatus::Passed, _) => "passed",
            (_, true) => "waived",
            (SuiteStatus::Failed, _) => "failed",
            (SuiteStatus::NotChecked, _) => "not checked",
        };
        text.push_str(&format!("{status:>12}  {:12} {}\n", suite.name.as_str(), suite.detail));
    }
    text
}
