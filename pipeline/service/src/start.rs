//! How the service is opened, and begins to answer.

use crate::auth::Token;
use crate::current::Current;
use crate::jobs::Jobs;
use crate::listen::{Answers, listen};
use crate::settings::ServiceSettings;
use crate::shared::Service;
use crate::shares::Shares;
use crate::throttle::Throttle;
use crate::vitals::VitalsCell;
use crate::{look, router, schedule_keeper};
use anyhow::Context;
use axum::Router;
use deklaro_console::{Progress, Shutdown};
use deklaro_record::Tables;
use deklaro_record::release::Gate;
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Connections of probes and scrapes.
const PROBES: usize = 128;
/// What to do where other machines reach the service.
const FOR_ALL: &str = "put a proxy with TLS in front of it";
/// The same of an address for probes.
const FOR_OPERATORS: &str = "keep strangers away from it, it asks for no token";

impl Service {
    /// Reads what is served first.
    pub fn open<'a>(
        store: &'a Store,
        settings: &'a ServiceSettings,
        (release, tables): (&'a Gate, Arc<dyn Tables>),
        shutdown: &'a Shutdown,
    ) -> BoxFuture<'a, anyhow::Result<Arc<Self>>> {
        Box::pin(async move {
            let environment = std::env::var("DEKLARO_API_TOKEN").ok().filter(|token| !token.is_empty());
            Ok(Arc::new(Self {
                store: store.clone(),
                current: Current::open(store, settings.cache_bytes).await?,
                jobs: Jobs::new(store),
                vitals: VitalsCell::default(),
                throttle: Throttle::new(
                    settings.requests_per_second,
                    settings.max_in_flight,
                    settings.request_timeout,
                    &settings.trusted_proxies,
                ),
                has_public_metrics: settings.has_public_metrics,
                release: release.clone(),
                token: Token::find(settings.token_file.as_deref(), environment.as_deref())?,
                schedule: settings.schedule.clone(),
                shutdown: shutdown.clone(),
                wake: Arc::new(Notify::new()),
                document: router::document()?.into(),
                poll: settings.poll,
                tables,
            }))
        })
    }

    /// Begins to answer, to look after itself and to keep the schedule. The task ends when every request is answered after the
    /// signal to stop.
    pub fn begin<'a>(
        self: &'a Arc<Self>,
        settings: &'a ServiceSettings,
        progress: &'a Progress,
    ) -> BoxFuture<'a, anyhow::Result<JoinHandle<()>>> {
        Box::pin(async move {
            let listener = bind(settings.listen, "listening", FOR_ALL, progress).await?;
            if let Some(address) = settings.probes {
                let listener = bind(address, "probes are answered", FOR_OPERATORS, progress).await?;
                // Until the process ends: what drains is alive.
                tokio::spawn(probes(listener, router::probes(self), CancellationToken::new()));
            }
            tokio::spawn(look::watch(self.clone()));
            if let Some(schedule) = &self.schedule {
                progress.say(&format!("scheduled `{schedule}`, in UTC"));
                tokio::spawn(schedule_keeper::keep(self.clone(), schedule.clone()));
            }
            let answers = Answers { usual: router::service(self), spare: router::spare(self) };
            let shares = Shares::new(settings.max_connections, &settings.trusted_proxies);
            let stop = self.shutdown.token.clone();
            Ok(tokio::spawn(listen(listener, answers, shares, settings.drain_delay, stop)))
        })
    }
}

/// Answers the probes of a worker.
pub fn answer_probes<'a>(
    address: SocketAddr,
    shutdown: &'a Shutdown,
    progress: &'a Progress,
) -> BoxFuture<'a, anyhow::Result<JoinHandle<()>>> {
    Box::pin(async move {
        let listener = bind(address, "listening", FOR_OPERATORS, progress).await?;
        Ok(tokio::spawn(probes(listener, router::worker(shutdown), shutdown.token.clone())))
    })
}

/// Answers probes and scrapes.
async fn probes(listener: TcpListener, router: Router, stop: CancellationToken) {
    let answers = Answers { usual: router.clone(), spare: router };
    listen(listener, answers, Shares::new(PROBES, &[]), Duration::ZERO, stop).await;
}

/// Takes the address and says which one it is and what for: with port 0 it is the system that chose. Where
/// other machines reach it, the advice is given.
async fn bind(
    address: SocketAddr,
    what: &str,
    advice: &str,
    progress: &Progress,
) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on `{address}`"))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "{what}");
    progress.say(&format!("{what} on http://{address}"));
    if !address.ip().is_loopback() {
        progress.say(&format!("other machines can reach this: {advice}"));
    }
    Ok(listener)
}
