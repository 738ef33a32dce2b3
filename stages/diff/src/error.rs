//! Why does a comparison fail?

use deklaro_schemas::batch::BatchError;

/// Why the comparison failed.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A table did not cross to Polars or back.
    #[error(transparent)]
    Frame(#[from] deklaro_frames::FrameError),
    /// A row does not fit its table.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A query failed.
    #[error("Polars could not answer the query")]
    Polars(#[from] polars::prelude::PolarsError),
}
