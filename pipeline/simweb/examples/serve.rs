//! Serves the simulated web until Ctrl-C.
//!
//! `cargo run --release -p deklaro-simweb --example serve -- 8080 8443`

#![expect(clippy::print_stdout, reason = "an example that says where it listens")]

use std::net::SocketAddr;

use deklaro_simweb::{ServeConfig, serve};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = |place| std::env::args().nth(place).and_then(|port| port.parse().ok()).unwrap_or(0);
    let [http, https] = [1, 2].map(|place| SocketAddr::from(([127, 0, 0, 1], port(place))));
    let stop = CancellationToken::new();
    let simweb = serve(ServeConfig { seed: 7, http, https, month: 1 }, stop.clone()).await?;
    println!("http://{}/__simweb/hosts  https://{}", simweb.http(), simweb.https());
    tokio::signal::ctrl_c().await?;
    stop.cancel();
    simweb.stopped().await;
    Ok(())
}
