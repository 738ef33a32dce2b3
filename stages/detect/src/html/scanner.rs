//! The scanner builds a document of text blocks and links from the tokenizer's events.

use super::attributes::{Attribute, Attributes};
use super::document::{Block, BlockKind, Document, MAX_LINKS, MAX_TEXT, Mark, RawLink};
use super::element::Tag;
use super::entities;
use super::place::Places;
use deklaro_schemas::codes::Place;
use std::borrow::Cow;

/// Bytes of labels kept.
const MAX_LABEL: usize = 600;
/// Marks kept.
const MAX_MARKS: usize = 200;

/// Noscript elements kept.
const MAX_NOSCRIPT: usize = 100;

/// Builds a [`Document`] from tokenizer events.
#[derive(Debug, Default)]
pub(super) struct Scanner<'h> {
    document: Document<'h>,
    places: Places,
    /// Where the open block begins, and its bytes inside links.
    block_start: usize,
    block_linked: usize,
    heading: u8,
    /// The element whose text is not shown, or the title.
    raw: Option<Tag>,
    svg_depth: usize,
    /// The open link and the tag that closes it.
    link: Option<(usize, Tag)>,
    noscript: Vec<&'h str>,
    /// The title was read; a page has one.
    has_title: bool,
    /// A link began or ended, and no text came since: neighbours without a space between them are words apart.
    is_border: bool,
    /// Bytes of text that were looked at again to find where a block begins and ends.
    looked_at: usize,
}

impl<'h> Scanner<'h> {
    /// For a page of so many bytes: most are markup, and few pages have more links than reckoned here.
    pub(super) fn of_size(bytes: usize) -> Self {
        let mut scanner = Self::default();
        let document = &mut scanner.document;
        document.text.reserve(bytes.min(MAX_TEXT) / 8);
        document.blocks.reserve(bytes.min(MAX_TEXT) / 256);
        document.links.reserve((bytes / 1_024).min(MAX_LINKS));
        scanner
    }

    /// False inside scripts, styles and other elements whose text is not shown.
    #[inline]
    pub(super) fn wants_text(&self) -> bool {
        !self.raw.is_some_and(Tag::hides_text)
    }

