//! The errors a run ends in, and how they and those of the stages end the program.

use crate::exec::ExecError;
use deklaro_console::{Ended, Ending, Exit, Knows, known};
use deklaro_crawl::CrawlError;
use deklaro_detect::DetectError;
use deklaro_import::ImportError;
use std::error::Error;

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

/// A partition of a shared run was stopped; the same command goes on with it.
#[derive(Debug, thiserror::Error)]
#[error("{partition} of run `{run}` was stopped")]
pub struct PartitionStopped {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// Which partition of which round.
    pub partition: String,
    /// By which signal.
    pub exit: Exit,
}

/// Documents are read in processes of their own, and none can be had.
#[derive(Debug, thiserror::Error)]
#[error("no document can be read: {message}")]
pub struct NoPaperReader {
    /// Why not.
    pub message: String,
}

/// A snapshot is not read again to its end: that was stopped.
#[derive(Debug, thiserror::Error)]
#[error("reading snapshot `{snapshot}` again was stopped")]
pub struct RereadStopped {
    /// The snapshot.
    pub snapshot: deklaro_schemas::SnapshotId,
    /// By which signal.
    pub exit: Exit,
}

/// Partitions of a shared run are not done yet.
#[derive(Debug, thiserror::Error)]
#[error("{} of {of} parts of round {round} of run `{run}` are not done: {}", missing.len(), list(missing))]
pub struct PartitionsMissing {
    /// The run.
    pub run: deklaro_schemas::RunId,
    /// The round.
    pub round: i32,
    /// Which.
    pub missing: Vec<u32>,
    /// Of how many.
    pub of: u32,
}

/// A round of a shared run that is not cut into partitions yet.
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

/// Every ending this crate knows.
pub const ENDINGS: &[Knows] = &[
    known::<OtherStaging>,
    known::<PartitionStopped>,
    known::<RereadStopped>,
    known::<NoPaperReader>,
    known::<PartitionsMissing>,
    known::<NotPlanned>,
    known::<NetworkGone>,
    known::<ChecksFailed>,
    known::<ExecError>,
    of_import,
    of_detect,
    of_crawl,
];

impl Ending for OtherStaging {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hint(&self) -> Option<String> {
        let hint = "resume it with the version that began it, or start the month anew; nothing was changed";
        Some(hint.to_owned())
    }
}

impl Ending for PartitionStopped {
    fn exit(&self) -> Exit {
        self.exit
    }

    fn hint(&self) -> Option<String> {
        Some("the same command goes on with it".to_owned())
    }
}

impl Ending for RereadStopped {
    fn exit(&self) -> Exit {
        self.exit
    }

    fn hint(&self) -> Option<String> {
        Some("the same command goes on with it; partitions that are done are not read again".to_owned())
    }
}

impl Ending for NoPaperReader {
    fn exit(&self) -> Exit {
        Exit::TryAgain
    }

    fn hint(&self) -> Option<String> {
        let hint = "let the program start processes of its own (see `ulimit -u` and the rules of its container), then give the command again; a run goes on with `--resume`";
        Some(hint.to_owned())
    }
}

impl Ending for PartitionsMissing {
    fn exit(&self) -> Exit {
        Exit::TryAgain
    }

    fn hint(&self) -> Option<String> {
        Some(format!("`deklaro exec crawl --run {} --partition K/N` does one", self.run))
    }
}

impl Ending for NotPlanned {
    fn exit(&self) -> Exit {
        Exit::TryAgain
    }

    fn hint(&self) -> Option<String> {
        Some(format!("`deklaro plan --run {}` cuts it once the round before is done", self.run))
    }
}

impl Ending for NetworkGone {
    fn exit(&self) -> Exit {
        Exit::TryAgain
    }

    fn hint(&self) -> Option<String> {
        let hint = "these hosts are not written down as unreachable; mend the network, then continue the run with `--resume`";
        Some(hint.to_owned())
    }

    fn reason_code(&self) -> Option<&'static str> {
        Some("network_gone")
    }
}

impl Ending for ChecksFailed {
    fn exit(&self) -> Exit {
        Exit::CheckFailed
    }

    fn hint(&self) -> Option<String> {
        let is_coverage = self.names.split(", ").any(|name| name == "hosts__coverage_kept");
        is_coverage.then(|| {
            "where hosts are missing for a known reason, `deklaro run --resume RUN --coverage-reason TEXT` publishes it".to_owned()
        })
    }

    fn reason_code(&self) -> Option<&'static str> {
        Some("checks_failed")
    }
}

impl Ending for ExecError {
    fn exit(&self) -> Exit {
        let may_pass = matches!(self, Self::Closed { .. } | Self::Disk { .. });
        if may_pass { Exit::TryAgain } else { Exit::BadInput }
    }
}

fn of_import(cause: &(dyn Error + 'static)) -> Option<Ended> {
    let error = cause.downcast_ref::<ImportError>()?;
    let exit = if matches!(error, ImportError::NoReader { .. }) { Exit::TryAgain } else { Exit::BadInput };
    Some(Ended { exit, hint: error.hint(), reason_code: None })
}

fn of_detect(cause: &(dyn Error + 'static)) -> Option<Ended> {
    match cause.downcast_ref::<DetectError>()? {
        DetectError::NoPaperReader(message) => {
            let same = NoPaperReader { message: message.clone() };
            Some(Ended { exit: same.exit(), hint: same.hint(), reason_code: None })
        }
        _ => None,
    }
}

fn of_crawl(cause: &(dyn Error + 'static)) -> Option<Ended> {
    let hint = match cause.downcast_ref::<CrawlError>()? {
        CrawlError::NoContact => Some(
            "set `contact = \"you@example.eu\"` under `[crawl]` in deklaro.toml; it is sent with every request"
                .to_owned(),
        ),
        _ => None,
    };
    Some(Ended { exit: Exit::Usage, hint, reason_code: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_console::{know, reason_code_of};

    #[test]
    fn a_failure_that_a_job_may_end_in_has_a_code() {
        know(&[ENDINGS]);
        assert_eq!(reason_code_of(&NetworkGone { hosts: 3 }.into()), Some("network_gone"));
        let failed = ChecksFailed { count: 1, names: "x".to_owned() };
        assert_eq!(reason_code_of(&failed.into()), Some("checks_failed"));
    }
}
