//! Ctrl-C and SIGTERM.

use crate::exit::Exit;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Something to be done before the process ends, such as sending off what was measured.
type Flush = Box<dyn FnOnce() + Send>;

/// Ctrl-C and SIGTERM: the first asks everything to stop politely, the second ends the process at once.
#[derive(Clone, Default)]
pub struct Shutdown {
    /// Cancelled by the first signal.
    pub token: CancellationToken,
    signal: Arc<AtomicU8>,
    flushes: Arc<Mutex<Vec<Flush>>>,
}

impl std::fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shutdown").field("token", &self.token).finish_non_exhaustive()
    }
}

impl Shutdown {
    /// Starts to listen; the listener ends with the runtime.
    pub fn listen() -> anyhow::Result<Self> {
        let shutdown = Self::default();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let listener = shutdown.clone();
        let task = tokio::spawn(async move {
            loop {
                let exit = tokio::select! {
                    _ = interrupt.recv() => Exit::Interrupted,
                    _ = terminate.recv() => Exit::Terminated,
                };
                listener.received(exit);
            }
        });
        OWNER.get_or_init(|| task);
        Ok(shutdown)
    }

    /// The second signal ends the process at once, whatever is under way.
    fn received(&self, exit: Exit) {
        let signal = if exit == Exit::Terminated { "SIGTERM" } else { "SIGINT" };
        metrics::counter!("deklaro_stop_signals_total", "signal" => signal).increment(1);
        if self.token.is_cancelled() {
            tracing::warn!(outcome = "forced", "second signal: ending at once");
            std::process::exit(i32::from(exit as u8));
        }
        self.signal.store(exit as u8, Ordering::SeqCst);
        tracing::info!(signal, "asked to stop");
        self.token.cancel();
    }

    /// The exit code of the signal that came.
    pub fn exit(&self) -> Exit {
        if self.signal.load(Ordering::SeqCst) == Exit::Terminated as u8 {
            Exit::Terminated
        } else {
            Exit::Interrupted
        }
    }

    /// Has this done before the process ends politely.
    pub fn before_exit(&self, flush: impl FnOnce() + Send + 'static) {
        self.flushes.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(flush));
    }

    /// Does what is to be done before the process ends; the second time nothing.
    pub fn flush(&self) {
        let flushes = std::mem::take(&mut *self.flushes.lock().unwrap_or_else(PoisonError::into_inner));
        for flush in flushes {
            flush();
        }
    }

    /// Ends the process so long after the first signal, whatever is still under way.
    pub fn end_within(&self, deadline: Duration) {
        let shutdown = self.clone();
        // A thread of its own: every worker of the runtime may be what is stuck.
        let wait = tokio::runtime::Handle::current();
        std::thread::spawn(move || {
            wait.block_on(shutdown.token.cancelled());
            std::thread::sleep(deadline);
            tracing::error!(
                outcome = "deadline",
                seconds = deadline.as_secs(),
                "not ended in time: ending now"
            );
            shutdown.flush();
            std::process::exit(i32::from(shutdown.exit() as u8));
        });
    }
}

/// The listener lives as long as the process; this keeps its handle.
static OWNER: OnceLock<tokio::task::JoinHandle<()>> = OnceLock::new();
