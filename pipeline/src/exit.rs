//! Exit codes, and which error ends in which.

use crate::exec::ExecError;
use crate::timestamp::TimestampError;
use deklaro_crawl::CrawlError;
use deklaro_import::ImportError;
use deklaro_schemas::KeyError;
use deklaro_store::StoreError;

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

/// Wrong usage or configuration, with what to do instead.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct UsageError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl UsageError {
    /// An error with a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// Input files that could not be used; each was named on stderr already.
#[derive(Debug, thiserror::Error)]
#[error("{count} of the input files could not be read")]
pub struct BadFiles {
    /// How many.
    pub count: usize,
}

/// A file that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be read", path.display())]
pub struct BadFile {
    /// The file.
    pub path: std::path::PathBuf,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// A run that another version of the program began.
#[derive(Debug, thiserror::Error)]
#[error("the staging folder of run `{run}` is of format {found}, expected {expected}")]
pub struct OtherStaging {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// The format it has.
    pub found: u32,
    /// The format this program writes.
    pub expected: u32,
}

/// A line of a list that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{file}`, line {line}: {problem}, expected {expected}")]
pub struct BadLine {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
    /// What should stand there.
    pub expected: &'static str,
}

/// The run was stopped and can be resumed.
#[derive(Debug, thiserror::Error)]
#[error("run `{run}` was stopped")]
pub struct Stopped {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// By which signal.
    pub exit: Exit,
}

/// A part of a shared run was stopped; the same command goes on with it.
#[derive(Debug, thiserror::Error)]
#[error("{part} of run `{run}` was stopped")]
pub struct PartStopped {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// Which part.
    pub part: String,
    /// By which signal.
    pub exit: Exit,
}

/// Parts of a shared run are not done yet.
#[derive(Debug, thiserror::Error)]
#[error("{} of {of} parts of round {round} of run `{run}` are not done: {}", missing.len(), list(missing))]
pub struct PartsMissing {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// The round.
    pub round: i32,
    /// Which.
    pub missing: Vec<u32>,
    /// Of how many.
    pub of: u32,
}

/// A round of a shared run that is not cut into parts yet.
#[derive(Debug, thiserror::Error)]
#[error("round {round} of run `{run}` is not planned yet")]
pub struct NotPlanned {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// The round.
    pub round: i32,
}

/// The first numbers of a list.
fn list(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(10).map(ToString::to_string).collect();
    let more = if numbers.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// So many hosts in a row gave no sign that it must be us.
#[derive(Debug, thiserror::Error)]
#[error(
    "nothing was heard of the last {hosts} hosts, no name server and no web server: the network is gone, or closed to us"
)]
pub struct NetworkGone {
    /// How many.
    pub hosts: usize,
}

/// A check that stops the publication.
#[derive(Debug, thiserror::Error)]
#[error("{count} checks failed, the snapshot is not published: {names}")]
pub struct ChecksFailed {
    /// How many.
    pub count: usize,
    /// Which.
    pub names: String,
}

impl ChecksFailed {
    fn hint(&self) -> Option<String> {
        let is_coverage = self.names.split(", ").any(|name| name == "hosts__coverage_kept");
        is_coverage.then(|| {
            "where hosts are missing for a known reason, `deklaro run --resume RUN --coverage-reason TEXT` publishes it".to_owned()
        })
    }
}

/// Something about a release that is not done, and why. It is on record.
#[derive(Debug, thiserror::Error)]
#[error("refused: {reason}")]
pub struct Refused {
    /// Why.
    pub reason: String,
}

/// The exit code an error ends the program with.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(exit_of_cause).unwrap_or(Exit::Unavailable)
}

