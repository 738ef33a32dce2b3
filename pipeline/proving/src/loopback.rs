//! Asking a service of our own on this machine, without a library between.

use anyhow::Context;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Status and body of the answer to a GET.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await.context("connecting to the service")?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.context("asking the service")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.context("reading the service's answer")?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").context("the service's answer has no head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.context("the service's answer has no status")?, body.to_owned()))
}

/// Where a service listens, once it has said so in what it writes for people.
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
