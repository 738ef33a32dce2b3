//! Ctrl-C and SIGTERM.

use crate::exit::Exit;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Ctrl-C and SIGTERM: the first asks everything to stop politely, the second ends the process at once.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// Cancelled by the first signal.
    pub token: CancellationToken,
    signal: Arc<AtomicU8>,
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
        tracing::warn!(signal, is_second = self.token.is_cancelled(), "stop signal received");
        metrics::counter!("deklaro_stop_signals_total", "signal" => signal).increment(1);
        if self.token.is_cancelled() {
            std::process::exit(i32::from(exit as u8));
        }
        self.signal.store(exit as u8, Ordering::SeqCst);
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
}

/// The listener lives as long as the process; this keeps its handle.
static OWNER: OnceLock<tokio::task::JoinHandle<()>> = OnceLock::new();
