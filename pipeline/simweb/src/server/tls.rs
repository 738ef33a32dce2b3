//! TLS with the certificate that a host's habit calls for.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use super::authority::{Authority, Flaw};
use super::service::Reader;
use super::wire::Wire;
use crate::{Europe, Habit};

/// Time for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
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
