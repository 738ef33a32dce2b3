//! DER, one element after the other (X.690): the little of it that time stamps are made of. Lengths are checked by the `der` crate.

use super::TokenError;
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

/// One element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: Tag,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// What it is made of; `of` names it where that is not DER.
    pub(super) fn fields(self, of: &'static str) -> Result<Fields<'a>, TokenError> {
        Fields::new(self.content, of)
    }

    /// True for this object identifier.
    pub(super) fn is(self, oid: ObjectIdentifier) -> bool {
        self.tag == Tag::ObjectIdentifier && self.content == oid.as_bytes()
    }
}

/// Elements that are still to be read.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    reader: SliceReader<'a>,
    of: &'static str,
}

impl<'a> Fields<'a> {
    /// The elements in these bytes.
    pub(super) fn new(bytes: &'a [u8], of: &'static str) -> Result<Self, TokenError> {
        let reader = SliceReader::new(bytes).map_err(|source| TokenError::NotDer { of, source })?;
        Ok(Self { reader, of })
    }

    /// The one element these bytes are.
    pub(super) fn only(bytes: &'a [u8], tag: Tag, of: &'static str) -> Result<Element<'a>, TokenError> {
        let mut fields = Self::new(bytes, of)?;
        let element = fields.expect(tag)?;
        if fields.reader.is_finished() { Ok(element) } else { Err(TokenError::Unexpected { of }) }
    }

    /// The next element; nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Element<'a>>, TokenError> {
        if self.reader.is_finished() {
            return Ok(None);
        }
        let of = self.of;
        let not_der = |source| TokenError::NotDer { of, source };
        let whole = self.reader.tlv_bytes().map_err(not_der)?;
        let any = AnyRef::from_der(whole).map_err(not_der)?;
        Ok(Some(Element { tag: any.header().tag(), content: any.value(), whole }))
    }

    /// The next element, which must be of this tag.
    pub(super) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, TokenError> {
        let of = self.of;
        self.next()?.filter(|element| element.tag == tag).ok_or(TokenError::Unexpected { of })
    }

    /// The next element if it is of this tag.
    pub(super) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, TokenError> {
        let mut ahead = self.clone();
        let found = ahead.next()?.filter(|element| element.tag == tag);
        if found.is_some() {
            *self = ahead;
        }
        Ok(found)
    }

    /// All that are left.
    pub(super) fn rest(mut self) -> Result<Vec<Element<'a>>, TokenError> {
        let mut all = Vec::new();
        while let Some(element) = self.next()? {
            all.push(element);
        }
        Ok(all)
    }
}

/// `[number]`, around other elements.
pub(super) const fn context(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}
