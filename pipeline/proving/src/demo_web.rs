//! How is the simulated Europe started that the demo, the drills and the walk crawl?

use anyhow::Context;
use deklaro_simweb::{ServeConfig, Simweb};
use std::net::{Ipv4Addr, SocketAddr};
use tokio_util::sync::CancellationToken;

/// The seed of the Europe that the demo workbooks list.
pub(crate) const SEED: u64 = 7;

/// Serves the Europe of this seed on free ports of this machine, as it is in its first month, until it is told to stop.
pub(crate) async fn demo_web(seed: u64, stop: &CancellationToken) -> anyhow::Result<Simweb> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let serve = ServeConfig { seed, http: any_port, https: any_port, month: 1 };
    deklaro_simweb::serve(serve, stop.clone()).await.context("starting the simulated web")
}
