//! A page as one pass of the tokenizer sees it: blocks of visible text, links with their place, and a few markers.

mod attributes;
mod element;
mod entities;
mod place;
mod scanner;
mod tokenizer;

use deklaro_schemas::codes::Place;
use scanner::Scanner;
use std::borrow::Cow;
use tokenizer::run;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl<'h> Document<'h> {
    /// Reads a page. Never fails: whatever the bytes were, some tokens come out.
    pub(crate) fn parse(html: &'h str) -> Self {
        let mut scanner = Scanner::of_size(html.len());
        run(html, &mut scanner);
        // What noscript holds is markup for readers without scripts, as we are; inside it, nothing is nested again.
        for inner in scanner.take_noscript() {
            run(inner, &mut scanner);
        }
        scanner.finish()
    }

    /// The text of a block.
    pub(crate) fn block_text(&self, block: &Block) -> &str {
        &self.text[block.start..block.end]
    }

    /// The visible text of a link, without white space around it; where it breaks into blocks, a line feed stands. Of a
    /// link that takes half the page, the beginning.
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

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use super::*;

    fn links(html: &str) -> Vec<(String, String, Place)> {
        let document = Document::parse(html);
        let each = |link: &RawLink<'_>| {
            let href = link.href.as_deref().unwrap_or_default();
            let text = format!("{}|{}", document.link_text(link), link.labels);
            (text, href.to_owned(), link.place.unwrap())
        };
        document.links.iter().map(each).collect()
    }

    #[test]
    fn places_follow_elements_roles_and_class_names() {
        let html = "<header><a href=1>a</a></header><nav><a href=2>b</a></nav><main><article><header><a href=3>c</a>\
                    </header></article></main><div class='page-footer'><ul><li><a href=4>d</a></ul></div>\
                    <div role=contentinfo><nav><a href=5>e</a></nav></div><a href=6>f</a>";
        let places: Vec<Place> = links(html).into_iter().map(|(_, _, place)| place).collect();
        assert_eq!(
            places,
            [Place::Header, Place::Nav, Place::Body, Place::Footer, Place::Footer, Place::Body]
        );
    }

    #[test]
    fn labels_come_from_attributes_images_and_icons() {
        let html = "<a href=x title=T aria-label=A><img alt=I><svg><title>S</title><path/></svg> t </a>";
        assert_eq!(links(html), [("t|A\nT\nI\nS".to_owned(), "x".to_owned(), Place::Body)]);
    }

    #[test]
    fn handlers_with_an_address_are_links() {
        let html = "<a href='#' onclick=\"window.open('https://a.example/view/1','_blank')\">x</a>\
                    <a href=\"javascript:location.href='/y'\">y</a><span onclick='go()'>z</span>";
        let hrefs: Vec<String> = links(html).into_iter().map(|(_, href, _)| href).collect();
        assert_eq!(hrefs, ["https://a.example/view/1", "/y"]);
    }

    #[test]
    fn text_is_cut_into_blocks() {
        let document = Document::parse(
            "<title>T &amp; U</title><h1>Barriere&shy;freiheit</h1><p>one <b>t</b>wo<br>three<script>no</script><noscript>\
             <p>four</noscript>",
        );
        let blocks: Vec<&str> = document.blocks.iter().map(|block| document.block_text(block)).collect();
        assert_eq!(blocks, ["T & U", "Barriere\u{AD}freiheit", "one two", "three", "four"]);
        assert_eq!(document.blocks[1].kind, BlockKind::Heading(1));
        assert_eq!(document.title().as_deref(), Some("T & U"));
    }

    #[test]
    fn deep_nesting_and_many_links_end_soon() {
        let deep = "<div class=footer>".repeat(20_000) + "<a href=x>y</a>" + &"</div>".repeat(20_000);
        assert_eq!(links(&deep).len(), 1);
        assert_eq!(links(&"<a href=x>y".repeat(20_000)).len(), MAX_LINKS);
        assert!(links(&"<".repeat(200_000)).is_empty());
    }
}
