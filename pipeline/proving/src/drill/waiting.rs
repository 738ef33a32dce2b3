//! How a drill waits for what must happen.

use deklaro_schemas::RunId;
use deklaro_schemas::stored::RunFile;
use deklaro_store::Store;
use std::time::Duration;

/// What takes longer has failed.
pub(super) const DEADLINE: Duration = Duration::from_secs(60);
/// How often a drill looks whether something has happened.
const LOOK: Duration = Duration::from_millis(10);

/// Looks again and again until something has happened; an error says what did not.
pub(super) async fn until<T>(
    what: &str,
    mut has_happened: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let looking = async {
        loop {
            if let Some(found) = has_happened().await? {
                return anyhow::Ok(found);
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    match tokio::time::timeout(DEADLINE, looking).await {
        Ok(found) => found,
        Err(_) => anyhow::bail!("{} s passed and not yet: {what}", DEADLINE.as_secs()),
    }
}

/// The only run that is not published.
pub(super) async fn unfinished(store: &Store) -> anyhow::Result<RunId> {
    let run = |path: &str| RunId::parse(RunFile::run_of(path)?).ok();
    let paths = store.list(RunFile::STAGING).await?;
    let mut runs = paths.iter().filter_map(|(path, _)| run(path));
    match (runs.next(), runs.next()) {
        (Some(run), None) => Ok(run),
        (first, _) => anyhow::bail!(
            "expected one run in staging, found {}",
            if first.is_some() { "more" } else { "none" }
        ),
    }
}
