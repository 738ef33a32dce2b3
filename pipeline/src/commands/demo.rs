//! `deklaro demo`: three months over the simulated Europe.

use crate::cli::DemoArgs;
use crate::context::Context;
use deklaro_console::Exit;

/// `deklaro demo`
pub(crate) async fn demo(context: &Context, demo: &DemoArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    let asked = deklaro_proving::Demo {
        seed: demo.seed,
        timestamp: config.timestamp.clone(),
        tsa: (&demo.tsa).into(),
        json: demo.output.json,
    };
    deklaro_proving::demo(store, &config.setup(), &asked, progress, shutdown).await
}