    pub(super) fn take_noscript(&mut self) -> Vec<&'h str> {
        self.flush();
        self.raw = None;
        std::mem::take(&mut self.noscript)
    }

    /// Bytes of text looked at again since this was last asked.
    pub(super) fn take_looked_at(&mut self) -> usize {
        std::mem::take(&mut self.looked_at)
    }

    pub(super) fn finish(mut self) -> Document<'h> {
        self.flush();
        self.close_link();
        // The title comes first, wherever the page has it.
        self.document.blocks.sort_by_key(|block| block.kind != BlockKind::Title);
        self.document
    }

    /// A start tag whose attributes are complete.
    pub(super) fn start(&mut self, tag: Tag, self_closing: bool, attributes: &Attributes<'h>) {
        if tag.parts_blocks() && self.svg_depth == 0 {
            self.flush();
        }
        if tag.holds_place() {
            let get = |name| attributes.raw(name);
            self.places.open(tag, get(Attribute::Role), get(Attribute::Class), get(Attribute::Id));
        }
        if attributes.is_empty()
            && !matches!(tag, Tag::Anchor | Tag::Heading(_) | Tag::Svg | Tag::Title)
            && !tag.is_page_level()
        {
            return;
        }
        self.mark(attributes);
        self.page_level(tag, attributes);
        match tag {
            Tag::Anchor | Tag::Area => self.open_link(tag, attributes),
            Tag::Image => self.image_label(attributes),
            Tag::Heading(level) => self.heading = level,
            Tag::Svg if !self_closing => self.svg_depth += 1,
            _ => {}
        }
        self.handler(tag, attributes);
    }

    /// What elements say about the page as a whole.
    fn page_level(&mut self, tag: Tag, attributes: &Attributes<'h>) {
        let get = |name| attributes.get(name).map(Cow::into_owned);
        let document = &mut self.document;
        match tag {
            Tag::Html | Tag::Body => document.lang = document.lang.take().or_else(|| get(Attribute::Lang)),
            Tag::Base => document.base = document.base.take().or_else(|| get(Attribute::Href)),
            Tag::Frame | Tag::Iframe if document.frames.len() < 10 => {
                document.frames.extend(get(Attribute::Src));
            }
            Tag::Meta => self.meta(attributes),
            Tag::Link => self.head_link(attributes),
            Tag::Script => document.script_count += 1,
            Tag::Noscript => document.has_noscript = true,
            _ => {}
        }
        if tag.hides_text() || matches!(tag, Tag::Title | Tag::Noscript) {
            self.raw = Some(tag);
        }
    }

    fn meta(&mut self, attributes: &Attributes<'h>) {
        let content = attributes.text(Attribute::Content);
        if attributes.text(Attribute::HttpEquiv).eq_ignore_ascii_case("refresh") {
            let (seconds, rest) = content.split_once([';', ',']).unwrap_or((&content, ""));
            // A page that waits longer is read as it is.
            let is_immediate = seconds.trim().parse::<f32>().is_ok_and(|seconds| seconds <= 5.0);
            let rest = rest.trim_start();
            let url = rest.get(..3).filter(|start| start.eq_ignore_ascii_case("url")).map(|_| &rest[3..]);
            let url =
                url.map(|url| url.trim_start().trim_start_matches('=').trim().trim_matches(['"', '\'']));
            if let (true, Some(url)) = (is_immediate, url.filter(|url| !url.is_empty())) {
                self.document.refresh = Some(url.to_owned());
            }
        } else if crate::text::fold(&attributes.text(Attribute::Named)).trim() == "deklaracja dostepnosci"
            && !content.is_empty()
        {
            // The head tag that the Polish technical conditions recommend.
            self.push_head_link(content, "Deklaracja dostępności".to_owned());
        }
    }

    fn head_link(&mut self, attributes: &Attributes<'h>) {
        let rel = attributes.text(Attribute::Rel).to_ascii_lowercase();
        let is_statement =
            rel.split_whitespace().any(|rel| matches!(rel, "accessibility" | "accessibility-statement"));
        if let (true, Some(href)) = (is_statement, attributes.get(Attribute::Href)) {
            self.push_head_link(href, attributes.text(Attribute::Title).into_owned());
        }
    }

    fn push_head_link(&mut self, href: Cow<'h, str>, labels: String) {
        let (rel, place) = (Cow::Borrowed("accessibility"), Some(Place::Head));
        self.push_link(RawLink { href: Some(href), labels, rel, place, ..RawLink::default() });
    }

    /// Keeps a link whose text, if any, begins here.
    fn push_link(&mut self, mut link: RawLink<'h>) -> Option<usize> {
        self.close_link();
        (link.text_start, link.text_end) = (self.document.text.len(), self.document.text.len());
        let has_room = self.document.links.len() < MAX_LINKS;
        has_room.then(|| {
            self.document.links.push(link);
            self.document.links.len() - 1
        })
    }

    /// The open link ends here, if there is one.
    fn close_link(&mut self) {
        if let Some((index, _)) = self.link.take() {
            self.document.links[index].text_end = self.document.text.len();
        }
    }

    fn open_link(&mut self, tag: Tag, attributes: &Attributes<'h>) {
        let reference = attributes.get(Attribute::Href);
        let written = reference.as_deref().unwrap_or("").trim();
        let is_dead = written.is_empty() || written.starts_with('#') || is_script(written);
        // A script's address counts where the plain one leads nowhere.
        let handler = if is_script(written) {
            crate::links::address_in_script(written).map(Cow::Owned)
        } else if is_dead {
            crate::links::address_in_script(&attributes.text(Attribute::OnClick)).map(Cow::Owned)
        } else {
            None
        };
        let is_handler = handler.is_some();
        let mut labels = String::new();
        add_label(&mut labels, &attributes.text(Attribute::AriaLabel));
        add_label(&mut labels, &attributes.text(Attribute::Title));
        if tag == Tag::Area {
            add_label(&mut labels, &attributes.text(Attribute::Alt));
        }
        let link = RawLink {
            href: handler.or(reference),
            is_handler,
            labels,
            place: Some(self.places.current()),
            rel: attributes.text(Attribute::Rel),
            ..RawLink::default()
        };
        self.link = self.push_link(link).filter(|_| tag == Tag::Anchor).map(|index| (index, tag));
        self.is_border = tag == Tag::Anchor;
    }

    /// Other elements with a script that opens an address.
    fn handler(&mut self, tag: Tag, attributes: &Attributes<'h>) {
        if matches!(tag, Tag::Anchor | Tag::Area) || self.link.is_some() {
            return;
        }
        let Some(script) = attributes.get(Attribute::OnClick) else { return };
        let Some(href) = crate::links::address_in_script(&script) else { return };
        let mut labels = String::new();
        add_label(&mut labels, &attributes.text(Attribute::AriaLabel));
        add_label(&mut labels, &attributes.text(Attribute::Title));
        let (href, place) = (Some(Cow::Owned(href)), Some(self.places.current()));
        let link = RawLink { href, is_handler: true, labels, place, ..RawLink::default() };
        self.link = self.push_link(link).map(|index| (index, tag));
    }

    fn image_label(&mut self, attributes: &Attributes<'h>) {
        if let Some((index, _)) = self.link {
            let labels = &mut self.document.links[index].labels;
            add_label(labels, &attributes.text(Attribute::Alt));
            add_label(labels, &attributes.text(Attribute::Title));
        }
    }

    fn mark(&mut self, attributes: &Attributes<'h>) {
        let raw = |name| attributes.raw(name);
        let id = raw(Attribute::Id).filter(|id| id.starts_with("a11"));
        let class = raw(Attribute::Class).and_then(prescribed_class);
        let name = raw(Attribute::Named).filter(|name| matches!(*name, "siteurl" | "conformance-output"));
        if let Some(name) = id.or(class).or(name) {
            if self.document.marks.len() < MAX_MARKS {
                let values = [Attribute::DateTime, Attribute::Href, Attribute::Content];
                let value = values.into_iter().find_map(|name| attributes.get(name)).map(Cow::into_owned);
                let name = name.to_ascii_lowercase();
                self.document.marks.push(Mark { name, value, start: self.document.text.len() });
            }
        } else if let (Some(datetime), Some(last)) =
            (attributes.get(Attribute::DateTime), self.document.marks.last_mut())
        {
            // A time element inside the marked one.
            if last.value.is_none() && self.document.text.len() < last.start + 200 {
                last.value = Some(datetime.into_owned());
            }
        }
    }

    pub(super) fn end(&mut self, tag: Tag) {
        if self.raw == Some(tag) {
            self.raw = None;
        }
        if self.link.is_some_and(|(_, closes)| closes == tag) {
            self.close_link();
            self.is_border = true;
        }
        match tag {
            Tag::Svg => self.svg_depth = self.svg_depth.saturating_sub(1),
            _ if tag.parts_blocks() && self.svg_depth == 0 => self.flush(),
            _ => {}
        }
        if matches!(tag, Tag::Heading(_)) {
            self.heading = 0;
        }
        if tag.holds_place() {
            self.places.close(tag);
        }
    }

    /// Text between two tags.
    pub(super) fn string(&mut self, written: &'h str) {
        if self.raw == Some(Tag::Noscript) {
            if self.noscript.len() < MAX_NOSCRIPT {
                self.noscript.push(written);
            }
            return;
        }
        // Most of what stands between two tags is the space that sets them apart in the source.
        if self.raw.is_none() && written.bytes().all(|byte| byte.is_ascii_whitespace()) {
            if self.svg_depth == 0 {
                self.gap();
            }
            return;
        }
        let text = &*entities::of_text(written);
        match self.raw {
            Some(Tag::Title) if self.svg_depth > 0 => {
                if let Some((index, _)) = self.link {
                    add_label(&mut self.document.links[index].labels, text);
                }
            }
            Some(Tag::Title) => self.title(text),
            Some(_) => {}
            None if self.svg_depth > 0 => {}
            None => self.visible(text),
        }
    }

    /// White space and nothing else.
    fn gap(&mut self) {
        let before = self.document.text.len();
        if before < MAX_TEXT {
            self.is_border = false;
            push_gap(&mut self.document.text);
            if self.link.is_some() {
                self.block_linked += self.document.text.len() - before;
            }
        }
    }

    fn title(&mut self, text: &str) {
        if self.has_title {
            return;
        }
        append(text, &mut self.document.text);
        let (start, end) = self.trimmed();
        if start < end {
            self.has_title = true;
            self.push_block(Block { start, end, kind: BlockKind::Title, place: Place::Title, linked: 0 });
        } else {
            self.block_start = end;
        }
    }

    fn visible(&mut self, text: &str) {
        if self.document.text.len() + text.len() > MAX_TEXT {
            return;
        }
        if std::mem::take(&mut self.is_border)
            && self.document.text.ends_with(char::is_alphanumeric)
            && text.starts_with(char::is_alphanumeric)
        {
            self.document.text.push(' ');
        }
        let before = self.document.text.len();
        append(text, &mut self.document.text);
        if self.link.is_some() {
            self.block_linked += self.document.text.len() - before;
        }
    }

    /// Ends the open block.
    fn flush(&mut self) {
        let (start, end) = self.trimmed();
        if start < end {
            let kind = if self.heading > 0 { BlockKind::Heading(self.heading) } else { BlockKind::Text };
            let (place, linked) = (self.places.current(), self.block_linked);
            self.push_block(Block { start, end, kind, place, linked });
        } else {
            // White space alone is not looked at again, whatever follows.
            self.block_start = end;
        }
    }

    /// The text of the open block, without white space around it.
    fn trimmed(&mut self) -> (usize, usize) {
        let start = self.block_start;
        let tail = &self.document.text[start..];
        self.looked_at += tail.len();
        let begin = start + (tail.len() - tail.trim_start().len());
        (begin, (start + tail.trim_end().len()).max(begin))
    }

    fn push_block(&mut self, block: Block) {
        self.document.blocks.push(block);
        self.document.text.push('\n');
        self.block_start = self.document.text.len();
        self.block_linked = 0;
    }
}

