//! The simulated web over real sockets.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::{Fault, ServeConfig, Simweb, SimwebError, serve};
use crate::{Habit, StatementTruth};

async fn start(stop: &CancellationToken) -> Simweb {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    serve(ServeConfig { seed: 7, http: any, https: any, month: 1 }, stop.clone()).await.unwrap()
}

fn with(simweb: &Simweb, habit: Habit) -> String {
    simweb.europe().hosts(300).into_iter().find(|host| host.habit == habit).unwrap().hostname
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: &str,
) -> std::io::Result<String> {
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn request(method: &str, host: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\nConnection: close\r\n\r\n")
}

async fn plain(simweb: &Simweb, method: &str, host: &str, path: &str) -> std::io::Result<String> {
    exchange(TcpStream::connect(simweb.http()).await?, &request(method, host, path)).await
}

fn connector(simweb: &Simweb, alpn: &[&[u8]]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(simweb.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

async fn secure(simweb: &Simweb, host: &str, path: &str) -> std::io::Result<String> {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let stream = TcpStream::connect(simweb.https()).await?;
    exchange(connector(simweb, &[b"http/1.1"]).connect(name, stream).await?, &request("GET", host, path))
        .await
}

#[tokio::test]
async fn a_country_fails_and_all_fall_silent_until_the_fault_ends() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let host =
        simweb.europe().hosts(300).into_iter().find(|host| host.habit == Habit::FooterStatement).unwrap();
    let other = simweb
        .europe()
        .hosts(300)
        .into_iter()
        .find(|other| other.habit == Habit::FooterStatement && other.country != host.country);
    let (name, other) = (host.hostname.as_str(), other.unwrap().hostname);
    simweb.set_fault(Some(Fault::Failing(host.country)));
    for path in ["/robots.txt", "/"] {
        assert!(secure(&simweb, name, path).await.unwrap().starts_with("HTTP/1.1 503"));
        assert!(secure(&simweb, &other, path).await.unwrap().starts_with("HTTP/1.1 200"));
    }
    simweb.set_fault(Some(Fault::Silent));
    let asked = simweb.seen().len();
    tokio::select! {
        answer = secure(&simweb, name, "/") => panic!("{answer:?}"),
        () = async { while simweb.seen().len() == asked { tokio::task::yield_now().await } } => {}
    }
    simweb.set_fault(None);
    assert!(secure(&simweb, name, "/").await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn the_statement_is_read_over_tls() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let host = with(&simweb, Habit::FooterStatement);
    let StatementTruth::Present { url } = simweb.europe().truth(&host, 1).statement else { panic!("{host}") };
    let page = secure(&simweb, &host, url.strip_prefix(&format!("https://{host}")).unwrap()).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(&host), "{page}");
    let home = plain(&simweb, "GET", &host, "/").await.unwrap();
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    let seen = simweb.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((seen[0].host.as_str(), seen[0].scheme, seen[0].status), (host.as_str(), "https", 200));
    assert_eq!((seen[1].path.as_str(), seen[1].scheme, seen[1].user_agent.as_str()), ("/", "http", "test"));
    simweb.forget();
    assert!(simweb.seen().is_empty());
}

#[tokio::test]
async fn http_2_is_offered() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let host = with(&simweb, Habit::FooterStatement);
    let stream = TcpStream::connect(simweb.https()).await.unwrap();
    let name = ServerName::try_from(host).unwrap();
    let stream = connector(&simweb, &[b"h2", b"http/1.1"]).connect(name, stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn flawed_certificates_are_refused_by_a_reader_that_checks() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    for habit in [Habit::ExpiredCertificate, Habit::WrongNameCertificate, Habit::HttpOnly, Habit::Refused] {
        let host = with(&simweb, habit);
        assert!(secure(&simweb, &host, "/").await.is_err(), "{habit}");
    }
    let expired = plain(&simweb, "GET", &with(&simweb, Habit::ExpiredCertificate), "/").await.unwrap();
    assert!(expired.starts_with("HTTP/1.1 301"), "{expired}");
    let plain_only = plain(&simweb, "GET", &with(&simweb, Habit::HttpOnly), "/").await.unwrap();
    assert!(plain_only.starts_with("HTTP/1.1 200"), "{plain_only}");
}

#[tokio::test]
async fn refused_and_reset_connections_end_in_a_reset() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let refused = plain(&simweb, "GET", &with(&simweb, Habit::Refused), "/").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionReset);
    assert_eq!(simweb.seen().last().unwrap().status, 0);
    let reset = plain(&simweb, "GET", &with(&simweb, Habit::Reset), "/").await.unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn months_take_hosts_away_and_bring_them_back() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let (dies, pauses) = (with(&simweb, Habit::Dies), with(&simweb, Habit::Pauses));
    let mut answered = Vec::new();
    for month in 1..=3 {
        simweb.set_month(month);
        assert_eq!(simweb.month(), month);
        for host in [&dies, &pauses] {
            answered.push(plain(&simweb, "GET", host, "/").await.is_ok());
        }
    }
    assert_eq!(answered, [true, true, false, false, false, true]);
}

