//! `deklaro demo`: three months over the simulated Europe.

use crate::cli::Demo;
use crate::config::Config;
use deklaro_console::{Exit, Progress, Shutdown};
use deklaro_store::Store;

/// `deklaro demo`
pub(crate) async fn demo(
    store: &Store,
    config: &Config,
    demo: &Demo,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    let asked = deklaro_proving::Demo {
        seed: demo.seed,
        timestamp: config.timestamp.clone(),
        tsa: (&demo.tsa).into(),
        json: demo.output.json,
    };
    deklaro_proving::demo(store, &config.setup(), &asked, progress, shutdown).await
}
