//! Connections: taken until the service stops, each with limits on what it may send and how slowly.

use super::throttle::Peer;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Bytes of a request's head at most; hyper answers 431 beyond it.
const MAX_HEAD: usize = 32 * 1_024;
/// Headers at most.
const MAX_HEADERS: usize = 64;
/// A head that takes longer, or a connection that is idle for longer, is closed.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Answers connections. After `stop` it takes new ones for `grace` longer, as clients need a moment to learn
/// of it. Then it finishes the requests in flight and closes the connections.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    max_connections: usize,
    grace: Duration,
    stop: CancellationToken,
) {
    let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
    let room = Arc::new(Semaphore::new(max_connections));
    let end = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::pin!(end);
    loop {
        let next = async {
            let permit = room.clone().acquire_owned().await.ok()?;
            Some((permit, listener.accept().await))
        };
        let accepted = tokio::select! {
            () = &mut end => break,
            accepted = next => accepted,
        };
        match accepted {
            Some((permit, Ok((stream, peer)))) => {
                let (router, closing) = (router.clone(), closing.clone());
                tasks.spawn(async move {
                    answer(stream, peer, router, closing).await;
                    drop(permit);
                });
            }
            // Out of descriptors, or the client is gone already: the next one may do better.
            Some((_, Err(error))) => {
                tracing::warn!(%error, "connection not taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            None => break,
        }
    }
    drop(listener);
    tracing::info!(connections = tasks.len(), "no more connections are taken");
    closing.cancel();
    tasks.close();
    tasks.wait().await;
    tracing::info!("every request is answered");
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, closing: CancellationToken) {
    let _kept_small = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that went away or sent no HTTP is its own affair.
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}
