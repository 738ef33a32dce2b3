//! `deklaro simweb` serves the simulated Europe until it is stopped.

use crate::cli::SimwebArgs;
use anyhow::Context;
use deklaro_console::{Exit, Progress, Shutdown, UsageError};
use deklaro_simweb::{ServeConfig, seed_list_csv};
use std::net::{Ipv4Addr, SocketAddr};

/// `deklaro simweb`: serves until it is stopped.
pub(crate) async fn serve(
    simweb: &SimwebArgs,
    progress: &Progress,
    shutdown: &Shutdown,
) -> anyhow::Result<Exit> {
    let https_port = simweb
        .port
        .checked_add(1)
        .ok_or_else(|| UsageError::new("port `65535`", "https takes the port after it"))?;
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (http, https) = (local(simweb.port), local(https_port));
    let config = ServeConfig { seed: simweb.seed, http, https, month: simweb.month };
    let web = deklaro_simweb::serve_with_harm(config, simweb.harm, shutdown.token.clone())
        .await
        .context("starting the simulated web")?;
    write(simweb, &web)?;
    progress.say(&format!("simulated Europe, seed {}, month {}", simweb.seed, simweb.month));
    progress.say(&format!("deklaro run --month 2026-11 --connect-to {} {} …", web.http(), web.https()));
    web.stopped().await;
    Ok(Exit::Done)
}

fn write(simweb: &SimwebArgs, web: &deklaro_simweb::Simweb) -> anyhow::Result<()> {
    if let Some(path) = &simweb.ca_out {
        std::fs::write(path, web.ca_pem()).with_context(|| format!("writing `{}`", path.display()))?;
    }
    if let Some(path) = &simweb.list_out {
        let list = seed_list_csv(&web.europe().hosts(simweb.hosts));
        std::fs::write(path, list).with_context(|| format!("writing `{}`", path.display()))?;
    }
    Ok(())
}
