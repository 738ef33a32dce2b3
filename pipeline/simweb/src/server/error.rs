//! Why could the simulated web not start?

use std::net::SocketAddr;

/// Why the simulated web could not start.
#[derive(Debug, thiserror::Error)]
pub enum SimwebError {
    /// The address would be reachable from outside.
    #[error("address `{0}` is not a loopback address, expected one such as `127.0.0.1:0`")]
    NotLoopback(SocketAddr),
    /// The port could not be opened.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// Address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The throw-away certificate authority could not be made.
    #[error("cannot make the certificate authority")]
    Certificate(#[from] rcgen::Error),
    /// The TLS settings do not hold together.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}
