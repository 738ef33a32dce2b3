//! Processes of our own binary, which can be watched and killed.

use anyhow::{Context, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often one looks whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// A process under way; it is killed when this is dropped.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `deklaro` with these words. Its stderr goes to a file; variables whose names begin with
    /// `without` do not reach it.
    pub(crate) fn start<W: AsRef<str>>(log: &Path, words: &[W], without: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe().context("finding the program")?);
        for (variable, _) in std::env::vars_os() {
            let text = variable.to_string_lossy();
            if without.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&variable);
            }
        }
        command.args(words.iter().map(AsRef::as_ref)).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(log).with_context(|| format!("writing `{}`", log.display()))?);
        let child = command.spawn().context("starting a process")?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// Kills it: SIGKILL, nothing is cleared up.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().context("killing a process")?;
        self.child.wait().map(|_| ()).context("waiting for a killed process")
    }

    /// Waits until it ends by itself; an error says what had not come about by then.
    pub(crate) async fn ended_within(&mut self, limit: Duration, what: &str) -> anyhow::Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait()? {
                return Ok(ended);
            }
            if begun.elapsed() > limit {
                bail!("{} s passed and not yet: {what}", limit.as_secs());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What it wrote for people so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The last line that says what went wrong, or the last line.
    pub(crate) fn complaint(&self) -> String {
        let said = self.said();
        let is_error = |line: &&str| line.starts_with("error: ");
        said.lines().rfind(is_error).or_else(|| said.lines().last()).unwrap_or("nothing was said").to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not be.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
