//! Where is it read what may kill its reader?

use crate::error::ApartError;
use crate::kind::PAPERS;
use crate::pool::Pool;
use std::path::PathBuf;

/// Reads documents in processes of their own, of which there are few and which are used again.
///
/// They end with this value. No process is started before the first document.
#[derive(Debug)]
pub struct Apart {
    pub(crate) papers: Pool,
}

impl Apart {
    /// Children of the program that runs, which calls [`child`](crate::child()) when its first argument is [`WORD`](crate::WORD).
    ///
    /// # Errors
    ///
    /// No child could be started: nothing could be read then, so it is better to know at once.
    pub fn of_this_program() -> Result<Self, ApartError> {
        // The program's file may have been replaced since; the link leads to the one that runs.
        let link = PathBuf::from("/proc/self/exe");
        let program = match link.exists() {
            true => link,
            false => std::env::current_exe().map_err(|source| ApartError::Start { source })?,
        };
        let apart = Self::at(program);
        apart.papers.greet()?;
        Ok(apart)
    }

    /// Children of the program in this file.
    pub fn at(program: PathBuf) -> Self {
        Self { papers: Pool::new(program, PAPERS) }
    }
}
