//! How an error ends the program: the exit code, what the user can do, the reason code of a job.

use crate::exit::Exit;
use std::error::Error;
use std::sync::OnceLock;

/// An error that says how it ends the program. It is implemented where the error is declared.
pub trait Ending: Error + 'static {
    /// The exit code.
    fn exit(&self) -> Exit;

    /// What the user can do about it.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Why a job failed of it; nothing where the exit code says enough.
    fn reason_code(&self) -> Option<&'static str> {
        None
    }
}

/// How an error of a chain ends the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The exit code.
    pub exit: Exit,
    /// What the user can do.
    pub hint: Option<String>,
    /// Why a job failed of it.
    pub reason_code: Option<&'static str>,
}

/// Tells how an error ends the program, if it knows that type.
pub type Knows = fn(&(dyn Error + 'static)) -> Option<Ended>;

/// What crates above this one know; the binary says so before anything can fail.
static KNOWN: OnceLock<Vec<Knows>> = OnceLock::new();

/// The entry of an error type in a crate's list of endings.
pub fn known<E: Ending>(cause: &(dyn Error + 'static)) -> Option<Ended> {
    let error = cause.downcast_ref::<E>()?;
    Some(Ended { exit: error.exit(), hint: error.hint(), reason_code: error.reason_code() })
}

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
    let known = || crate::foreign::ENDINGS.iter().chain(KNOWN.get().into_iter().flatten());
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
