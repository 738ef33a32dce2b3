//! Why is nothing read in a process of its own?

use deklaro_schemas::Sha256;
use std::process::ExitStatus;

/// No process to read in can be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApartError {
    /// The system gives no process.
    #[error("cannot start a process of this program to read documents in")]
    Start {
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// It was started and ended, or stayed silent.
    #[error("a process to read documents in did not say that it is ready, expected within {seconds} s")]
    Silent {
        /// How long it was waited for.
        seconds: u64,
    },
}

/// Why a question has no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// It took too much time, by the clock or by the processor.
    TooLong {
        /// Seconds it was given.
        seconds: u64,
    },
    /// The answer is longer than any may be.
    TooMuch,
    /// The process died of it.
    Died(ExitStatus),
    /// No process could be had.
    None,
}

impl Lost {
    /// Names what was read, so that somebody can look at it. Where no process could be had it is not to blame, and that was told.
    pub(crate) fn tell(&self, what: &str, bytes: &[u8]) {
        if !matches!(self, Self::None) {
            tracing::warn!(what, sha256 = %Sha256::of(bytes), why = ?self, "reading it was given up, and its process ended");
        }
    }
}