#[tokio::test]
async fn the_first_request_is_limited_and_robots_never() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let host = with(&simweb, Habit::LimitedOnce);
    let robots = plain(&simweb, "GET", &host, "/robots.txt").await.unwrap();
    assert!(!robots.starts_with("HTTP/1.1 429"), "{robots}");
    let home = plain(&simweb, "GET", &host, "/").await.unwrap();
    assert!(home.starts_with("HTTP/1.1 429") && home.contains("retry-after: 1\r\n"), "{home}");
}

#[tokio::test]
async fn controls_answer_on_addresses_only() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let host = with(&simweb, Habit::Appears);
    let truth = format!("/__simweb/truth?host={host}");
    assert!(plain(&simweb, "GET", "127.0.0.1", &truth).await.unwrap().contains("\"statement\":\"absent\""));
    assert!(plain(&simweb, "PUT", "localhost:80", "/__simweb/month/2").await.unwrap().contains("month 2"));
    assert!(plain(&simweb, "GET", "[::1]", &truth).await.unwrap().contains("\"statement\":\"present\""));
    assert!(plain(&simweb, "GET", "127.0.0.1", "/__simweb/hosts?n=3").await.unwrap().contains("\"habit\""));
    assert!(
        plain(&simweb, "PUT", "127.0.0.1", "/__simweb/month/0").await.unwrap().starts_with("HTTP/1.1 404")
    );
    let outside =
        plain(&simweb, "GET", &with(&simweb, Habit::FooterStatement), "/__simweb/seen").await.unwrap();
    assert!(outside.starts_with("HTTP/1.1 404"), "{outside}");
    let seen = plain(&simweb, "GET", "127.0.0.1", "/__simweb/seen").await.unwrap();
    assert!(seen.contains("\"path\":\"/__simweb/seen\""), "{seen}");
    assert!(plain(&simweb, "PUT", "127.0.0.1", "/__simweb/forget").await.unwrap().contains("forgotten"));
    assert!(simweb.seen().is_empty());
}

#[tokio::test]
async fn it_stops_with_connections_open() {
    let stop = CancellationToken::new();
    let simweb = start(&stop).await;
    let (address, endless) = (simweb.http(), with(&simweb, Habit::EndlessBody));
    let mut open = TcpStream::connect(address).await.unwrap();
    open.write_all(request("GET", &endless, "/").as_bytes()).await.unwrap();
    let mut first = [0; 16];
    open.read_exact(&mut first).await.unwrap();
    stop.cancel();
    simweb.stopped().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn only_loopback_is_served() {
    let config = ServeConfig {
        seed: 1,
        http: SocketAddr::from(([0, 0, 0, 0], 0)),
        https: SocketAddr::from(([127, 0, 0, 1], 0)),
        month: 1,
    };
    assert!(matches!(serve(config, CancellationToken::new()).await, Err(SimwebError::NotLoopback(_))));
}
