//! How is a pipe read and written that may never move again? By a moment at which it is given up.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

/// Why a pipe gave no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// The moment came.
    Late,
    /// The other end is closed.
    Closed,
    /// The other end has more to say than it may.
    TooMuch,
}

/// Bytes of one reading.
const PIECE: usize = 64 << 10;

/// Makes reading and writing return at once when nothing moves.
pub(crate) fn never_wait(pipe: impl AsFd) -> std::io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(pipe, true)?)
}

/// Writes all bytes before the moment.
pub(crate) fn write(pipe: impl AsFd, mut bytes: &[u8], until: Instant) -> Result<(), Blocked> {
    let pipe = pipe.as_fd();
    while !bytes.is_empty() {
        let written = moved(pipe, PollFlags::OUT, until, || rustix::io::write(pipe, bytes))?;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Reads so many bytes before the moment; memory grows with what comes, not with what was promised.
pub(crate) fn read(pipe: impl AsFd, length: u64, until: Instant) -> Result<Vec<u8>, Blocked> {
    let pipe = pipe.as_fd();
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE.min(length as usize)];
    while (bytes.len() as u64) < length {
        let room = piece.len().min((length - bytes.len() as u64) as usize);
        let read = moved(pipe, PollFlags::IN, until, || rustix::io::read(pipe, &mut piece[..room]))?;
        if read == 0 {
            return Err(Blocked::Closed);
        }
        bytes.extend_from_slice(&piece[..read]);
    }
    Ok(bytes)
}

/// Tries again each time the pipe is ready, until the moment.
fn moved(
    pipe: BorrowedFd<'_>,
    ready: PollFlags,
    until: Instant,
    mut move_on: impl FnMut() -> rustix::io::Result<usize>,
) -> Result<usize, Blocked> {
    loop {
        match move_on() {
            Ok(count) => return Ok(count),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait(pipe, ready, until)?,
            Err(_) => return Err(Blocked::Closed),
        }
    }
}

fn wait(pipe: BorrowedFd<'_>, ready: PollFlags, until: Instant) -> Result<(), Blocked> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Blocked::Late);
    }
    let left = Timespec::try_from(left).map_err(|_| Blocked::Late)?;
    match poll(&mut [PollFd::from_borrowed_fd(pipe, ready)], Some(&left)) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(_) => Err(Blocked::Closed),
    }
}
