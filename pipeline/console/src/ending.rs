//! How an error ends the program: the exit code, what the user can do, the reason code of a job.

use crate::exit::Exit;
use std::error::Error;

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

/// The entry of an error type in a crate's list of endings.
pub fn known<E: Ending>(cause: &(dyn Error + 'static)) -> Option<Ended> {
    let error = cause.downcast_ref::<E>()?;
    Some(Ended { exit: error.exit(), hint: error.hint(), reason_code: error.reason_code() })
}
