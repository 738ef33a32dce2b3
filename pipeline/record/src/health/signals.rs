//! What the tables do not hold and only the store and the machine can tell.

use deklaro_judge::{Signals, Summary};
use deklaro_publish::ArtifactFormat;
use deklaro_schemas::codes::RunState;
use deklaro_schemas::stored::{Manifest, RunFile, STAGING_FORMAT};
use deklaro_schemas::{RunId, RunMonth, Timestamp};
use deklaro_store::{Store, StoreError};
use std::path::Path;

/// What the tables do not hold and only the store and the machine can tell, at this moment.
pub async fn live_signals(
    store: &Store,
    manifest: &Manifest,
    current: &Summary,
    (months, at): (&[RunMonth], Timestamp),
) -> anyhow::Result<Signals> {
    let mut signals = Signals::new();
    let paths = manifest.files.iter().map(|file| file.path.as_str());
    signals.insert("failed_runs".to_owned(), failed_runs(store).await? as f64);
    signals.insert("missed_schedules".to_owned(), missed(months, at) as f64);
    let overdue = match crate::incidents::overdue(store, at).await {
        Ok(overdue) => Some(overdue.len()),
        // Not checked: nobody knows.
        Err(StoreError::Chain { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    signals.extend(overdue.map(|overdue| ("postmortems_overdue".to_owned(), overdue as f64)));
    signals.insert("incidents_unreadable".to_owned(), f64::from(u8::from(overdue.is_none())));
    signals.insert("artifact_write_failures".to_owned(), artifact_write_failures(current, paths) as f64);
    if let Some(share) = used_share(store.work_folder()) {
        signals.insert("store_used_share".to_owned(), share);
    }
    Ok(signals)
}

/// Files of artifacts that a snapshot should have and has not: one per country and format.
pub fn artifact_write_failures<'a>(summary: &Summary, paths: impl Iterator<Item = &'a str>) -> usize {
    let there: std::collections::HashSet<&str> = paths.collect();
    let countries = summary.countries.iter().filter_map(|funnel| funnel.country_code);
    countries
        .flat_map(|country| ArtifactFormat::ALL.map(|format| format.path(country)))
        .filter(|path| !there.contains(path.as_str()))
        .count()
}

/// Runs that failed and lie in staging still. A file that cannot be read, or of another format, tells nothing.
async fn failed_runs(store: &Store) -> anyhow::Result<usize> {
    let mut failed = 0;
    for (path, _) in store.list(RunFile::STAGING).await? {
        let Some(Ok(run)) = RunFile::run_of(&path).map(RunId::parse) else { continue };
        // A shared run has its file in the store.
        let shared = RunFile::shared_path(&run);
        let path = if store.exists(&shared).await? { shared } else { path };
        let Ok(bytes) = store.read_record(&path).await else { continue };
        let run = serde_json::from_slice::<RunFile>(&bytes);
        let is_failed = |run: &RunFile| run.format == STAGING_FORMAT && run.state == RunState::Failed;
        failed += usize::from(run.is_ok_and(|run| is_failed(&run)));
    }
    Ok(failed)
}

/// Months without a snapshot: between the first and the last, and those that have ended since. Counted on the last year.
fn missed(months: &[RunMonth], at: Timestamp) -> usize {
    const YEAR: usize = 12;
    let Some(first) = months.iter().min() else { return 0 };
    let Some(now) = RunMonth::of(at.date()) else { return 0 };
    let mut missed = Vec::new();
    let mut month = *first;
    while month < now {
        missed.push(!months.contains(&month));
        month = month.next();
    }
    missed.iter().rev().take(YEAR).filter(|is_missed| **is_missed).count()
}

/// Used part of the disk a folder is on, as it is for those who are not root.
fn used_share(folder: &Path) -> Option<f64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let used = disk.f_blocks.saturating_sub(disk.f_bfree);
    let usable = used + disk.f_bavail;
    (usable > 0).then(|| (used as f64 / usable as f64 * 1e4).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_judge::Funnel;
    use deklaro_schemas::CountryCode;

    fn months(texts: &[&str]) -> Vec<RunMonth> {
        texts.iter().map(|text| RunMonth::parse(text).unwrap()).collect()
    }

    #[test]
    fn months_that_ended_without_a_snapshot_were_missed() {
        // 2026-11-22.
        let at = Timestamp::from_millis(1_795_305_600_000);
        assert_eq!(missed(&months(&["2026-09", "2026-10"]), at), 0, "November has not ended");
        assert_eq!(missed(&months(&["2026-09", "2026-10", "2026-11"]), at), 0);
        assert_eq!(missed(&months(&["2026-07", "2026-09"]), at), 2);
        assert_eq!(missed(&months(&["2020-01"]), at), 12, "older ones are known by now");
        assert_eq!(missed(&[], at), 0);
    }

    #[test]
    fn a_missing_artifact_is_counted() {
        let austria = Funnel { country_code: Some(CountryCode::parse("AT").unwrap()), ..Funnel::default() };
        let summary = Summary { countries: vec![austria], ..Summary::default() };
        let all: Vec<String> =
            ArtifactFormat::ALL.iter().map(|format| format!("artifacts/AT.{}", format.extension())).collect();
        assert_eq!(artifact_write_failures(&summary, all.iter().map(String::as_str)), 0);
        assert_eq!(artifact_write_failures(&summary, all.iter().skip(1).map(String::as_str)), 1);
    }

    #[test]
    fn a_disk_is_between_empty_and_full() {
        let share = used_share(Path::new("/")).unwrap();
        assert!((0.0..=1.0).contains(&share), "{share}");
    }
}
