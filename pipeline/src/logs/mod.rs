//! How long log lines are kept (mission B7): 30 days in full, to 180 days with personal fields hashed, then gone.

mod fate;
mod folder;
mod names;

pub(crate) use fate::{Key, MIN_KEY_BYTES, without_addresses};
#[cfg(test)]
pub(crate) use folder::{Failed, Skipped};
pub(crate) use folder::{FileReport, Looked, prune};
