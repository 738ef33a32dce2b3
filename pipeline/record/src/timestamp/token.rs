//! An authority answers with a status and a token, a CMS message (RFC 5652) around the time (RFC 3161 section
//! 2.4.2).

use super::TokenError;
use super::element::{Element, Fields, context};
use der::Tag;
use der::asn1::ObjectIdentifier;

/// CMS `signedData`.
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// What a token is about.
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
pub(super) const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// A token, taken apart and not yet believed.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) info: Info<'a>,
    /// The bytes `info` was read from.
    pub(super) content: &'a [u8],
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signer: Signer<'a>,
}

/// `TSTInfo`.
#[derive(Debug)]
pub(super) struct Info<'a> {
    pub(super) policy: String,
    /// Nothing where the imprint is not a SHA-256.
    pub(super) imprint: Option<&'a [u8]>,
    pub(super) serial: &'a [u8],
    pub(super) at: jiff::Timestamp,
    pub(super) nonce: Option<&'a [u8]>,
}

/// `SignerInfo`.
#[derive(Debug)]
pub(super) struct Signer<'a> {
    pub(super) id: SignerId<'a>,
    pub(super) digest: Element<'a>,
    pub(super) attributes: Element<'a>,
    pub(super) signature: &'a [u8],
}

/// Which certificate the signer means.
#[derive(Debug, Clone, Copy)]
pub(super) enum SignerId<'a> {
    /// By the issuer's name and the number it gave.
    Issued { issuer: &'a [u8], serial: &'a [u8] },
    /// By the identifier of its key.
    Key(&'a [u8]),
}

impl<'a> Token<'a> {
    /// The token in an answer; or why the authority gave none.
    pub(super) fn of_answer(answer: &'a [u8]) -> Result<Self, TokenError> {
        let mut fields = Fields::only(answer, Tag::Sequence, "the answer")?.fields("the answer")?;
        granted(fields.expect(Tag::Sequence)?)?;
        let signed = inner(fields.expect(Tag::Sequence)?, SIGNED_DATA)?;
        Self::of_signed_data(signed)
    }

    fn of_signed_data(signed: Element<'a>) -> Result<Self, TokenError> {
        const OF: &str = "the signed data";
        let mut fields = signed.fields(OF)?.expect(Tag::Sequence)?.fields(OF)?;
        fields.expect(Tag::Integer)?;
        fields.expect(Tag::Set)?;
        let wrapped = inner(fields.expect(Tag::Sequence)?, TST_INFO)?;
        let content = Fields::only(wrapped.content, Tag::OctetString, OF)?.content;
        let certificates = match fields.optional(context(0))? {
            Some(certificates) => certificates.fields("the certificates")?.rest()?,
            None => Vec::new(),
        };
        fields.optional(context(1))?;
        let signer = Fields::only(fields.expect(Tag::Set)?.content, Tag::Sequence, "the signers")?;
        let is_certificate = |element: &Element<'a>| element.tag == Tag::Sequence;
        Ok(Self {
            info: Info::of(content)?,
            content,
            certificates: certificates.into_iter().filter(is_certificate).map(|one| one.whole).collect(),
            signer: Signer::of(signer)?,
        })
    }
}

/// `PKIStatusInfo`: 0 is granted, 1 granted with changes.
fn granted(status: Element<'_>) -> Result<(), TokenError> {
    let mut fields = status.fields("the status")?;
    let code = fields.expect(Tag::Integer)?.content;
    if matches!(code, [0 | 1]) {
        return Ok(());
    }
    let texts = match fields.optional(Tag::Sequence)? {
        Some(texts) => texts.fields("the status")?.rest()?,
        None => Vec::new(),
    };
    let said: Vec<String> = texts.iter().map(|text| printable(text.content)).collect();
    let said = if said.is_empty() { "no reason given".to_owned() } else { said.join("; ") };
    Err(TokenError::Refused { code: hex::encode(code), said })
}

