//! Certificates that browsers refuse, each by its own reason.

use crate::support::{Server, closed_port, config, crawl, frontier, html, lines, without_robots};
use deklaro_crawl::CrawlConfig;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const HOST: &str = "a.example.at";

/// A server's certificate in the making.
struct Made {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

/// An authority: what it signs with, and its own certificate.
fn authority(name: &str) -> (Issuer<'static, KeyPair>, rcgen::Certificate) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (Issuer::new(params, key), certificate)
}

fn params(host: &str, last_year: i32) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    params
}

fn issued(by: &Issuer<'static, KeyPair>, host: &str, last_year: i32) -> Made {
    let key = KeyPair::generate().unwrap();
    let certificate = params(host, last_year).signed_by(&key, by).unwrap();
    Made { chain: vec![certificate.der().clone()], key }
}

fn self_signed() -> Made {
    let key = KeyPair::generate().unwrap();
    let certificate = params(HOST, 2048).self_signed(&key).unwrap();
    Made { chain: vec![certificate.der().clone()], key }
}

/// Shakes hands with everyone, with this certificate, and closes.
async fn serve(made: Made) -> SocketAddr {
    let key = PrivateKeyDer::try_from(made.key.serialize_der()).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(made.chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _refused = acceptor.accept(stream).await;
        }
    });
    address
}

/// The first row of an https entry page behind this certificate.
async fn first_row(made: Made, trusted: &str) -> String {
    let config = CrawlConfig {
        retries: 0,
        extra_ca_pem: Some(trusted.to_owned()),
        ..config(closed_port().await, serve(made).await)
    };
    let outcomes = crawl(config, frontier(&[&format!("https://{HOST}/")])).await;
    lines(&outcomes[0]).lines().next().unwrap().replace(&format!("https://{HOST}/ #1 - "), "")
}

#[tokio::test]
async fn every_fault_of_a_certificate_has_its_reason() {
    let (trusted, root) = authority("trusted");
    let (stranger, stranger_root) = authority("stranger");
    let mut strange = issued(&stranger, HOST, 2048);
    strange.chain.push(stranger_root.der().clone());
    let mut unfit = params(HOST, 2048);
    unfit.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    let unfit = Made { chain: vec![unfit.signed_by(&key, &trusted).unwrap().der().clone()], key };
    let cases = [
        (unfit, "tls_certificate"),
        (issued(&trusted, HOST, 2020), "tls_expired"),
        (issued(&trusted, "b.example.at", 2048), "tls_wrong_name"),
        (self_signed(), "tls_untrusted"),
        (strange, "tls_untrusted"),
        (issued(&stranger, HOST, 2048), "tls_incomplete_chain"),
    ];
    for (made, reason) in cases {
        let row = first_row(made, &root.pem()).await;
        assert!(row.starts_with(&format!("network_error {reason} ")), "{reason}: {row}");
    }
}

#[tokio::test]
async fn a_certificate_that_holds_is_no_fault() {
    let (trusted, root) = authority("trusted");
    let row = first_row(issued(&trusted, HOST, 2048), &root.pem()).await;
    // The server closes behind the handshake, and without robots.txt nothing is asked.
    assert_eq!(row, "refused robots_unreachable robots:unreachable final");
}

#[tokio::test]
async fn a_certificate_for_another_name_sends_us_to_plain_http_first() {
    let (trusted, root) = authority("trusted");
    let server = Server::start(without_robots(|_, _| html("<p>here"))).await;
    let https = serve(issued(&trusted, "www.a.example.at", 2048)).await;
    let config = CrawlConfig { retries: 0, extra_ca_pem: Some(root.pem()), ..config(server.address, https) };
    let outcomes = crawl(config, frontier(&[&format!("https://{HOST}/")])).await;
    insta::assert_snapshot!(lines(&outcomes[0]), @r"
    https://a.example.at/ #1 - network_error tls_wrong_name robots:unreachable
    http://a.example.at/ #2 200 ok fell_back_to_http robots:allowed final
    ");
}
