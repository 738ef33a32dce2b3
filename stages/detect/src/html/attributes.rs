//! The scanner keeps the few attributes of a tag that the detector looks at.

use super::entities;
use std::borrow::Cow;
use std::ops::Range;

/// Attributes that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    Id,
    Class,
    Role,
    Href,
    Title,
    AriaLabel,
    Alt,
    Lang,
    Named,
    Content,
    HttpEquiv,
    OnClick,
    Rel,
    DateTime,
    Src,
}

/// How many [`Attribute`] has.
const KEPT: usize = 15;

/// A longer value is not an address or label of interest (`data:` images).
const MAX_VALUE: usize = 4_096;

impl Attribute {
    fn of(name: &[u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        // The length parts most names; few are compared.
        Some(match name.len() {
            2 if is("id") => Self::Id,
            3 if is("alt") => Self::Alt,
            3 if is("rel") => Self::Rel,
            3 if is("src") => Self::Src,
            4 if is("href") => Self::Href,
            4 if is("role") => Self::Role,
            4 if is("name") => Self::Named,
            4 if is("lang") => Self::Lang,
            5 if is("class") => Self::Class,
            5 if is("title") => Self::Title,
            7 if is("content") => Self::Content,
            7 if is("onclick") => Self::OnClick,
            8 if is("datetime") => Self::DateTime,
            10 if is("aria-label") => Self::AriaLabel,
            10 if is("http-equiv") => Self::HttpEquiv,
            _ => return None,
        })
    }
}

/// The attributes of one tag: where their values stand in the page.
#[derive(Debug)]
pub(super) struct Attributes<'h> {
    html: &'h str,
    values: [(u32, u32); KEPT],
    present: u16,
}

impl<'h> Attributes<'h> {
    pub(super) fn none(html: &'h str) -> Self {
        Self { html, values: [(0, 0); KEPT], present: 0 }
    }

    /// The first of two equal names counts, as in browsers.
    pub(super) fn add(&mut self, name: &[u8], value: Range<usize>) {
        let Some(name) = Attribute::of(name) else { return };
        let bit = 1 << name as u16;
        if self.present & bit == 0 {
            self.present |= bit;
            self.values[name as usize] = (value.start as u32, value.end as u32);
        }
    }

    /// True when the tag has none of the attributes that are looked at.
    pub(super) fn is_empty(&self) -> bool {
        self.present == 0
    }

    /// The value as it is written, when the tag has the attribute; nothing of a value that is too long.
    pub(super) fn raw(&self, name: Attribute) -> Option<&'h str> {
        if self.present & (1 << name as u16) == 0 {
            return None;
        }
        let (start, end) = self.values[name as usize];
        let value = &self.html[start as usize..end as usize];
        Some(if value.len() > MAX_VALUE { "" } else { value })
    }

    /// The value with its character references decoded.
    pub(super) fn get(&self, name: Attribute) -> Option<Cow<'h, str>> {
        self.raw(name).map(entities::of_attribute)
    }

    /// The value, or nothing where the attribute is missing.
    pub(super) fn text(&self, name: Attribute) -> Cow<'h, str> {
        self.get(name).unwrap_or_default()
    }
}
