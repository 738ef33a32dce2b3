//! Measures the simulated web on this machine: requests a second, a new connection each, plain and TLS.
//!
//! `cargo run --release -p deklaro-simweb --example load -- 20000`

#![expect(clippy::print_stdout, reason = "an example that reports figures")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use deklaro_simweb::{Habit, ServeConfig, Simweb, serve};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

const READERS: usize = 64;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let requests = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let stop = CancellationToken::new();
    let simweb = serve(ServeConfig { seed: 1, http: any, https: any, month: 1 }, stop.clone()).await?;
    let hosts = simweb.europe().hosts(5000).into_iter().filter(|host| host.habit == Habit::FooterStatement);
    let hosts: Arc<[String]> = hosts.map(|host| host.hostname).collect();
    measure("http", simweb.http(), None, &hosts, requests).await?;
    measure("https", simweb.https(), Some(connector(&simweb)?), &hosts, requests).await?;
    stop.cancel();
    simweb.stopped().await;
    Ok(())
}

fn connector(simweb: &Simweb) -> Result<TlsConnector, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(simweb.ca_pem().as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth())))
}

async fn measure(
    name: &str,
    address: SocketAddr,
    tls: Option<TlsConnector>,
    hosts: &Arc<[String]>,
    requests: usize,
) -> Result<(), Failure> {
    let (next, bytes) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let started = Instant::now();
    let mut readers = tokio::task::JoinSet::<Result<(), Failure>>::new();
    for _ in 0..READERS {
        let (next, bytes, hosts, tls) =
            (Arc::clone(&next), Arc::clone(&bytes), Arc::clone(hosts), tls.clone());
        readers.spawn(async move {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= requests {
                    return Ok(());
                }
                let host = &hosts[index % hosts.len()];
                let stream = TcpStream::connect(address).await?;
                let read = match &tls {
                    Some(tls) => {
                        get(tls.connect(ServerName::try_from(host.clone())?, stream).await?, host).await?
                    }
                    None => get(stream, host).await?,
                };
                bytes.fetch_add(read, Ordering::Relaxed);
            }
        });
    }
    while let Some(reader) = readers.join_next().await {
        reader??;
    }
    let seconds = started.elapsed().as_secs_f64();
    let (rate, mebibytes) = (requests as f64 / seconds, bytes.load(Ordering::Relaxed) as f64 / 1_048_576.0);
    println!("{name}: {requests} requests in {seconds:.2} s, {rate:.0} a second, {mebibytes:.0} MiB");
    Ok(())
}

async fn get<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, host: &str) -> std::io::Result<usize> {
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::with_capacity(32 * 1024);
    // The end of the stream is read; a TLS stream that closes without a farewell has sent everything before.
    match stream.read_to_end(&mut bytes).await {
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(bytes.len()),
    }
}
