//! Connections: taken until the service stops, each with limits on what it may send, how slowly, and how slowly it may read.

use super::paced::Paced;
use super::shares::{Place, Shares};
use super::throttle::Peer;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Bytes of a request's head at most; hyper answers 431 beyond it.
const MAX_HEAD: usize = 32 * 1_024;
/// Headers at most.
const MAX_HEADERS: usize = 64;
/// A head that takes longer, or a connection that is idle for longer, is closed.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// A connection in a spare place ends after this.
const SPARE_TIMEOUT: Duration = Duration::from_secs(2);

/// What is answered to whom.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    /// To connections that have a place.
    pub usual: Router,
    /// To those that found none.
    pub spare: Router,
}

/// Answers connections. After `stop` it takes new ones for `grace` longer, as clients need a moment to learn
/// of it. Then it finishes the requests in flight and closes the connections.
pub(crate) async fn listen(
    listener: TcpListener,
    answers: Answers,
    shares: Shares,
    grace: Duration,
    stop: CancellationToken,
) {
    let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
    let end = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::pin!(end);
    loop {
        let accepted = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if let Some(place) = shares.take(peer.ip()) {
                    let (answers, closing) = (answers.clone(), closing.clone());
                    tasks.spawn(async move { answer(place, stream, peer, answers, closing).await });
                } else {
                    refused("none");
                }
            }
            // Out of descriptors, or the client is gone already: the next one may do better.
            Err(error) => {
                tracing::warn!(%error, "connection not taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    tracing::info!(connections = tasks.len(), "no more connections are taken");
    closing.cancel();
    tasks.close();
    tasks.wait().await;
    tracing::info!("every request is answered");
}

/// Answers one connection; its place is free when it has ended.
async fn answer(
    place: Place,
    stream: TcpStream,
    peer: SocketAddr,
    answers: Answers,
    closing: CancellationToken,
) {
    let _kept_small = stream.set_nodelay(true);
    match &place {
        Place::Usual { .. } => serve(stream, peer, answers.usual, HEAD_TIMEOUT, closing).await,
        Place::Spare { .. } => {
            refused("spare");
            let served = serve(stream, peer, answers.spare, SPARE_TIMEOUT, closing);
            let _in_time = tokio::time::timeout(SPARE_TIMEOUT, served).await;
        }
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    head_timeout: Duration,
    closing: CancellationToken,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(Paced::new(stream)), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that went away, read nothing or sent no HTTP is its own affair.
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

/// Counts a connection that found no place.
fn refused(place: &'static str) {
    metrics::counter!("deklaro_connections_refused_total", "place" => place).increment(1);
}
