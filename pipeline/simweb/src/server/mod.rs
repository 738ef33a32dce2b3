//! The simulated web on two loopback ports, HTTP and HTTPS, for every host name.

mod authority;
mod body;
mod control;
mod error;
mod fault;
mod limiter;
mod seen;
mod service;
mod state;
#[cfg(test)]
mod tests;
mod tls;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use error::SimwebError;
pub use fault::Fault;
pub use seen::Seen;

use crate::{Europe, Scheme, Share};
use authority::Authority;
use state::State;
use wire::Wire;

/// Connections open at once on both ports; more wait in the queue of the system.
const MOST_CONNECTIONS: usize = 8192;
/// How long a reader may take for the next request on an open connection.
const IDLE: Duration = Duration::from_secs(60);

/// What [`serve`] needs to know.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Seed of the simulated Europe.
    pub seed: u64,
    /// Address of the plain listener; it must be a loopback address, port 0 takes any free port.
    pub http: SocketAddr,
    /// Address of the TLS listener; it must be a loopback address, port 0 takes any free port.
    pub https: SocketAddr,
    /// Month to begin in: 1, 2, 3 …
    pub month: u32,
}

/// The running simulated web. It stops when its token is cancelled or when this is dropped.
#[derive(Debug)]
pub struct Simweb {
    http: SocketAddr,
    https: SocketAddr,
    state: Arc<State>,
    tasks: TaskTracker,
    _stop: DropGuard,
}

/// Starts the simulated web; it runs until `stop` is cancelled.
pub async fn serve(config: ServeConfig, stop: CancellationToken) -> Result<Simweb, SimwebError> {
    serve_with_harm(config, Share::default(), stop).await
}

/// The same web, with a share of the bodies doing harm.
pub async fn serve_with_harm(
    config: ServeConfig,
    harm: Share,
    stop: CancellationToken,
) -> Result<Simweb, SimwebError> {
    let (plain, secure) = (listen(config.http).await?, listen(config.https).await?);
    let authority = Arc::new(Authority::new()?);
    let europe = Europe::new(config.seed).with_harm(harm);
    let tls = tls::server_config(&authority, europe.clone())?;
    let state = Arc::new(State::new(europe, config.month, authority));
    let stop = stop.child_token();
    let simweb = Simweb {
        http: address_of(&plain, config.http)?,
        https: address_of(&secure, config.https)?,
        state: Arc::clone(&state),
        tasks: TaskTracker::new(),
        _stop: stop.clone().drop_guard(),
    };
    let listener = Listener {
        state,
        tasks: simweb.tasks.clone(),
        stop,
        room: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
    };
    simweb.tasks.spawn(listener.clone().accept(plain, None));
    simweb.tasks.spawn(listener.accept(secure, Some(tls)));
    simweb.tasks.close();
    tracing::info!(http = %simweb.http, https = %simweb.https, seed = config.seed, "simulated web is up");
    Ok(simweb)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, SimwebError> {
    if !address.ip().is_loopback() {
        return Err(SimwebError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|source| SimwebError::Listen { address, source })
}

fn address_of(listener: &TcpListener, address: SocketAddr) -> Result<SocketAddr, SimwebError> {
    listener.local_addr().map_err(|source| SimwebError::Listen { address, source })
}

/// What an accept loop needs.
#[derive(Clone)]
struct Listener {
    state: Arc<State>,
    tasks: TaskTracker,
    stop: CancellationToken,
    room: Arc<Semaphore>,
}

impl Listener {
    /// Takes connections until the token is cancelled; each becomes a tracked task.
    async fn accept(self, listener: TcpListener, tls: Option<Arc<rustls::ServerConfig>>) {
        let accepting = async {
            while let Ok(place) = Arc::clone(&self.room).acquire_owned().await {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        let connection = connection(Arc::clone(&self.state), stream, tls.clone());
                        let stop = self.stop.clone();
                        self.tasks.spawn(async move {
                            stop.run_until_cancelled(connection).await;
                            drop(place);
                        });
                    }
                    // Out of file handles, as a rule: let some connections end.
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        };
        self.stop.run_until_cancelled(accepting).await;
    }
}

/// Serves one connection to its end. Errors on it are the reader's or the habit's, and end it.
async fn connection(state: Arc<State>, stream: TcpStream, tls: Option<Arc<rustls::ServerConfig>>) {
    let _ = stream.set_nodelay(true);
    let id = state.connections.fetch_add(1, Ordering::Relaxed);
    let (wire, breaker) = Wire::new(stream);
    let scheme = if tls.is_some() { Scheme::Https } else { Scheme::Http };
    let service = service::Reader { state: Arc::clone(&state), scheme, connection: id, breaker };
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    server.http2().timer(TokioTimer::new());
    let ended = match tls {
        None => server.serve_connection(TokioIo::new(wire), service).await,
        Some(config) => match tls::handshake(&service, wire, config).await {
            Some(stream) => server.serve_connection(TokioIo::new(stream), service).await,
            None => return,
        },
    };
    if let Err(error) = ended {
        tracing::trace!(connection = id, error, "connection ended early");
    }
}

impl Simweb {
    /// Address of the plain listener.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Address of the TLS listener.
    pub fn https(&self) -> SocketAddr {
        self.https
    }

    /// Certificate of the throw-away authority, as PEM; readers must trust it.
    pub fn ca_pem(&self) -> &str {
        self.state.authority.pem()
    }

    /// The model that is served.
    pub fn europe(&self) -> &Europe {
        &self.state.europe
    }

    /// Goes to `month` and forgets what the limiters knew. 0 counts as 1.
    pub fn set_month(&self, month: u32) {
        self.state.set_month(month);
    }

    /// The month that is served.
    pub fn month(&self) -> u32 {
        self.state.month()
    }

    /// Begins a fault, or ends it. Requests that wait unanswered when it ends stay so.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state.set_fault(fault);
    }

    /// The requests so far, oldest first; at most the last million.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.log.all()
    }

    /// How many requests were dropped from the front of [`Simweb::seen`].
    pub fn seen_dropped(&self) -> u64 {
        self.state.log.dropped()
    }

    /// Forgets the requests so far and what the limiters knew.
    pub fn forget(&self) {
        self.state.forget();
    }

    /// Waits until the token was cancelled and every task has ended.
    pub async fn stopped(self) {
        self.tasks.wait().await;
    }
}
