//! How the service is opened, and begins to answer.

use crate::auth::Token;
use crate::current::Current;
use crate::jobs::Jobs;
use crate::settings::ServiceSettings;
use crate::shared::Service;
use crate::throttle::Throttle;
use crate::vitals::VitalsCell;
use crate::{listen, look, router, schedule_keeper};
use anyhow::Context;
use deklaro_console::{Progress, Shutdown};
use deklaro_record::Tables;
use deklaro_record::release::Gate;
use deklaro_store::Store;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

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
                ),
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
            let listener = bind(settings.listen, progress).await?;
            tokio::spawn(look::watch(self.clone()));
            if let Some(schedule) = &self.schedule {
                progress.say(&format!("scheduled `{schedule}`, in UTC"));
                tokio::spawn(schedule_keeper::keep(self.clone(), schedule.clone()));
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
        })
    }
}

/// Answers the probes of a worker.
pub fn answer_probes<'a>(
    address: std::net::SocketAddr,
    shutdown: &'a Shutdown,
    progress: &'a Progress,
) -> BoxFuture<'a, anyhow::Result<JoinHandle<()>>> {
    Box::pin(async move {
        let listener = bind(address, progress).await?;
        let (router, stop) = (router::worker(shutdown), shutdown.token.clone());
        Ok(tokio::spawn(listen::listen(listener, router, 64, Duration::ZERO, stop)))
    })
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
