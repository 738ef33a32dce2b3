//! Asking an authority over HTTP (RFC 3161 section 3.4).

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Url, redirect};
use ring::digest::{SHA256, digest};
use std::sync::Arc;
use std::time::Duration;

/// An answer longer than this is not read on; those of known authorities are below 8 KiB.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// TLS cannot be set up here.
    #[error("setting up TLS")]
    Tls(#[source] rustls::Error),
    /// No connection, no answer in time, or one that breaks off.
    #[error("no whole answer came")]
    Http(#[source] reqwest::Error),
    /// Another status than 200.
    #[error("it answered with status `{0}`, expected `200`")]
    Status(u16),
    /// More than a time stamp can be.
    #[error("its answer is longer than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
}

/// A request for the SHA-256 of something (RFC 3161 section 2.4.1), with a nonce and the wish for the certificate.
pub(super) fn query(of: &[u8], nonce: [u8; 8]) -> Vec<u8> {
    // SEQUENCE { INTEGER 1, SEQUENCE { SEQUENCE { SHA-256, NULL }, OCTET STRING …
    let mut query =
        vec![0x30, 67, 2, 1, 1, 0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32];
    query.extend(digest(&SHA256, of).as_ref());
    // … }, INTEGER nonce, BOOLEAN TRUE }
    query.extend([2, 8]);
    query.extend(nonce);
    query.extend([1, 1, 0xff]);
    query
}

/// A number that nobody has seen before, as the eight bytes of a positive DER integer.
pub(super) fn nonce() -> [u8; 8] {
    let (_, random) = uuid::Uuid::new_v4().as_u64_pair();
    // The last 56 bits of a random UUID are random; in front a byte that needs no padding.
    let mut nonce = random.to_be_bytes();
    nonce[0] = 1;
    nonce
}

/// Sends the query and reads the answer, all within this time.
pub(super) async fn ask(url: &Url, query: Vec<u8>, timeout: Duration) -> Result<Vec<u8>, AskError> {
    let client = client(timeout)?;
    let request = client
        .post(url.clone())
        .header(CONTENT_TYPE, "application/timestamp-query")
        .header(ACCEPT, "application/timestamp-reply")
        .body(query);
    let mut response = request.send().await.map_err(AskError::Http)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(AskError::Status(response.status().as_u16()));
    }
    let mut answer = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(AskError::Http)? {
        if answer.len() + piece.len() > MAX_ANSWER_BYTES {
            return Err(AskError::TooLong);
        }
        answer.extend_from_slice(&piece);
    }
    Ok(answer)
}

/// The web's usual roots; redirects are not followed, since a query would not go with them.
fn client(timeout: Duration) -> Result<Client, AskError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(AskError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("deklaro/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .timeout(timeout)
        .build()
        .map_err(AskError::Http)
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::asn1::AnyRef;
    use der::{Decode, Tag};

    #[test]
    fn a_query_is_der_and_no_nonce_comes_twice() {
        let nonces = [nonce(), nonce()];
        assert_ne!(nonces[0], nonces[1]);
        let query = query(b"a manifest", nonces[0]);
        let whole = AnyRef::from_der(&query).unwrap();
        assert_eq!((whole.header().tag(), whole.value().len()), (Tag::Sequence, 67));
    }
}
