//! The lease a run holds: taken before anything is claimed, renewed while it works, given back at its end.

use super::tools::Tools;
use deklaro_console::{Progress, now};
use deklaro_record::{is_gone, owner};
use deklaro_schemas::stored::RunFile;
use deklaro_schemas::{CountryCode, RunId};
use deklaro_store::{Lease, LeaseScope, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

/// Renewed so often: five tries before it expires.
const RENEWED_EVERY: Duration = Duration::from_secs(60);
/// Asked so often whether another run has published.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// A lease, and the task that renews it.
pub(crate) struct RunLease {
    store: Store,
    lease: Arc<Mutex<Lease>>,
    lost: watch::Receiver<Option<String>>,
    task: JoinHandle<()>,
}

impl RunLease {
    /// Takes the lease over these countries for a run, all where none is named; or says who has it.
    pub(crate) async fn take(
        tools: Tools<'_>,
        run: &RunId,
        countries: &[CountryCode],
    ) -> anyhow::Result<Self> {
        Self::take_scope(tools, run, LeaseScope::of(countries)).await
    }

    /// Takes a lease over a partition of a run that several processes share.
    pub(crate) async fn take_partition(tools: Tools<'_>, run: &RunFile, name: &str) -> anyhow::Result<Self> {
        let scope = LeaseScope::Partition { countries: run.countries.clone(), name: name.to_owned() };
        Self::take_scope(tools, &run.run_id, scope).await
    }

    async fn take_scope(tools: Tools<'_>, run: &RunId, scope: LeaseScope) -> anyhow::Result<Self> {
        let owner = owner(Some(run));
        let lease = tools.store.acquire(&owner, &scope, false, now(), is_gone).await?;
        let lease = Arc::new(Mutex::new(lease));
        let (tell, lost) = watch::channel(None);
        let task = tokio::spawn(keep(tools.store.clone(), lease.clone(), tell));
        Ok(Self { store: tools.store.clone(), lease, lost, task })
    }

    /// Waits for the right to move the current snapshot; another run may be publishing.
    pub(crate) async fn move_current(&self, progress: &Progress) -> Result<(), StoreError> {
        let mut is_told = false;
        loop {
            let mut lease = self.lease.lock().await;
            match self.store.renew(&lease, true, now()).await {
                Ok(renewed) => {
                    *lease = renewed;
                    return Ok(());
                }
                Err(StoreError::Busy(other)) => {
                    if !std::mem::replace(&mut is_told, true) {
                        progress.say(&format!("waiting to publish: {other}"));
                    }
                }
                Err(error) => return Err(error),
            }
            drop(lease);
            tokio::time::sleep(ASKED_EVERY).await;
        }
    }

    /// Ends when the lease is another's.
    pub(crate) async fn lost(&self) -> StoreError {
        let mut lost = self.lost.clone();
        let why = lost.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        let run = self.lease.lock().await.owner.run_id.as_ref().map(ToString::to_string);
        let why = why.unwrap_or_else(|| "it is not renewed any more".to_owned());
        StoreError::LeaseLost { run: run.unwrap_or_default(), why }
    }

    /// Gives the lease back. One that cannot be given back expires.
    pub(crate) async fn release(self) {
        self.task.abort();
        let lease = self.lease.lock().await;
        if let Err(error) = self.store.release(&lease).await {
            tracing::warn!(%error, "lease not given back; it expires by itself");
        }
    }
}

/// Renews until it is told that there is nothing to renew, or could not for as long as the lease holds.
async fn keep(store: Store, lease: Arc<Mutex<Lease>>, tell: watch::Sender<Option<String>>) {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        let mut lease = lease.lock().await;
        let why = match store.renew(&lease, lease.is_moving, now()).await {
            Ok(renewed) => {
                *lease = renewed;
                continue;
            }
            Err(StoreError::LeaseLost { why, .. }) => why,
            Err(error) if now() < lease.expires_at => {
                tracing::warn!(%error, "lease not renewed, trying again");
                continue;
            }
            Err(error) => format!("it could not be renewed: {error}"),
        };
        tell.send_replace(Some(why));
        return;
    }
}
