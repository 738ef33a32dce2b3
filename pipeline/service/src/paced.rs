//! A connection that is given up where its client reads too slowly: else a few clients hold every place there is.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Time of waiting for a client after which it is looked at what it took.
const WINDOW: Duration = Duration::from_secs(15);
/// Bytes that a client takes in that time at least: one KiB a second.
const LEAST: usize = 15 * 1_024;

/// What a client took, and how long it was waited for.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// A window of waiting, after which it is looked at what was taken.
    window: Duration,
    /// Bytes taken in this window.
    taken: usize,
    /// Time of waiting in this window.
    waited: Duration,
}

impl Pace {
    fn new(window: Duration) -> Self {
        Self { window, taken: 0, waited: Duration::ZERO }
    }

    /// Time of waiting until the window is over.
    fn left(&self) -> Duration {
        self.window.saturating_sub(self.waited)
    }

    /// Notes what the client took, and how long it was waited for.
    fn took(&mut self, bytes: usize, waited: Duration) {
        self.taken += bytes;
        self.waited += waited;
    }

    /// Ends the window; the bytes taken in it where they are too few.
    fn end(&mut self) -> Result<(), usize> {
        let taken = self.taken;
        *self = Self::new(self.window);
        if taken < LEAST { Err(taken) } else { Ok(()) }
    }
}

/// A connection whose writes end with [`io::ErrorKind::TimedOut`] where the client takes less than [`LEAST`] bytes in a
/// [`WINDOW`] of waiting for it. Only time counts in which something was to be written.
#[derive(Debug)]
pub(crate) struct Paced<T> {
    stream: T,
    pace: Pace,
    /// The wait that is under way: its beginning, and the end of the window.
    wait: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<T> Paced<T> {
    /// The same connection, paced.
    pub(crate) fn new(stream: T) -> Self {
        Self { stream, pace: Pace::new(WINDOW), wait: None }
    }

    /// Notes what a write came to, and ends it where the window is over and too little was taken.
    fn note(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let Poll::Ready(result) = &written else { return self.wait(cx) };
        let bytes = result.as_ref().copied().unwrap_or_default();
        let waited = self.wait.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
        self.pace.took(bytes, waited);
        written
    }

    /// Waits on; an error once a window is over in which too little was taken.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let left = self.pace.left();
            let (_, end) = self.wait.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
            if end.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.wait = None;
            if let Err(taken) = self.pace.end() {
                let why = format!("the client took {taken} bytes in {} s", self.pace.window.as_secs());
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, why)));
            }
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Paced<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Paced<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.note(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    /// Whether a client is kept that takes so many bytes in each second it is waited for.
    fn is_kept(bytes_a_second: usize) -> bool {
        let mut pace = Pace::new(WINDOW);
        (0..10 * WINDOW.as_secs()).all(|_| {
            pace.took(bytes_a_second, Duration::from_secs(1));
            !pace.left().is_zero() || pace.end().is_ok()
        })
    }

    #[test]
    fn a_trickle_does_not_help_and_a_slow_client_is_kept() {
        assert_eq!([0, 1, 1_023, 1_024, 1 << 20].map(is_kept), [false, false, false, true, true]);
    }

    #[test]
    fn a_client_that_was_fast_is_looked_at_again_in_the_next_window() {
        let mut pace = Pace::new(WINDOW);
        pace.took(1 << 30, WINDOW);
        assert_eq!((pace.end(), pace.left()), (Ok(()), WINDOW));
        pace.took(9, WINDOW);
        assert_eq!(pace.end(), Err(9));
    }

    #[test]
    fn time_in_which_nothing_waits_does_not_count() {
        let mut pace = Pace::new(WINDOW);
        (0..1_000).for_each(|_| pace.took(10, Duration::ZERO));
        assert_eq!(pace.left(), WINDOW);
    }

    /// A connection whose window is over at once, and one whose window does not end.
    fn paced<T>(stream: T, window: Duration) -> Paced<T> {
        Paced { stream, pace: Pace::new(window), wait: None }
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_given_up() {
        let (ours, _client) = duplex(1_024);
        let ended = paced(ours, Duration::ZERO).write_all(&[0; 4_096]).await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
        assert_eq!(ended.to_string(), "the client took 1024 bytes in 0 s");
    }

    #[tokio::test]
    async fn a_client_that_reads_gets_everything() {
        let (ours, mut client) = duplex(1_024);
        let writer =
            tokio::spawn(async move { paced(ours, Duration::MAX).write_all(&vec![7; 1 << 20]).await });
        let mut read = Vec::new();
        client.read_to_end(&mut read).await.unwrap();
        writer.await.unwrap().unwrap();
        assert_eq!(read.len(), 1 << 20);
    }
}
