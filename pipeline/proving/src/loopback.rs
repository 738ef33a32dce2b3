//! How does a service of our own on this machine answer?

use anyhow::Context;
use reqwest::header::ACCEPT;
use reqwest::{Client, redirect};
use std::net::SocketAddr;
use std::sync::OnceLock;

/// Status and body of the answer to a GET, on a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    let request = client()?.get(format!("http://{address}{path}")).header(ACCEPT, "application/json");
    let answer = request.send().await.map_err(|error| {
        let doing = if error.is_connect() { "connecting to the service" } else { "asking the service" };
        anyhow::Error::new(error).context(doing)
    })?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await.context("reading the service's answer")?))
}

/// Takes no detour: no proxy, no redirect, no connection that another request left open.
fn client() -> anyhow::Result<&'static Client> {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client);
    }
    // TLS is not spoken here, but no client is made without it.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let plain = Client::builder().no_proxy().no_hickory_dns().redirect(redirect::Policy::none());
    let client = plain.pool_max_idle_per_host(0).build().context("making an HTTP client")?;
    Ok(CLIENT.get_or_init(|| client))
}

/// The address a service listens on, taken from what it writes for people; none before it says so.
pub(crate) fn listening(said: &str) -> Option<SocketAddr> {
    said.lines().find_map(|line| line.strip_prefix("listening on http://")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_what_is_said() {
        let said = "something\nlistening on http://127.0.0.1:4711\nmore";
        assert_eq!(listening(said).unwrap().port(), 4711);
        assert!(listening("listening on http://").is_none());
    }
}
