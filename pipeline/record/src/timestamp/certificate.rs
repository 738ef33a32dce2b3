//! The parts of a certificate (RFC 5280 section 4.1) that time stamps ask for and TLS libraries do not show.

use super::TokenError;
use super::element::{Element, Fields, context};
use super::token::{SignerId, printable};
use der::Tag;
use der::asn1::ObjectIdentifier;

const KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const OF: &str = "a certificate";

/// A certificate, taken apart and not yet believed.
#[derive(Debug)]
pub(super) struct Certificate<'a> {
    pub(super) der: &'a [u8],
    serial: &'a [u8],
    issuer: &'a [u8],
    subject: Element<'a>,
    extensions: Vec<Extension<'a>>,
}

#[derive(Debug)]
struct Extension<'a> {
    kind: Element<'a>,
    is_critical: bool,
    value: &'a [u8],
}

impl<'a> Certificate<'a> {
    pub(super) fn of(der: &'a [u8]) -> Result<Self, TokenError> {
        let mut fields =
            Fields::only(der, Tag::Sequence, OF)?.fields(OF)?.expect(Tag::Sequence)?.fields(OF)?;
        fields.optional(context(0))?;
        let serial = fields.expect(Tag::Integer)?.content;
        fields.expect(Tag::Sequence)?;
        let issuer = fields.expect(Tag::Sequence)?.content;
        fields.expect(Tag::Sequence)?;
        let subject = fields.expect(Tag::Sequence)?;
        let last = fields.rest()?.into_iter().find(|element| element.tag == context(3));
        let extensions = match last {
            Some(last) => Fields::only(last.content, Tag::Sequence, OF)?.fields(OF)?.rest()?,
            None => Vec::new(),
        };
        let extensions = extensions.into_iter().map(Extension::of).collect::<Result<_, _>>()?;
        Ok(Self { der, serial, issuer, subject, extensions })
    }

    /// True for the certificate that a signer means.
    pub(super) fn is_named(&self, id: SignerId<'_>) -> bool {
        match id {
            SignerId::Issued { issuer, serial } => self.issuer == issuer && self.serial == serial,
            SignerId::Key(key) => self.extension(KEY_IDENTIFIER).is_some_and(|extension| {
                Fields::only(extension.value, Tag::OctetString, OF).is_ok_and(|own| own.content == key)
            }),
        }
    }

    /// Checks that it may be used for this and nothing else, and says so where it must be understood (RFC 3161 section 2.3).
    pub(super) fn is_for_only(&self, usage: &[u8]) -> Result<(), TokenError> {
        let extension = self.extension(EXTENDED_KEY_USAGE).ok_or(TokenError::Usage)?;
        let named = Fields::only(extension.value, Tag::Sequence, OF)?.fields(OF)?.rest()?;
        let is_only = matches!(named[..], [one] if one.tag == Tag::ObjectIdentifier && one.content == usage);
        if is_only && extension.is_critical { Ok(()) } else { Err(TokenError::Usage) }
    }

    /// The values of its subject's name, as it lists them.
    pub(super) fn subject(&self) -> Result<String, TokenError> {
        let mut values = Vec::new();
        for set in self.subject.fields(OF)?.rest()? {
            for pair in set.fields(OF)?.rest()? {
                let value = pair.fields(OF)?.rest()?.pop().ok_or(TokenError::Unexpected { of: OF })?;
                values.push(printable(value.content));
            }
        }
        Ok(values.join(", "))
    }

    fn extension(&self, kind: ObjectIdentifier) -> Option<&Extension<'a>> {
        self.extensions.iter().find(|extension| extension.kind.is(kind))
    }
}

impl<'a> Extension<'a> {
    fn of(element: Element<'a>) -> Result<Self, TokenError> {
        let mut fields = element.fields(OF)?;
        let kind = fields.expect(Tag::ObjectIdentifier)?;
        let is_critical = fields.optional(Tag::Boolean)?.is_some_and(|critical| critical.content != [0]);
        Ok(Self { kind, is_critical, value: fields.expect(Tag::OctetString)?.content })
    }
}
