//! What does a document on paper hold, and who reads it?

use crate::html::{Block, BlockKind, Document, MAX_TEXT, RawLink};
use deklaro_schemas::budget::Exhausted;
use deklaro_schemas::codes::Place;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Links that are kept.
pub(crate) const MAX_LINKS: usize = 200;
/// Bytes of the links together.
pub(crate) const MAX_ADDRESSES: usize = 1024 * 1024;
/// Bytes of the name of a language; what is longer names none.
pub(crate) const MAX_LANG: usize = 100;

/// What was read of a document on paper; it can be handed from one process to another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    text: String,
    lang: Option<String>,
    paragraphs: Vec<Paragraph>,
    links: Vec<String>,
}

/// A title, heading or paragraph of the text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Paragraph {
    start: usize,
    end: usize,
    kind: BlockKind,
}

/// Why a document has no text for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unread {
    /// Its pages are pictures.
    Scanned,
    /// It is encrypted, damaged, or its fonts do not say which letters they draw.
    Damaged,
    /// Reading it would cost more than any honest document does.
    TooCostly,
}

impl From<Exhausted> for Unread {
    fn from(_: Exhausted) -> Self {
        Self::TooCostly
    }
}

/// How often nobody could be had to read a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    /// So often since the program began.
    pub times: u64,
    /// Why, the last time.
    pub message: String,
}

/// Who reads documents on paper: this process, or one that may die of them.
pub trait Papers: std::fmt::Debug + Send + Sync {
    /// The text, title, language and links of a PDF.
    ///
    /// # Errors
    ///
    /// Why there is no text.
    fn read(&self, bytes: &[u8]) -> Result<Paper, Unread>;

    /// How often nobody could be had to read a document, and why the last time. A [`Reader`](crate::Reader) stops when that happens,
    /// in place of calling the document unreadable.
    fn fault(&self) -> Fault {
        Fault::default()
    }
}

impl Paper {
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let paragraph = |block: &Block| Paragraph { start: block.start, end: block.end, kind: block.kind };
        Self {
            text: document.text.clone(),
            lang: document.lang.clone(),
            paragraphs: document.blocks.iter().map(paragraph).collect(),
            links: document.links.iter().filter_map(|link| link.href.as_deref()).map(str::to_owned).collect(),
        }
    }

    /// The document; one that contradicts itself, as only a broken process sends it, is damaged.
    pub(crate) fn document(&self) -> Result<Document<'_>, Unread> {
        let addresses: usize = self.links.iter().map(String::len).sum();
        let is_too_long = self.text.len() > 2 * MAX_TEXT
            || self.lang.as_ref().is_some_and(|lang| lang.len() > MAX_LANG)
            || self.links.len() > MAX_LINKS
            || addresses > MAX_ADDRESSES;
        if is_too_long {
            return Err(Unread::Damaged);
        }
        let mut from = 0;
        let mut blocks = Vec::new();
        for &Paragraph { start, end, kind } in &self.paragraphs {
            if start < from || end <= start || self.text.get(start..end).is_none() {
                return Err(Unread::Damaged);
            }
            from = end;
            let place = if kind == BlockKind::Title { Place::Title } else { Place::Body };
            blocks.push(Block { start, end, kind, place, linked: 0 });
        }
        let link = |href: &'_ String| RawLink {
            href: Some(Cow::Owned(href.clone())),
            place: Some(Place::Body),
            ..RawLink::default()
        };
        Ok(Document {
            text: self.text.clone(),
            lang: self.lang.clone(),
            blocks,
            links: self.links.iter().map(link).collect(),
            ..Document::default()
        })
    }
}

#[cfg(test)]
mod tests;
