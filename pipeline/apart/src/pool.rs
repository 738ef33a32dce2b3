//! Which child reads the next document, and who waits?

use crate::error::{ApartError, Lost};
use crate::kind::Kind;
use crate::line::{Line, was_killed};
use deklaro_detect::Fault;
use std::error::Error;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Children of one kind: few at once, started when they are wanted, used again.
#[derive(Debug)]
pub(crate) struct Pool {
    program: PathBuf,
    kind: Kind,
    state: Mutex<State>,
    given_back: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Line>,
    /// Children that are asked at this moment, or being started.
    out: usize,
    /// How often a child could not be started, and why.
    fault: Fault,
}

impl Pool {
    pub(crate) fn new(program: PathBuf, kind: Kind) -> Self {
        Self { program, kind, state: Mutex::default(), given_back: Condvar::new() }
    }

    /// Asks a child, waiting for one that is free. A child that somebody killed is asked once more as another one.
    pub(crate) fn ask(&self, request: &[&[u8]]) -> Result<Vec<u8>, Lost> {
        match self.ask_one(request) {
            Err(Lost::Died(status)) if was_killed(status) => self.ask_one(request),
            answer => answer,
        }
    }

    fn ask_one(&self, request: &[&[u8]]) -> Result<Vec<u8>, Lost> {
        let mut taken = self.take();
        let mut line = match taken.line.take() {
            Some(line) => line,
            None => Line::start(&self.program, &self.kind).map_err(|error| self.note(&error))?,
        };
        let answer = line.ask(&self.kind, request)?;
        taken.line = Some(line).filter(Line::is_good);
        Ok(answer)
    }

    fn note(&self, error: &ApartError) -> Lost {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        let message = format!("{error}{cause}");
        tracing::error!(error = message, "no process of its own to read in");
        let mut state = self.state();
        state.fault = Fault { times: state.fault.times + 1, message };
        Lost::None
    }

    /// A place among the children that are asked at once, with one that was idle.
    fn take(&self) -> Taken<'_> {
        let mut state = self.state();
        while state.out >= self.kind.at_once {
            state = self.given_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.out += 1;
        Taken { pool: self, line: state.idle.pop() }
    }

    /// How often nobody could be had to read, and why the last time.
    pub(crate) fn fault(&self) -> Fault {
        self.state().fault.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is given back, with the child if it is still good.
struct Taken<'p> {
    pool: &'p Pool,
    line: Option<Line>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.out -= 1;
        state.idle.extend(self.line.take());
        self.pool.given_back.notify_one();
    }
}
