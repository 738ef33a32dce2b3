//! Whether a token says what it seems to say.

use super::TokenError;
use super::certificate::Certificate;
use super::token::{TST_INFO, Token};
use deklaro_schemas::Sha256;
use der::Tag;
use der::asn1::ObjectIdentifier;
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use serde::Serialize;
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

/// `id-kp-timeStamping` (RFC 3161 section 2.3), as its DER content.
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// `ESSCertID`, by SHA-1 (RFC 3161), and `ESSCertIDv2` (RFC 5816).
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// What a token that holds says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The manifest existed then, RFC 3339.
    pub at: String,
    /// The name in the authority's certificate.
    pub authority: String,
    /// The token's number at that authority, in hexadecimal digits.
    pub serial: String,
    /// The authority's policy, an object identifier.
    pub policy: String,
    /// False where nobody said which authorities are trusted: then it is only known that the token is about this manifest and
    /// was not changed.
    pub is_chain_checked: bool,
}

/// Checks an answer against a manifest (RFC 3161 section 2.4.2, RFC 5652 section 5.6). The stamp was granted,
/// is about these bytes, and carries the nonce that was sent, if any. The certificate that it names signed it
/// and is for time stamps. With `trusted`, one of those issued the certificate, and it was valid at the
/// token's time.
pub fn check_answer(
    answer: &[u8],
    manifest: &[u8],
    nonce: Option<&[u8]>,
    trusted: Option<&[CertificateDer<'_>]>,
) -> Result<Stamp, TokenError> {
    let token = Token::of_answer(answer)?;
    let imprint = token.info.imprint.ok_or(TokenError::Algorithm { of: "imprint" })?;
    let expected = Sha256::of(manifest);
    if hex::encode(imprint) != expected.as_str() {
        return Err(TokenError::Imprint { found: hex::encode(imprint), expected });
    }
    if nonce.is_some_and(|nonce| token.info.nonce != Some(nonce)) {
        return Err(TokenError::Nonce);
    }
    let mut own = None;
    for der in &token.certificates {
        let certificate = Certificate::of(der)?;
        if certificate.is_named(token.signer.id) {
            own = Some(certificate);
            break;
        }
    }
    let own = own.ok_or(TokenError::NoSigner)?;
    attributes(&token, &own)?;
    signature(&token, &own)?;
    own.is_for_only(TIME_STAMPING)?;
    if let Some(trusted) = trusted {
        chain(&token, &own, trusted)?;
    }
    Ok(Stamp {
        at: token.info.at.to_string(),
        authority: own.subject()?,
        serial: hex::encode(token.info.serial),
        policy: token.info.policy,
        is_chain_checked: trusted.is_some(),
    })
}

/// Checks what is signed beside the content: its type, its hash and the certificate's hash. The last one
/// stops an exchange for another certificate with the same key.
fn attributes(token: &Token<'_>, own: &Certificate<'_>) -> Result<(), TokenError> {
    const OF: &str = "the signed attributes";
    let (mut is_type, mut is_digest, mut is_certificate) = (false, false, false);
    for attribute in token.signer.attributes.fields(OF)?.rest()? {
        let mut fields = attribute.fields(OF)?;
        let kind = fields.expect(Tag::ObjectIdentifier)?;
        let mut values = fields.expect(Tag::Set)?.fields(OF)?;
        if kind.is(CONTENT_TYPE) {
            is_type = values.expect(Tag::ObjectIdentifier)?.is(TST_INFO);
        } else if kind.is(MESSAGE_DIGEST) {
            let algorithm = algorithm(token.signer.digest.content)?;
            is_digest = values.expect(Tag::OctetString)?.content == digest(algorithm, token.content).as_ref();
        } else if kind.is(SIGNING_CERTIFICATE) || kind.is(SIGNING_CERTIFICATE_2) {
            let mut ids = values.expect(Tag::Sequence)?.fields(OF)?.expect(Tag::Sequence)?.fields(OF)?;
            let mut first = ids.expect(Tag::Sequence)?.fields(OF)?;
            let usual = if kind.is(SIGNING_CERTIFICATE) { &SHA1_FOR_LEGACY_USE_ONLY } else { &SHA256 };
            let by = match first.optional(Tag::Sequence)? {
                Some(named) => algorithm(named.fields(OF)?.expect(Tag::ObjectIdentifier)?.content)?,
                None => usual,
            };
            is_certificate = first.expect(Tag::OctetString)?.content == digest(by, own.der).as_ref();
        }
    }
    match (is_type, is_digest, is_certificate) {
        (true, true, true) => Ok(()),
        (true, true, false) => Err(TokenError::OtherCertificate),
        _ => Err(TokenError::Changed),
    }
}

/// The hash an object identifier names. Those that are broken are not taken.
fn algorithm(oid: &[u8]) -> Result<&'static Algorithm, TokenError> {
    // 2.16.840.1.101.3.4.2.x
    match oid {
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1] => Ok(&SHA256),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2] => Ok(&SHA384),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3] => Ok(&SHA512),
        _ => Err(TokenError::Algorithm { of: "signature" }),
    }
}

/// The attributes are signed as a SET, whatever they are tagged as (RFC 5652 section 5.4). Which of the algorithms that are
/// taken at all was used follows from the key and the signature.
fn signature(token: &Token<'_>, own: &Certificate<'_>) -> Result<(), TokenError> {
    const SET: u8 = 0x31;
    let mut signed = token.signer.attributes.whole.to_vec();
    signed[0] = SET;
    let der = CertificateDer::from(own.der);
    let certificate = EndEntityCert::try_from(&der).map_err(TokenError::Chain)?;
    let holds = |algorithm: &&dyn rustls_pki_types::SignatureVerificationAlgorithm| {
        certificate.verify_signature(*algorithm, &signed, token.signer.signature).is_ok()
    };
    if ALL_VERIFICATION_ALGS.iter().any(holds) { Ok(()) } else { Err(TokenError::Signature) }
}

/// From the signer's certificate to a trusted one, at the time of the token: an authority may have ended since.
fn chain(token: &Token<'_>, own: &Certificate<'_>, trusted: &[CertificateDer<'_>]) -> Result<(), TokenError> {
    let anchors: Vec<TrustAnchor<'_>> = trusted
        .iter()
        .map(webpki::anchor_from_trusted_cert)
        .collect::<Result<_, _>>()
        .map_err(TokenError::Chain)?;
    let between: Vec<CertificateDer<'_>> =
        token.certificates.iter().map(|der| CertificateDer::from(*der)).collect();
    let der = CertificateDer::from(own.der);
    let certificate = EndEntityCert::try_from(&der).map_err(TokenError::Chain)?;
    let seconds = u64::try_from(token.info.at.as_second()).unwrap_or(0);
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    // Only the last certificate must name the usage; the ones above may leave it open.
    let usage = KeyUsage::required_if_present(TIME_STAMPING);
    certificate
        .verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &between, at, usage, None, None)
        .map(|_| ())
        .map_err(TokenError::Chain)
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} by {}, serial {}", self.at, self.authority, self.serial)?;
        if !self.is_chain_checked {
            write!(f, "; whether that authority is to be trusted was not asked (`--tsa-ca`)")?;
        }
        Ok(())
    }
}
