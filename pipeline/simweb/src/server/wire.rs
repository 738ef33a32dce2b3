//! A TCP stream that can be broken off: the other side gets a reset, as from a site that crashed.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Breaks the wire it came with.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker(Arc<AtomicBool>);

impl Breaker {
    /// From now on every use of the wire fails, and closing it sends a reset.
    pub(super) fn break_off(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(Error::from(ErrorKind::ConnectionReset)) } else { Ok(()) }
    }
}

/// A TCP stream with its breaker.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    breaker: Breaker,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> (Wire, Breaker) {
        let breaker = Breaker::default();
        (Wire { stream, breaker: breaker.clone() }, breaker)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.breaker.check().is_err() {
            // SO_LINGER 0: closing sends a reset. Fails only on a socket that is gone already.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.breaker.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.breaker.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.breaker.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
