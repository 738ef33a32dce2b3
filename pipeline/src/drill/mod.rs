//! Faults made on purpose, in a store and a simulated Europe of their own: how soon they are noticed, how soon all is well again,
//! and whether anything is lost (mission C2, C7).

mod course;
mod dropped_commit;
mod europe;
mod loss;
mod process;
mod release_rollback;
mod store_outage;
mod table_migration;
mod timeout_burst;
mod upstream_failure;
mod worker_crash;

pub(crate) use europe::Europe;

use clap::ValueEnum;
use course::Course;
use deklaro_schemas::RunId;
use deklaro_schemas::stored::Drill;
use deklaro_store::Store;
use std::time::Duration;

/// What takes longer has failed.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often a drill looks whether something has happened.
const LOOK: Duration = Duration::from_millis(10);

/// The drills, each a fault of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, strum::IntoStaticStr, strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum DrillName {
    /// A worker's process is killed in mid-scan; another worker takes the scan over.
    WorkerCrash,
    /// Every host of a country answers 5xx; its hosts keep their verdicts until it is back.
    UpstreamFailure,
    /// No host answers for a while in mid-crawl; what was asked meanwhile is asked again.
    TimeoutBurst,
    /// The disk of the store goes away in mid-run and comes back; the run is resumed.
    StoreOutage,
    /// Connections to the store drop in mid-commit, before and after a write took effect; the commit is finished.
    DroppedCommit,
    /// Tables of an earlier version are carried over, those of a later one are refused and rolled back.
    TableMigration,
    /// A published file is damaged; consumers get the snapshot before it.
    ReleaseRollback,
}

impl DrillName {
    /// As it is typed and recorded.
    pub(crate) fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Does one drill. Whatever goes wrong in it is a drill that failed, with the reason as its last line.
pub(crate) async fn drill(name: DrillName, europe: &Europe<'_>) -> Drill {
    let mut course = Course::begin();
    europe.calm();
    let went = Box::pin(act(name, europe, &mut course)).await;
    europe.calm();
    course.ended(name.as_str(), &went)
}

async fn act(name: DrillName, europe: &Europe<'_>, course: &mut Course) -> anyhow::Result<()> {
    match name {
        DrillName::WorkerCrash => worker_crash::drill(europe, course).await,
        DrillName::UpstreamFailure => upstream_failure::drill(europe, course).await,
        DrillName::TimeoutBurst => timeout_burst::drill(europe, course).await,
        DrillName::StoreOutage => store_outage::drill(europe, course).await,
        DrillName::DroppedCommit => dropped_commit::drill(europe, course).await,
        DrillName::TableMigration => table_migration::drill(europe, course).await,
        DrillName::ReleaseRollback => release_rollback::drill(europe, course).await,
    }
}

/// Looks again and again until something has happened; an error says what did not.
async fn until<T>(
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
async fn unfinished(store: &Store) -> anyhow::Result<RunId> {
    let run = |path: &str| RunId::parse(path.strip_prefix("staging/")?.strip_suffix("/run.json")?).ok();
    let paths = store.list("staging").await?;
    let mut runs = paths.iter().filter_map(|(path, _)| run(path));
    match (runs.next(), runs.next()) {
        (Some(run), None) => Ok(run),
        (first, _) => anyhow::bail!(
            "expected one run in staging, found {}",
            if first.is_some() { "more" } else { "none" }
        ),
    }
}
