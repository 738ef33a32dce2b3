//! Which certificates are trusted, and of those that are not, what is wrong with them.

use der::asn1::AnyRef;
use der::{Decode, SliceReader, Tag, TagNumber};
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

/// Names two faults that the usual check does not tell apart. A certificate that names itself as its issuer
/// is untrusted, even as a CA at the end of the chain. One that stands alone and names another issuer lacks
/// the links to it.
fn named(
    fault: CertificateError,
    own: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> CertificateError {
    let is_unlinked = matches!(fault, CertificateError::UnknownIssuer | CertificateError::Other(_));
    match issuer_and_subject(own) {
        Ok((issuer, subject)) if is_unlinked && issuer == subject => CertificateError::UnknownIssuer,
        Ok(_) if fault == CertificateError::UnknownIssuer && intermediates.is_empty() => {
            CertificateError::Other(OtherError(Arc::new(IncompleteChain)))
        }
        _ => fault,
    }
}

/// The encoded names of issuer and subject (RFC 5280 section 4.1): the fourth and sixth part, counted with the version.
fn issuer_and_subject(certificate: &[u8]) -> der::Result<(&[u8], &[u8])> {
    let signed = first_in(first_in(certificate)?.value())?;
    let mut fields = SliceReader::new(signed.value())?;
    // Certificates of version 1 do not say so.
    if Tag::peek(&fields)? == VERSION {
        AnyRef::decode(&mut fields)?;
    }
    let (_serial, _algorithm) = (AnyRef::decode(&mut fields)?, AnyRef::decode(&mut fields)?);
    let issuer = AnyRef::decode(&mut fields)?;
    let _validity = AnyRef::decode(&mut fields)?;
    let subject = AnyRef::decode(&mut fields)?;
    Ok((issuer.value(), subject.value()))
}

/// The tag of the explicit version.
const VERSION: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// The first element of these bytes, whatever follows it.
fn first_in(bytes: &[u8]) -> der::Result<AnyRef<'_>> {
    AnyRef::decode(&mut SliceReader::new(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An element in DER.
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let size = match length {
            0..=0x7f => vec![length as u8],
            0x80..=0xff => vec![0x81, length as u8],
            _ => vec![0x82, (length >> 8) as u8, length as u8],
        };
        [&[tag][..], &size, content].concat()
    }

    /// A certificate with these names and nothing else that is true.
    fn certificate(version: &[u8], issuer: &[u8], subject: &[u8]) -> Vec<u8> {
        let names = [element(0x30, issuer), element(0x30, &[]), element(0x30, subject)].concat();
        let fields = [version, &element(2, &[1]), &element(0x30, &[]), &names, &element(0x30, &[7])].concat();
        element(0x30, &[element(0x30, &fields), element(0x30, &[8])].concat())
    }

    #[test]
    fn a_certificate_is_read_as_far_as_its_subject() {
        let whole = certificate(&[], &[1], &[2]);
        assert_eq!(issuer_and_subject(&whole), Ok((&[1][..], &[2][..])));
        assert_eq!(issuer_and_subject(&[&whole[..], &[9, 9]].concat()), Ok((&[1][..], &[2][..])));
        assert!(issuer_and_subject(&whole[..whole.len() - 1]).is_err(), "cut off");
        assert!(issuer_and_subject(&element(0x30, &element(0x30, &element(2, &[1])))).is_err(), "no names");
        assert!(issuer_and_subject(&[0x30, 0x80, 0x30, 0x80]).is_err(), "an end that is not told");
    }

    #[test]
    fn the_issuer_of_a_certificate_is_the_subject_of_its_authority() {
        let named = |name: &str| {
            let mut params = rcgen::CertificateParams::new(vec![format!("{name}.example")]).unwrap();
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            params
        };
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = named("authority").self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(named("authority"), &key);
        let signed = named("host").signed_by(&rcgen::KeyPair::generate().unwrap(), &issuer).unwrap();
        let (own_issuer, own_subject) = issuer_and_subject(authority.der()).unwrap();
        assert_eq!(own_issuer, own_subject);
        let (issuer, subject) = issuer_and_subject(signed.der()).unwrap();
        assert_eq!(issuer, own_subject);
        assert_ne!(subject, own_subject);
    }

    #[test]
    fn a_certificate_alone_with_an_unknown_issuer_lacks_its_chain() {
        let certificate = |issuer, subject| CertificateDer::from(certificate(&[], &[issuer], &[subject]));
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
            let _ = issuer_and_subject(&bytes);
        }

        #[test]
        fn damage_is_read(at in 0..60_usize, byte: u8) {
            let mut bytes = certificate(&element(0xa0, &[2, 1, 2]), &[1; 20], &[2; 20]);
            bytes[at] = byte;
            let _ = issuer_and_subject(&bytes);
        }

        #[test]
        fn names_come_out_as_they_were_written(
            issuer in proptest::collection::vec(any::<u8>(), 0..400),
            subject in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            for version in [vec![], element(0xa0, &[2, 1, 2])] {
                let whole = certificate(&version, &issuer, &subject);
                prop_assert_eq!(issuer_and_subject(&whole), Ok((&issuer[..], &subject[..])));
            }
        }
    }
}
