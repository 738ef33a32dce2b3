//! What is visited, and what is fetched next?
//!
#![doc = include_str!("../README.md")]

mod rounds;
mod scope;
mod targets;
#[cfg(test)]
mod tests;

pub use rounds::{CANDIDATES_PER_ROUND, RoundInput, first_round, next_round};
pub use targets::{SEED_COLUMNS, targets};

use deklaro_schemas::batch::BatchError;

/// Why the frontier could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FrontierError {
    /// A table did not cross to Polars or back, or a query failed.
    #[error(transparent)]
    Frame(#[from] deklaro_frames::FrameError),
    /// A row does not fit its table.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A query failed.
    #[error("Polars could not answer the query")]
    Polars(#[from] polars::prelude::PolarsError),
}
