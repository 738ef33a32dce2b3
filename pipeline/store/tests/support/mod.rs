//! What the tests on a disk and those in a bucket share.

pub(crate) mod deeds;
pub(crate) mod dying;
pub(crate) mod gaps;
pub(crate) mod ready;
pub(crate) mod traced;

/// Runs a test to its end.
pub(crate) fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}