/// What a `ContentInfo` or the like holds, if it is of this type.
fn inner(info: Element<'_>, kind: ObjectIdentifier) -> Result<Element<'_>, TokenError> {
    let mut fields = info.fields("the token")?;
    if !fields.expect(Tag::ObjectIdentifier)?.is(kind) {
        return Err(TokenError::Unexpected { of: "the token" });
    }
    fields.expect(context(0))
}

impl<'a> Info<'a> {
    fn of(content: &'a [u8]) -> Result<Self, TokenError> {
        const OF: &str = "the time-stamp information";
        let mut fields = Fields::only(content, Tag::Sequence, OF)?.fields(OF)?;
        fields.expect(Tag::Integer)?;
        let policy = fields.expect(Tag::ObjectIdentifier)?;
        let mut imprint = fields.expect(Tag::Sequence)?.fields(OF)?;
        let algorithm = imprint.expect(Tag::Sequence)?.fields(OF)?.expect(Tag::ObjectIdentifier)?;
        let imprint = imprint.expect(Tag::OctetString)?.content;
        let serial = fields.expect(Tag::Integer)?.content;
        let at = time(fields.expect(Tag::GeneralizedTime)?.content)?;
        // Its accuracy, and whether its serial numbers follow the time.
        fields.optional(Tag::Sequence)?;
        fields.optional(Tag::Boolean)?;
        Ok(Self {
            policy: ObjectIdentifier::from_bytes(policy.content)
                .map_err(|_| TokenError::Unexpected { of: OF })?
                .to_string(),
            imprint: algorithm.is(SHA256).then_some(imprint),
            serial,
            at,
            nonce: fields.optional(Tag::Integer)?.map(|nonce| nonce.content),
        })
    }
}

impl<'a> Signer<'a> {
    fn of(signer: Element<'a>) -> Result<Self, TokenError> {
        const OF: &str = "the signer";
        let mut fields = signer.fields(OF)?;
        fields.expect(Tag::Integer)?;
        let id = fields.next()?.ok_or(TokenError::Unexpected { of: OF })?;
        let id = if id.tag == Tag::Sequence {
            let mut issued = id.fields(OF)?;
            let issuer = issued.expect(Tag::Sequence)?.content;
            SignerId::Issued { issuer, serial: issued.expect(Tag::Integer)?.content }
        } else {
            SignerId::Key(id.content)
        };
        let digest = fields.expect(Tag::Sequence)?.fields(OF)?.expect(Tag::ObjectIdentifier)?;
        let attributes = fields.expect(context(0))?;
        fields.expect(Tag::Sequence)?;
        Ok(Self { id, digest, attributes, signature: fields.expect(Tag::OctetString)?.content })
    }
}

/// `YYYYMMDDhhmmss[.f…]Z`, as RFC 3161 wants it.
fn time(text: &[u8]) -> Result<jiff::Timestamp, TokenError> {
    let wrong = || TokenError::Time { found: printable(text) };
    let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii()).ok_or_else(wrong)?;
    let (day, rest) = text.split_at_checked(8).ok_or_else(wrong)?;
    let (hour, rest) = rest.split_at_checked(6).ok_or_else(wrong)?;
    if !(day.bytes().chain(hour.bytes()).all(|byte| byte.is_ascii_digit()) && rest.ends_with('Z')) {
        return Err(wrong());
    }
    let iso = format!(
        "{}-{}-{}T{}:{}:{}{rest}",
        &day[..4],
        &day[4..6],
        &day[6..],
        &hour[..2],
        &hour[2..4],
        &hour[4..]
    );
    iso.parse().map_err(|_| wrong())
}

/// Text of a stranger, fit for a terminal.
pub(super) fn printable(bytes: &[u8]) -> String {
    const MAX_CHARS: usize = 200;
    String::from_utf8_lossy(bytes).chars().filter(|char| !char.is_control()).take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_utc_with_or_without_a_fraction() {
        let read = |text: &str| time(text.as_bytes()).map(|at| at.to_string()).ok();
        assert_eq!(read("20261122191530Z").as_deref(), Some("2026-11-22T19:15:30Z"));
        assert_eq!(read("20261122191530.25Z").as_deref(), Some("2026-11-22T19:15:30.25Z"));
        for text in ["20261122191530", "20261322191530Z", "2026112219153Z", "20261122191530+0100", "Z", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_why() {
        // Status 2, "no" as UTF-8 text, no token.
        let answer = [0x30, 9, 0x30, 7, 2, 1, 2, 0x30, 2, 0x0c, 0];
        let error = Token::of_answer(&answer).unwrap_err();
        assert!(matches!(error, TokenError::Refused { .. }), "{error}");
        let answer = [0x30, 11, 0x30, 9, 2, 1, 2, 0x30, 4, 0x0c, 2, b'n', b'o'];
        let error = Token::of_answer(&answer).unwrap_err().to_string();
        assert_eq!(error, "the authority refused: no (status 02)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _told = Token::of_answer(&bytes);
            let _told = Info::of(&bytes);
            let _told = time(&bytes);
        }
    }
}
