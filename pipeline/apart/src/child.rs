//! What does a child do, from its first byte to its last?

use crate::kind::{Kind, WORKBOOKS};
use crate::{frame, limits, papers, workbooks};
use std::io;
use std::process::ExitCode;

/// What a test has a child do with a request in place of reading it; nothing for what it should read.
pub type Trial = fn(&[u8]) -> Option<Vec<u8>>;

/// Reads what comes over standard input and answers over standard output, until there is no more.
///
/// The program calls it before all else when its first argument is [`WORD`](crate::WORD): nothing that it does later, such as
/// starting threads, should count against what a child may take.
pub fn child() -> ExitCode {
    child_with(|_| None)
}

/// [`child`] for tests of what happens to children.
pub fn child_with(trial: Trial) -> ExitCode {
    let kind = std::env::args().nth(2).and_then(|word| Kind::of(&word));
    match kind.map(|kind| serve(&kind, trial)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        // Nobody listens: the parent is gone, or this is no child of ours.
        Some(Err(_)) | None => ExitCode::FAILURE,
    }
}

fn serve(kind: &Kind, trial: Trial) -> io::Result<()> {
    limits::for_life()?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    io::Write::write_all(&mut output, &[frame::READY])?;
    io::Write::flush(&mut output)?;
    let by_itself = limits::mapped("self");
    while let Some(length) = frame::read_head(&mut input)? {
        // Before the request is read: the limits are those of this one, not of the one before.
        limits::for_request(kind, by_itself, length)?;
        let request = frame::read_body(&mut input, length)?;
        match trial(&request) {
            Some(answer) => frame::write(&mut output, &[&answer])?,
            None if kind.word == WORKBOOKS.word => workbooks::answer(&request, &mut output)?,
            None => frame::write(&mut output, &[&papers::answer(&request)])?,
        }
    }
    Ok(())
}
