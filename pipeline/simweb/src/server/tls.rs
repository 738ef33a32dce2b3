//! Certificates for any name, under one throw-away authority that lives as long as the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::service::Reader;
use super::wire::Wire;
use crate::{Europe, Habit};

/// Certificates kept; one more is made in well under a millisecond.
const MOST_CERTIFICATES: usize = 2048;
/// Time for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Name on the certificates of bodies whose certificate is for another name.
const WRONG_NAME: &str = "parked.hosting.example";

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Flaw {
    None,
    Expired,
    WrongName,
}

/// The throw-away certificate authority, and the certificates it issued last.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    leaf_key: KeyPair,
    signer: Arc<dyn SigningKey>,
    issued: Mutex<Issued>,
}

#[derive(Default)]
struct Issued {
    by_name: HashMap<(String, Flaw), Arc<CertifiedKey>>,
    order: VecDeque<(String, Flaw)>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// A new authority with a new key, and the one key that all sites use.
    pub(super) fn new() -> Result<Authority, super::SimwebError> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "Deklaro simulated web, throw-away authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2018, 1, 1), rcgen::date_time_ymd(2049, 1, 1));
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        let leaf_key = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let signer = ring::sign::any_supported_type(&der)?;
        Ok(Authority { issuer: Issuer::new(params, key), pem, leaf_key, signer, issued: Mutex::default() })
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// Certificate for `name` with `flaw`, from memory or newly issued.
    fn certificate(&self, name: &str, flaw: Flaw) -> Option<Arc<CertifiedKey>> {
        let key = (name.to_owned(), flaw);
        if let Some(found) = self.lock().by_name.get(&key) {
            return Some(Arc::clone(found));
        }
        let made = Arc::new(self.issue(name, flaw).ok()?);
        let mut issued = self.lock();
        while issued.order.len() >= MOST_CERTIFICATES {
            let Some(oldest) = issued.order.pop_front() else { break };
            issued.by_name.remove(&oldest);
        }
        if issued.by_name.insert(key.clone(), Arc::clone(&made)).is_none() {
            issued.order.push_back(key);
        }
        Some(made)
    }

    fn issue(&self, name: &str, flaw: Flaw) -> Result<CertifiedKey, rcgen::Error> {
        let subject = if flaw == Flaw::WrongName { WRONG_NAME } else { name };
        let mut params = CertificateParams::new(vec![subject.to_owned()])?;
        let last_year = if flaw == Flaw::Expired { 2020 } else { 2048 };
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2019, 1, 1), rcgen::date_time_ymd(last_year, 1, 1));
        let certificate = params.signed_by(&self.leaf_key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], Arc::clone(&self.signer)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Issued> {
        self.issued.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Hands out certificates by the name in the handshake, flawed ones to the habits that have them.
#[derive(Debug)]
struct ByName {
    authority: Arc<Authority>,
    europe: Europe,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or("localhost");
        let flaw = match self.europe.host(name).habit {
            // Without a certificate rustls ends the handshake with an alert.
            Habit::HttpOnly => return None,
            Habit::ExpiredCertificate => Flaw::Expired,
            Habit::WrongNameCertificate => Flaw::WrongName,
            _ => Flaw::None,
        };
        self.authority.certificate(name, flaw)
    }
}

/// TLS 1.2 and 1.3 for HTTP/2 and HTTP/1.1, certificates from `authority`.
pub(super) fn server_config(
    authority: &Arc<Authority>,
    europe: Europe,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let resolver = ByName { authority: Arc::clone(authority), europe };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Readers open one connection per host and round, so tickets would only cost.
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

/// Brings up TLS on `wire`; nothing for a host that refuses, a handshake that fails or takes too long.
pub(super) async fn handshake(
    reader: &Reader,
    wire: Wire,
    config: Arc<ServerConfig>,
) -> Option<TlsStream<Wire>> {
    let hello = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), wire);
    let start = tokio::time::timeout(HANDSHAKE, hello).await.ok()?.ok()?;
    let name = start.client_hello().server_name().unwrap_or("localhost").to_owned();
    let habit = reader.state.europe.host(&name).habit;
    if !habit.is_listening(reader.state.month()) {
        reader.record(&name, "", None, 0, "");
        reader.breaker.break_off();
        return None;
    }
    let done = tokio::time::timeout(HANDSHAKE, start.into_stream(config)).await.ok()?;
    done.inspect_err(|_| reader.record(&name, "", None, 0, "")).ok()
}
