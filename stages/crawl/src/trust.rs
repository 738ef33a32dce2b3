//! Which certificates are trusted, and of those that are not, what is wrong with them.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The server sent its own certificate alone, and who issued it is nobody we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificates between the server's own and a trusted one are missing")]
pub(crate) struct IncompleteChain;

/// The usual check. Nothing it refuses is let through; the two faults it does not tell apart get their names.
#[derive(Debug)]
pub(crate) struct Trust {
    usual: Arc<WebPkiServerVerifier>,
    heard: Heard,
}

impl Trust {
    pub(crate) fn new(usual: Arc<WebPkiServerVerifier>, heard: Heard) -> Self {
        Self { usual, heard }
    }
}

/// The TLS version each host spoke. The library tells it nobody but the one who checks the handshake: first the name, then,
/// by version, the signature. One after the other, as a host's requests are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Versions>>);

#[derive(Debug, Default)]
struct Versions {
    shaking: String,
    by_host: HashMap<String, &'static str>,
}

impl Heard {
    /// The version this host spoke, where a handshake with it came so far.
    pub(crate) fn version(&self, host: &str) -> Option<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_host.get(host).copied()
    }

    fn name(&self, name: &ServerName<'_>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shaking = name.to_str().into_owned();
    }

    fn spoke(&self, version: &'static str) {
        let mut versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let host = std::mem::take(&mut versions.shaking);
        versions.by_host.insert(host, version);
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.heard.name(name);
        self.usual.verify_server_cert(own, intermediates, name, ocsp, now).map_err(|error| match error {
            Error::InvalidCertificate(fault) => Error::InvalidCertificate(named(fault, own, intermediates)),
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.heard.spoke("TLS 1.2");
        self.usual.verify_tls12_signature(message, own, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.heard.spoke("TLS 1.3");
        self.usual.verify_tls13_signature(message, own, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// A certificate that names itself as its issuer is untrusted, however else the check put it (as a CA at the end of the
/// chain, for one); one that stands alone and names another lacks the links to it.
fn named(
    fault: CertificateError,
    own: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> CertificateError {
    let is_unlinked = matches!(fault, CertificateError::UnknownIssuer | CertificateError::Other(_));
    match issuer_and_subject(own) {
        Some((issuer, subject)) if is_unlinked && issuer == subject => CertificateError::UnknownIssuer,
        Some(_) if fault == CertificateError::UnknownIssuer && intermediates.is_empty() => {
            CertificateError::Other(OtherError(Arc::new(IncompleteChain)))
        }
        _ => fault,
    }
}

/// The encoded names of issuer and subject (RFC 5280 section 4.1): the fourth and sixth part behind the version.
fn issuer_and_subject(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, signed, _) = element(certificate)?;
    let (_, mut fields, _) = element(signed)?;
    let (tag, _, rest) = element(fields)?;
    if tag == VERSION_TAG {
        fields = rest;
    }
    let mut part = || {
        let (_, content, rest) = element(fields)?;
        fields = rest;
        Some(content)
    };
    let (_serial, _algorithm) = (part()?, part()?);
    let issuer = part()?;
    let _validity = part()?;
    Some((issuer, part()?))
}

/// The tag of the explicit version, which certificates of version 1 lack.
const VERSION_TAG: u8 = 0xa0;

/// Tag, content and rest of a DER element (X.690 section 8.1).
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_are_read_as_far_as_they_go() {
        assert_eq!(element(&[0x30, 2, 7, 8, 9]), Some((0x30, &[7, 8][..], &[9][..])));
        assert_eq!(element(&[0x30, 0x81, 1, 7]), Some((0x30, &[7][..], &[][..])));
        assert_eq!(element(&[0x30, 0x80, 7]), None);
        assert_eq!(element(&[0x30, 3, 7]), None);
    }

    #[test]
    fn a_certificate_alone_with_an_unknown_issuer_lacks_its_chain() {
        // Sequence of a sequence of serial, algorithm, issuer, validity and subject.
        let certificate = |issuer: u8, subject: u8| {
            let fields = [2, 1, 1, 0x30, 0, 0x30, 1, issuer, 0x30, 0, 0x30, 1, subject];
            CertificateDer::from([&[0x30, 15, 0x30, 13][..], &fields].concat())
        };
        let fault = |own: &CertificateDer<'_>, others: &[CertificateDer<'_>]| {
            named(CertificateError::UnknownIssuer, own, others)
        };
        let (own, signed) = (certificate(1, 1), certificate(1, 2));
        assert_eq!(fault(&own, &[]), CertificateError::UnknownIssuer);
        assert!(matches!(fault(&signed, &[]), CertificateError::Other(_)));
        assert_eq!(fault(&signed, std::slice::from_ref(&own)), CertificateError::UnknownIssuer);
        assert_eq!(named(CertificateError::Expired, &signed, &[]), CertificateError::Expired);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            issuer_and_subject(&bytes);
        }
    }
}
