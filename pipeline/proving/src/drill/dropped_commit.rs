//! The connection to the store drops in mid-commit, at each of its steps.

use super::course::Course;
use super::europe::{DrillGround, MONTH};
use super::loss;
use super::waiting::unfinished;
use anyhow::{Context, bail, ensure};
use deklaro_run::{self, RunOutcome};
use deklaro_store::{Loss, Losses, Store};

/// The losses, one after the other: a file on its way, the manifest, and the entry that makes the snapshot
/// current.
const LOSSES: [(Loss, &str); 4] = [
    (
        Loss { path_part: "snapshots/snapshot=2026-11", number: 20, is_after: false },
        "a file on its way to its place",
    ),
    (Loss { path_part: "manifest.json", number: 1, is_after: true }, "the answer to the manifest"),
    (Loss { path_part: "refs/log/", number: 1, is_after: false }, "the entry that makes it current"),
    (Loss { path_part: "refs/log/", number: 1, is_after: true }, "the answer to that entry"),
];

pub(super) async fn drill(europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
    let (_, store) = europe.store("dropped-commit").await?;
    let losses = Losses::default();
    let losing = store.losing(&losses);
    losses.expect(LOSSES[0].0);
    let mut went = europe.run(&losing, &europe.crawl, MONTH, &[]).await;
    for (number, (_, what)) in LOSSES.iter().enumerate() {
        noticed(&store, &losses, went, (number, what), course).await?;
        if let Some((next, _)) = LOSSES.get(number + 1) {
            losses.expect(*next);
        }
        let run = unfinished(&store).await?;
        went = Box::pin(deklaro_run::resume(europe.tools(&losing, &europe.crawl), &run, None)).await;
    }
    let snapshot = went?.snapshot;
    ensure!(store.current().await? == snapshot, "{snapshot} is not current");
    let publications = store.refs().await?.iter().filter(|entry| entry.snapshot == snapshot).count();
    ensure!(publications == 1, "{snapshot} was published {publications} times");
    course.recovered(format!(
        "the commit was finished after {} drops: {snapshot}, published once",
        LOSSES.len()
    ));
    loss::check(europe, &store, &snapshot, course).await
}

/// The run said that something was lost, and readers see a whole snapshot all the same.
async fn noticed(
    store: &Store,
    losses: &Losses,
    went: anyhow::Result<RunOutcome>,
    (number, what): (usize, &str),
    course: &mut Course,
) -> anyhow::Result<()> {
    let Err(error) = went else { bail!("{what} was lost, and the run says nothing") };
    let lost_at = losses.lost_at().with_context(|| format!("{what} was not lost: {error:#}"))?;
    if number == 0 {
        course.broken_at(lost_at, "the connection drops in mid-commit");
    }
    course.detected(format!("{what} is lost, and the run ends: {error:#}"));
    let current = store.current().await?;
    let verified = store.verify(&current).await?;
    course.note(format!("readers see {current}, {} files", verified.file_count));
    ensure!(verified.findings.is_empty(), "readers see a snapshot that is not whole: {current}");
    Ok(())
}
