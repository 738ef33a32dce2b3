//! What does a page hold?

use deklaro_schemas::codes::Place;
use std::borrow::Cow;

/// Links of a page that are kept.
pub(crate) const MAX_LINKS: usize = 5_000;
/// Bytes of a link's text that are looked at.
const MAX_LINK_TEXT: usize = 600;
/// Bytes of visible text that are kept.
pub(crate) const MAX_TEXT: usize = 1024 * 1024;

/// What the page holds.
#[derive(Debug, Default)]
pub(crate) struct Document<'h> {
    /// Visible text; blocks end with a line feed.
    pub(crate) text: String,
    /// The blocks, in page order; the title comes first.
    pub(crate) blocks: Vec<Block>,
    /// Links and clickable elements, in page order.
    pub(crate) links: Vec<RawLink<'h>>,
    /// `lang` of the html element, then of the body.
    pub(crate) lang: Option<String>,
    /// `href` of the first base element.
    pub(crate) base: Option<String>,
    /// Content of an immediate meta refresh, from its `url=` on.
    pub(crate) refresh: Option<String>,
    /// Sources of frames.
    pub(crate) frames: Vec<String>,
    /// Elements with an id or class that a national generator prescribes.
    pub(crate) marks: Vec<Mark>,
    /// Script elements.
    pub(crate) script_count: usize,
    /// True when a noscript element or the text asks for scripts.
    pub(crate) has_noscript: bool,
}

/// What kind of block a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum BlockKind {
    /// The title element.
    Title,
    /// A heading of this level.
    Heading(u8),
    /// Anything else.
    Text,
}

/// A run of text between two borders of block elements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// First byte in the document's text.
    pub(crate) start: usize,
    /// Behind the last byte.
    pub(crate) end: usize,
    /// What kind of block.
    pub(crate) kind: BlockKind,
    /// Where on the page.
    pub(crate) place: Place,
    /// Bytes of it that stand inside links.
    pub(crate) linked: usize,
}

/// A link as it is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawLink<'h> {
    /// `href`, or what a script handler opens.
    pub(crate) href: Option<Cow<'h, str>>,
    /// True when the address was taken from a script handler.
    pub(crate) is_handler: bool,
    /// `title`, `aria-label`, alternative texts and titles of images inside, parted by line feeds.
    pub(crate) labels: String,
    /// Where on the page.
    pub(crate) place: Option<Place>,
    /// `rel`.
    pub(crate) rel: Cow<'h, str>,
    /// Where its visible text begins in the document's text.
    pub(crate) text_start: usize,
    /// Behind its last byte.
    pub(crate) text_end: usize,
}

/// An element of prescribed markup.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// Its id, class or name, such as `a11y-status` or `mr-date`.
    pub(crate) name: String,
    /// Its `datetime`, `href` or `content`.
    pub(crate) value: Option<String>,
    /// Where its text begins in the document's text.
    pub(crate) start: usize,
}

impl Document<'_> {
    /// The text of a block.
    pub(crate) fn block_text(&self, block: &Block) -> &str {
        &self.text[block.start..block.end]
    }

    /// The visible text of a link, without white space around it, cut to its beginning when it is long. A
    /// line feed stands where the link breaks into blocks.
    pub(crate) fn link_text(&self, link: &RawLink<'_>) -> &str {
        let text = &self.text[link.text_start..link.text_end];
        let end = (0..=text.len().min(MAX_LINK_TEXT)).rev().find(|end| text.is_char_boundary(*end));
        text[..end.unwrap_or(0)].trim()
    }

    /// The title, cut to 300 characters.
    pub(crate) fn title(&self) -> Option<String> {
        let block = self.blocks.iter().find(|block| block.kind == BlockKind::Title)?;
        Some(self.block_text(block).trim().chars().take(300).collect())
    }
}