fn is_script(href: &str) -> bool {
    href.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"))
}

/// The first class that the Portuguese or W3C generator prescribes.
fn prescribed_class(classes: &str) -> Option<&str> {
    classes.split_ascii_whitespace().find(|class| {
        class.starts_with("mr-")
            || matches!(
                *class,
                "basic-information"
                    | "technical-information"
                    | "conformance-status"
                    | "statement-created-date"
            )
    })
}

fn add_label(labels: &mut String, label: &str) {
    let label = label.trim();
    if !label.is_empty() && labels.len() + label.len() < MAX_LABEL {
        if !labels.is_empty() {
            labels.push('\n');
        }
        labels.push_str(label);
    }
}

/// Appends with runs of white space made one space.
fn append(text: &str, to: &mut String) {
    if text.starts_with(|first: char| first.is_ascii_whitespace()) {
        push_gap(to);
    }
    let words = text.trim_ascii();
    if is_single_spaced(words.as_bytes()) {
        to.push_str(words);
    } else {
        for (index, word) in words.split_ascii_whitespace().enumerate() {
            if index > 0 {
                to.push(' ');
            }
            to.push_str(word);
        }
    }
    if !words.is_empty() && text.ends_with(|last: char| last.is_ascii_whitespace()) {
        to.push(' ');
    }
}

/// One space between words, none where a block begins.
fn push_gap(to: &mut String) {
    if !matches!(to.as_bytes().last(), None | Some(b' ' | b'\n')) {
        to.push(' ');
    }
}

/// True where single spaces are all the white space there is: such a text is copied as it is.
///
/// Every byte is looked at, also behind the first that settles it: so the processor takes many at once.
fn is_single_spaced(text: &[u8]) -> bool {
    let others = text.iter().map(|byte| u8::from(*byte < b' '));
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let doubles = pairs.map(|(first, second)| u8::from(*first == b' ') & u8::from(*second == b' '));
    others.fold(0, |found, other| found | other) == 0 && doubles.fold(0, |found, double| found | double) == 0
}
