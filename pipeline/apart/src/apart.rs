//! Where is it read what may kill its reader?

use crate::kind::{PAPERS, WORKBOOKS};
use crate::pool::Pool;
use std::path::PathBuf;

/// Reads documents in processes of their own, of which there are few and which are used again.
///
/// They end with this value. No process is started before the first document.
#[derive(Debug)]
pub struct Apart {
    pub(crate) papers: Pool,
    pub(crate) workbooks: Pool,
}

impl Apart {
    /// Children of the program that runs, which calls [`child`](crate::child()) when its first argument is [`WORD`](crate::WORD).
    pub fn of_this_program() -> Self {
        // The program's file may have been replaced since; the link leads to the one that runs.
        let link = PathBuf::from("/proc/self/exe");
        // A program that does not know its own place fails with its first document, and says so.
        Self::at(if link.exists() { link } else { std::env::current_exe().unwrap_or_default() })
    }

    /// Children of the program in this file.
    pub fn at(program: PathBuf) -> Self {
        Self { papers: Pool::new(program.clone(), PAPERS), workbooks: Pool::new(program, WORKBOOKS) }
    }
}
