//! The service: the record over HTTP, scans on request and on schedule, and how all of it is.

mod answer;
mod artifacts;
mod auth;
mod cache;
mod causes;
mod current;
mod index;
mod limits;
mod listen;
mod measured;
mod negotiate;
mod openapi;
mod page;
mod paging;
mod path;
mod problem;
mod queue;
mod ready;
mod request_id;
pub(crate) mod router;
mod scans;
mod schedule;
mod settings;
mod snapshots;
mod status;
pub(crate) mod vitals;
mod worker;

pub(crate) use queue::{Answered, Asked, REQUESTS, ask};
pub use schedule::{Cadence, Schedule};
pub use settings::{ServeFile, Settings};
pub use vitals::{Vitals, VitalsCell};
pub(crate) use worker::{Work, Worker};

use anyhow::Context;
use auth::Token;
use bytes::Bytes;
use current::Current;
use deklaro_console::{Progress, Shutdown};
use deklaro_store::Store;
use limits::Gate;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What every request can reach.
#[derive(Debug)]
pub struct Service {
    store: Store,
    current: Current,
    vitals: VitalsCell,
    gate: Gate,
    /// Who may waive what, for the waivers that are shown.
    release: crate::release::Gate,
    token: Option<Token>,
    schedule: Option<Schedule>,
    shutdown: Shutdown,
    /// Tells the worker of this process that there is something to do.
    wake: Arc<Notify>,
    document: Bytes,
    poll: Duration,
}

impl Service {
    /// Reads what is served first.
    pub(crate) async fn open(
        store: &Store,
        settings: &Settings,
        release: &crate::release::Gate,
        shutdown: &Shutdown,
    ) -> anyhow::Result<Arc<Self>> {
        let environment = std::env::var("DEKLARO_API_TOKEN").ok().filter(|token| !token.is_empty());
        Ok(Arc::new(Self {
            store: store.clone(),
            current: Current::open(store, settings.cache_bytes).await?,
            vitals: VitalsCell::default(),
            gate: Gate::new(settings.requests_per_second, settings.max_in_flight, settings.request_timeout),
            release: release.clone(),
            token: Token::find(settings.token_file.as_deref(), environment.as_deref())?,
            schedule: settings.schedule.clone(),
            shutdown: shutdown.clone(),
            wake: Arc::new(Notify::new()),
            document: router::document()?.into(),
            poll: settings.poll,
        }))
    }

    /// Begins to answer, to look after itself and to keep the schedule. The task ends when every request is answered after the
    /// signal to stop.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        settings: &Settings,
        progress: &Progress,
    ) -> anyhow::Result<JoinHandle<()>> {
        let listener = bind(settings.listen, progress).await?;
        tokio::spawn(vitals::watch(self.clone()));
        if let Some(schedule) = &self.schedule {
            progress.say(&format!("scheduled `{schedule}`, in UTC"));
            tokio::spawn(schedule::keep(self.clone(), schedule.clone()));
        }
        let router = router::service(self);
        let stop = self.shutdown.token.clone();
        Ok(tokio::spawn(listen::listen(
            listener,
            router,
            settings.max_connections,
            settings.drain_delay,
            stop,
        )))
    }

    /// What wakes the worker of this process.
    pub(crate) fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// How the service is.
    pub fn vitals(&self) -> &VitalsCell {
        &self.vitals
    }
}

/// Answers the probes of a worker.
pub(crate) async fn answer_probes(
    address: std::net::SocketAddr,
    shutdown: &Shutdown,
    progress: &Progress,
) -> anyhow::Result<JoinHandle<()>> {
    let listener = bind(address, progress).await?;
    let (router, stop) = (router::worker(shutdown), shutdown.token.clone());
    Ok(tokio::spawn(listen::listen(listener, router, 64, Duration::ZERO, stop)))
}

/// Takes the address and says which one it is: with port 0 it is the system that chose.
async fn bind(address: std::net::SocketAddr, progress: &Progress) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on `{address}`"))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    progress.say(&format!("listening on http://{address}"));
    if !address.ip().is_loopback() {
        progress.say("other machines can reach this: put a proxy with TLS in front of it");
    }
    Ok(listener)
}
