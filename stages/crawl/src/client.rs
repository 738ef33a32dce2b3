//! The HTTP clients: one per scheme and host worked on, so that a host's connections end with its work.

use crate::config::{CrawlConfig, CrawlError};
use crate::names::{Fixed, Names};
use crate::trust::{Heard, Trust};
use deklaro_schemas::PageUrl;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, FROM, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Client, redirect, retry};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// An idle connection outlives the gap by this much, to be used again.
const IDLE_AFTER_GAP: Duration = Duration::from_secs(2);

/// TLS sessions kept for a host's work: it asks few others.
const MAX_SESSIONS: usize = 8;

/// Makes clients that differ in nothing.
#[derive(Debug)]
pub(crate) struct ClientFactory {
    tls: ClientConfig,
    trust: Arc<WebPkiServerVerifier>,
    headers: HeaderMap,
    /// The same as text, for the rows.
    lines: String,
    names: Names,
    config: CrawlConfig,
}

impl ClientFactory {
    pub(crate) fn new(config: &CrawlConfig, names: Names) -> Result<Self, CrawlError> {
        let headers = headers(config)?;
        let lines = crate::head::lines(&headers);
        let trust = trust(config)?;
        let factory = Self { tls: tls(trust.clone())?, trust, headers, lines, names, config: config.clone() };
        // Everything that can be wrong with the settings shows here, not at the thousandth host.
        let heard = Heard::default();
        factory.build(true, &heard).and_then(|_| factory.build(false, &heard)).map_err(CrawlError::Client)?;
        Ok(factory)
    }

    fn build(&self, is_https: bool, heard: &Heard) -> reqwest::Result<Client> {
        let config = &self.config;
        let mut tls = self.tls.clone();
        if is_https {
            tls.dangerous().set_certificate_verifier(Arc::new(Trust::new(self.trust.clone(), heard.clone())));
            // Each host has its own sessions, so its first handshake is a whole one and its version is heard.
            tls.resumption = Resumption::in_memory_sessions(MAX_SESSIONS);
        }
        let builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .http2_max_header_list_size(crate::head::MAX_OCTETS)
            .default_headers(self.headers.clone())
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(config.dns_timeout + config.connect_timeout)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(config.gap + IDLE_AFTER_GAP);
        match config.connect_to {
            Some(to) => builder.dns_resolver(Fixed(if is_https { to.https } else { to.http })),
            None => builder.dns_resolver(self.names.clone()),
        }
        .build()
    }
}

/// The clients of one host's work; dropping them closes their connections.
#[derive(Debug)]
pub(crate) struct Clients {
    factory: Arc<ClientFactory>,
    http: OnceLock<Client>,
    https: OnceLock<Client>,
    heard: Heard,
}

impl Clients {
    pub(crate) fn new(factory: Arc<ClientFactory>) -> Self {
        Self { factory, http: OnceLock::new(), https: OnceLock::new(), heard: Heard::default() }
    }

    /// The header lines every request carries beside `Host`.
    pub(crate) fn header_lines(&self) -> &str {
        &self.factory.lines
    }

    pub(crate) fn client_for(&self, url: &PageUrl) -> &Client {
        let cell = if url.is_https() { &self.https } else { &self.http };
        let build = || self.factory.build(url.is_https(), &self.heard);
        cell.get_or_init(|| build().expect("the same settings built one before"))
    }

    /// The TLS version its host spoke in the last whole handshake of this work.
    pub(crate) fn tls_version(&self, url: &PageUrl) -> Option<&'static str> {
        url.is_https().then(|| self.heard.version(url.host().as_str())).flatten()
    }
}

fn headers(config: &CrawlConfig) -> Result<HeaderMap, CrawlError> {
    let value = |field, value: &str| {
        let wrong = || CrawlError::Setting {
            field,
            value: value.to_owned(),
            expected: "text that fits into an HTTP header",
        };
        HeaderValue::from_str(value).map_err(|_| wrong())
    };
    let user_agent = value("user_agent", &config.sent_user_agent())?;
    if config.product_token().is_empty() {
        let (field, value) = ("user_agent", config.user_agent.clone());
        return Err(CrawlError::Setting {
            field,
            value,
            expected: "a product token of letters, `-` and `_` in front",
        });
    }
    let accept = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5";
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
    headers.insert(USER_AGENT, user_agent);
    if let Some(sender) = config.sender() {
        headers.insert(FROM, value("contact", sender)?);
    }
    Ok(headers)
}

/// The web's roots and the extra ones, HTTP/2 before HTTP/1.1.
fn tls(trust: Arc<WebPkiServerVerifier>) -> Result<ClientConfig, CrawlError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(CrawlError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust::new(trust, Heard::default())))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn trust(config: &CrawlConfig) -> Result<Arc<WebPkiServerVerifier>, CrawlError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = &config.extra_ca_pem {
        add_roots(&mut roots, pem).map_err(|reason| CrawlError::Certificates { reason })?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    usual.map_err(|error| CrawlError::Certificates { reason: error.to_string() })
}

fn add_roots(roots: &mut RootCertStore, pem: &str) -> Result<(), String> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.len() == before { Err("no certificate in it".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(config: &CrawlConfig) -> String {
        ClientFactory::new(config, Names::new(config)).unwrap_err().to_string()
    }

    #[test]
    fn settings_that_cannot_be_sent_are_named() {
        let agent = CrawlConfig { user_agent: "Deklaro/1\nX: y".to_owned(), ..CrawlConfig::default() };
        assert!(error(&agent).starts_with("`user_agent` is `Deklaro/1"), "{}", error(&agent));
        let token = CrawlConfig { user_agent: "1.0".to_owned(), ..CrawlConfig::default() };
        assert!(error(&token).contains("product token"));
        let ca = CrawlConfig { extra_ca_pem: Some("no pem".to_owned()), ..CrawlConfig::default() };
        assert!(error(&ca).contains("no certificate in it"));
    }
}
