//! What every request can reach.

use crate::auth::Token;
use crate::current::Current;
use crate::jobs::Jobs;
use crate::schedule::Schedule;
use crate::throttle::Throttle;
use crate::vitals::VitalsCell;
use bytes::Bytes;
use deklaro_console::Shutdown;
use deklaro_record::Tables;
use deklaro_record::release::Gate;
use deklaro_store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// What every request can reach.
#[derive(Debug)]
pub struct Service {
    pub(crate) store: Store,
    pub(crate) current: Current,
    pub(crate) jobs: Jobs,
    pub(crate) vitals: VitalsCell,
    pub(crate) throttle: Throttle,
    /// Who may waive what, for the waivers that are shown.
    pub(crate) release: Gate,
    pub(crate) token: Option<Token>,
    /// True where everybody may read what is measured.
    pub(crate) has_public_metrics: bool,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) shutdown: Shutdown,
    /// Tells the worker of this process that there is something to do.
    pub(crate) wake: Arc<Notify>,
    pub(crate) document: Bytes,
    pub(crate) poll: Duration,
    /// What the tables of snapshots tell.
    pub(crate) tables: Arc<dyn Tables>,
}

impl Service {
    /// What wakes the worker of this process.
    pub fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// How the service is.
    pub fn vitals(&self) -> &VitalsCell {
        &self.vitals
    }
}
