//! How long log lines are kept (mission B7): 30 days in full, to 180 days with personal fields hashed, then gone.

mod fate;
mod folder;

pub(crate) use fate::{Key, MIN_KEY_BYTES, without_addresses};
pub(crate) use folder::{FileReport, prune};
