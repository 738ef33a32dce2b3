//! How is one child started, asked and ended?

use crate::error::{ApartError, Lost};
use crate::frame::{self, HEAD, READY};
use crate::kind::{Kind, WORD};
use crate::limits;
use crate::pipes::{self, Blocked};
use rustix::process::Signal;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Seconds a child may take until it is ready.
const READY_WITHIN: u64 = 20;
/// Requests after which a child is replaced, whatever it left behind in its memory.
const MOST_SERVED: u32 = 2_000;
/// Bytes of address space that a child may keep from what it read: the allocator gives little of it back.
const MOST_KEPT: u64 = 64 << 20;
/// Variables that the system's loader needs to find the program's libraries; no other reaches a child, least of all a secret.
const LOADER: [&str; 3] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

/// A child, and the pipes to it.
#[derive(Debug)]
pub(crate) struct Line {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    served: u32,
    /// Bytes of address space it had when it was ready.
    by_itself: u64,
}

impl Line {
    /// Starts a child and waits until it is ready.
    pub(crate) fn start(program: &Path, kind: &Kind) -> Result<Self, ApartError> {
        let failed = |source| ApartError::Start { source };
        let mut command = Command::new(program);
        command.args([WORD, kind.word]).env_clear().current_dir("/");
        command.envs(LOADER.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // A group of its own: what a terminal sends to this program, such as an interrupt, is not for the child.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(std::io::Error::other("no pipe")));
        };
        let mut line = Self { child, input, output, served: 0, by_itself: 0 };
        pipes::never_wait(&line.input).and_then(|()| pipes::never_wait(&line.output)).map_err(failed)?;
        let until = Instant::now() + Duration::from_secs(READY_WITHIN);
        match pipes::read(&line.output, 1, until).as_deref() {
            Ok([READY]) => {
                line.by_itself = line.mapped();
                Ok(line)
            }
            _ => Err(ApartError::Silent { seconds: READY_WITHIN }),
        }
    }

    /// Asks, and gives the answer; a child without one is ended and of no more use.
    pub(crate) fn ask(&mut self, kind: &Kind, request: &[&[u8]]) -> Result<Vec<u8>, Lost> {
        let length = request.iter().map(|part| part.len() as u64).sum();
        let (deadline, seconds) = ((kind.deadline)(length), (kind.processor)(length));
        let until = Instant::now() + deadline;
        self.served += 1;
        self.exchange(kind, request, length, until).map_err(|blocked| {
            let ended = self.end(blocked);
            match (blocked, ended) {
                (Blocked::TooMuch, _) => Lost::TooMuch,
                (Blocked::Late, _) => Lost::TooLong { seconds: deadline.as_secs() },
                (Blocked::Closed, Some(status)) if status.signal() == Some(Signal::XCPU.as_raw()) => {
                    Lost::TooLong { seconds }
                }
                (Blocked::Closed, Some(status)) => Lost::Died(status),
                (Blocked::Closed, None) => Lost::None,
            }
        })
    }

    fn exchange(
        &self,
        kind: &Kind,
        request: &[&[u8]],
        length: u64,
        until: Instant,
    ) -> Result<Vec<u8>, Blocked> {
        pipes::write(&self.input, &frame::head(length), until)?;
        for part in request {
            pipes::write(&self.input, part, until)?;
        }
        let head = pipes::read(&self.output, HEAD as u64, until)?;
        let length = head.try_into().map_or(u64::MAX, u64::from_le_bytes);
        if length > kind.most_answer {
            Err(Blocked::TooMuch)
        } else {
            pipes::read(&self.output, length, until)
        }
    }

    /// Ends it, and says how it had ended.
    fn end(&mut self, blocked: Blocked) -> Option<ExitStatus> {
        // One that closed its pipe is about to end by itself, and its own status says more than our signal.
        let until = Instant::now() + Duration::from_millis(200);
        while blocked == Blocked::Closed && Instant::now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::yield_now();
        }
        let _ended_meanwhile = self.child.kill();
        self.child.wait().ok()
    }

    /// True when it can be asked again, and the next document will find as much memory as the first one did.
    pub(crate) fn is_good(&self) -> bool {
        self.served < MOST_SERVED && self.mapped() <= self.by_itself.saturating_add(MOST_KEPT)
    }

    fn mapped(&self) -> u64 {
        limits::mapped(&self.child.id().to_string())
    }
}

/// True when somebody else ended it: the system for want of memory, or a person. The document need not be to blame.
pub(crate) fn was_killed(status: ExitStatus) -> bool {
    status.signal() == Some(Signal::KILL.as_raw())
}

impl Drop for Line {
    fn drop(&mut self) {
        // It holds nothing that is worth waiting for.
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}
