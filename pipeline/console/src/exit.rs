//! How the program ends: its exit codes.

/// How the program ends. The numbers follow `sysexits.h` where it has one that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A check failed: a damaged snapshot, a broken rule, a page that could not be judged.
    CheckFailed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Input that cannot be used (`EX_DATAERR`): a workbook, a store of another version, a corrupt file.
    BadInput = 65,
    /// Something needed is not there (`EX_UNAVAILABLE`).
    Unavailable = 69,
    /// Try again later (`EX_TEMPFAIL`): a full disk, a busy store.
    TryAgain = 75,
    /// Stopped by Ctrl-C; the run can be resumed.
    Interrupted = 130,
    /// Stopped by SIGTERM; the run can be resumed.
    Terminated = 143,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