fn exit_of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(stopped) = cause.downcast_ref::<Stopped>() {
        return Some(stopped.exit);
    }
    if let Some(stopped) = cause.downcast_ref::<PartStopped>() {
        return Some(stopped.exit);
    }
    if cause.is::<NetworkGone>() || cause.is::<PartsMissing>() || cause.is::<NotPlanned>() {
        return Some(Exit::TryAgain);
    }
    if cause.is::<ChecksFailed>() || cause.is::<Refused>() {
        return Some(Exit::CheckFailed);
    }
    if cause.is::<UsageError>()
        || cause.is::<toml::de::Error>()
        || cause.is::<KeyError>()
        || cause.is::<CrawlError>()
    {
        return Some(Exit::Usage);
    }
    let is_input = cause.is::<ImportError>() || cause.is::<BadFiles>() || cause.is::<BadFile>();
    if is_input || cause.is::<BadLine>() || cause.is::<OtherStaging>() {
        return Some(Exit::BadInput);
    }
    if let Some(exec) = cause.downcast_ref::<ExecError>() {
        let may_pass = matches!(exec, ExecError::Closed { .. } | ExecError::Disk { .. });
        return Some(if may_pass { Exit::TryAgain } else { Exit::BadInput });
    }
    if let Some(timestamp) = cause.downcast_ref::<TimestampError>() {
        return Some(match timestamp {
            TimestampError::NoAnswer { .. } => Exit::TryAgain,
            TimestampError::Answer { .. } => Exit::Unavailable,
            TimestampError::Kept { .. } => Exit::BadInput,
        });
    }
    let store = cause.downcast_ref::<StoreError>()?;
    Some(match store {
        error if error.is_temporary() => Exit::TryAgain,
        StoreError::Empty
        | StoreError::NoSuchSnapshot(_)
        | StoreError::NotAllowed { .. }
        | StoreError::RestedOn { .. }
        | StoreError::NoBucket { .. }
        | StoreError::PlainHttp { .. } => Exit::Usage,
        StoreError::ReadOnly { .. }
        | StoreError::NoPermission { .. }
        | StoreError::NoHardLinks { .. }
        | StoreError::Denied { .. } => Exit::Unavailable,
        _ => Exit::BadInput,
    })
}

/// What the user can do about an error.
pub fn hint_of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(usage) = cause.downcast_ref::<UsageError>() {
            return usage.hint.clone();
        }
        if let Some(stopped) = cause.downcast_ref::<Stopped>() {
            return Some(format!("go on with `deklaro run --resume {}`", stopped.run));
        }
        if cause.is::<PartStopped>() {
            return Some("the same command goes on with it".to_owned());
        }
        if let Some(PartsMissing { run, .. }) = cause.downcast_ref::<PartsMissing>() {
            return Some(format!("`deklaro exec crawl --run {run} --partition K/N` does one"));
        }
        if let Some(NotPlanned { run, .. }) = cause.downcast_ref::<NotPlanned>() {
            return Some(format!("`deklaro plan --run {run}` cuts it once the round before is done"));
        }
        if cause.is::<OtherStaging>() {
            let hint = "resume it with the version that began it, or start the month anew; nothing was changed";
            return Some(hint.to_owned());
        }
        if cause.is::<NetworkGone>() {
            let hint = "these hosts are not written down as unreachable; mend the network, then continue the run with `--resume`";
            return Some(hint.to_owned());
        }
        if let Some(import) = cause.downcast_ref::<ImportError>() {
            return import.hint();
        }
        if let Some(CrawlError::NoContact) = cause.downcast_ref::<CrawlError>() {
            let hint = "set `contact = \"you@example.eu\"` under `[crawl]` in deklaro.toml; it is sent with every request";
            return Some(hint.to_owned());
        }
        if let Some(failed) = cause.downcast_ref::<ChecksFailed>() {
            return failed.hint();
        }
        if let Some(timestamp) = cause.downcast_ref::<TimestampError>() {
            return Some(timestamp.hint().to_owned());
        }
        cause.downcast_ref::<StoreError>().and_then(StoreError::hint).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

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
