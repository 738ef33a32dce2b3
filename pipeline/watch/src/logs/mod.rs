//! How long log lines are kept (mission B7): 30 days in full, to 180 days with personal fields hashed, then gone.

mod fate;
mod folder;
mod names;

pub use fate::{Key, MIN_KEY_BYTES, without_addresses};
pub use folder::{Failed, FileReport, Looked, Skipped, prune};
