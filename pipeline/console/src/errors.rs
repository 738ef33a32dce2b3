//! Errors that every command can end in: wrong usage, files that cannot be used, a stop.

use crate::ending::Ending;
use crate::exit::Exit;

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

impl Ending for UsageError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

impl Ending for BadFiles {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }
}

impl Ending for BadFile {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }
}

impl Ending for BadLine {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }
}

impl Ending for Stopped {
    fn exit(&self) -> Exit {
        self.exit
    }

    fn hint(&self) -> Option<String> {
        Some(format!("go on with `deklaro run --resume {}`", self.run))
    }

    fn reason_code(&self) -> Option<&'static str> {
        Some("stopped")
    }
}
