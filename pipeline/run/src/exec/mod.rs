//! Engines with their own scheduler do stages one at a time. A stage works over a stream of Arrow batches,
//! over tables larger than memory, or over a partition of a planned run.
//!
//! See `stages/README.md` for the contract.

mod deal;
mod error;
mod pieces;
mod rows;
mod stage;
mod stream;
mod tables;
mod tables_done;
mod work_folder;

pub use error::ExecError;
pub use stage::StreamStage;
pub use stream::{Streamed, stream};
pub use tables::{TablesMode, over_tables};
pub use tables_done::TablesDone;
