//! What gets a time stamp after something was published or decided?
//!
//! The manifest says what was published, the end of the ref log says what was decided up to then: a stamp shows that neither was written later.

use super::authority::{TimeAuthority, TimestampConfig, TsaFlags};
use super::stamping::{Stamped, stamp, stamp_subject};
use deklaro_console::Progress;
use deklaro_schemas::SnapshotId;
use deklaro_store::{StampSubject, Store, StoreError};
use futures::future::BoxFuture;

/// Asks for time stamps of the manifest and of the end of the ref log after a publication. The publication stands whatever the authority
/// does; a failure is said and recorded. An authority that failed is not asked again.
pub fn after<'a>(
    store: &'a Store,
    by: Option<&'a TimeAuthority>,
    snapshot: &'a SnapshotId,
    progress: &'a Progress,
) -> BoxFuture<'a, Option<Stamped>> {
    Box::pin(async move {
        let by = by?;
        match stamp(store, snapshot, by).await {
            Ok(stamped) => {
                said(stamp_head(store, by).await, progress);
                Some(stamped)
            }
            Err(error) => {
                let told = format!("snapshot {snapshot} is published, without a time stamp");
                progress.problem(&error.context(told));
                None
            }
        }
    })
}

/// Asks for a time stamp of the end of the ref log after an entry that publishes nothing new, where an authority is configured. The entry
/// stands whatever the authority does; a failure is said and recorded.
pub fn after_entry<'a>(
    store: &'a Store,
    config: &'a TimestampConfig,
    progress: &'a Progress,
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        match TimeAuthority::of(config, &TsaFlags::default()) {
            Ok(Some(by)) => said(stamp_head(store, &by).await, progress),
            Ok(None) => {}
            Err(error) => said(Err(error), progress),
        }
    })
}

/// The last entry of the ref log with its time stamp; the one it has stays.
pub fn stamp_head<'a>(store: &'a Store, by: &'a TimeAuthority) -> BoxFuture<'a, anyhow::Result<Stamped>> {
    Box::pin(async move {
        let last = store.refs().await?.pop().ok_or(StoreError::Empty)?;
        stamp_subject(store, (StampSubject::Entry(last.sequence), &last.snapshot), by).await
    })
}

fn said(stamped: anyhow::Result<Stamped>, progress: &Progress) {
    if let Err(error) = stamped {
        let told = "the last entry of the ref log has no time stamp; `deklaro timestamp --head` asks again";
        progress.problem(&error.context(told));
    }
}
