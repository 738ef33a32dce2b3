//! How an error that came up ends the program, whatever declared it.

use crate::ending::{Ended, Knows};
use crate::exit::Exit;
use crate::foreign;
use std::sync::OnceLock;

/// What crates above this one know; the binary says so before anything can fail.
static KNOWN: OnceLock<Vec<Knows>> = OnceLock::new();

/// Adds the endings of the crates above. The first call counts.
pub fn know(endings: &[&[Knows]]) {
    KNOWN.get_or_init(|| endings.concat());
}

/// The exit code an error ends the program with: that of the first cause which is known.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    endings(error).next().map_or(Exit::Unavailable, |ended| ended.exit)
}

/// What the user can do about an error.
pub fn hint_of(error: &anyhow::Error) -> Option<String> {
    endings(error).find_map(|ended| ended.hint)
}

/// Why a job failed: the code of the first cause that has one.
pub fn reason_code_of(error: &anyhow::Error) -> Option<&'static str> {
    endings(error).find_map(|ended| ended.reason_code)
}

fn endings(error: &anyhow::Error) -> impl Iterator<Item = Ended> {
    let known = || foreign::ENDINGS.iter().chain(KNOWN.get().into_iter().flatten());
    error.chain().filter_map(move |cause| known().find_map(|knows| knows(cause)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;
    use deklaro_store::StoreError;

    #[test]
    fn the_cause_decides_however_deep_it_lies() {
        let full: anyhow::Result<()> =
            Err(StoreError::DiskFull { path: "x".to_owned() }).context("writing").context("round 2");
        assert_eq!(exit_of(&full.unwrap_err()), Exit::TryAgain);
        let empty: anyhow::Result<()> = Err(StoreError::Empty).context("reading");
        assert_eq!(exit_of(&empty.unwrap_err()), Exit::Usage);
        assert_eq!(exit_of(&anyhow::anyhow!("anything")), Exit::Unavailable);
    }
}
