//! Does one drill.

use super::course::Course;
use super::europe::DrillGround;
use super::name::DrillName;
use super::{
    dropped_commit, release_rollback, store_outage, table_migration, timeout_burst, upstream_failure,
    worker_crash,
};
use deklaro_schemas::stored::Drill;
use futures::future::LocalBoxFuture;

/// Does one drill. Whatever goes wrong in it is a drill that failed, with the reason as its last line.
pub fn drill<'a>(name: DrillName, europe: &'a DrillGround<'a>) -> LocalBoxFuture<'a, Drill> {
    Box::pin(async move {
        let mut course = Course::begin();
        europe.calm();
        let went = Box::pin(act(name, europe, &mut course)).await;
        europe.calm();
        course.ended(name.as_str(), &went)
    })
}

async fn act(name: DrillName, europe: &DrillGround<'_>, course: &mut Course) -> anyhow::Result<()> {
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
