/// Elements that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Anchor,
    Area,
    Base,
    Body,
    Break,
    Footer,
    Frame,
    Header,
    Heading(u8),
    Html,
    Iframe,
    Image,
    Link,
    Main,
    Meta,
    Nav,
    Noscript,
    Script,
    /// Style, template, textarea and other elements whose text is not shown.
    Hidden,
    Svg,
    Title,
    /// Containers whose closing matters for the place: div, section, aside, form, table, lists.
    Container(u8),
    /// Other elements that begin and end a block.
    Block,
    /// Anything else: inline.
    Inline,
}

impl Tag {
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::Anchor,
            b"area" => Self::Area,
            b"base" => Self::Base,
            b"body" => Self::Body,
            b"br" | b"hr" => Self::Break,
            b"footer" => Self::Footer,
            b"frame" => Self::Frame,
            b"header" => Self::Header,
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Self::Heading(name[1] - b'0'),
            b"html" => Self::Html,
            b"iframe" => Self::Iframe,
            b"img" | b"input" => Self::Image,
            b"link" => Self::Link,
            b"main" => Self::Main,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"noscript" => Self::Noscript,
            b"script" => Self::Script,
            b"style" | b"template" | b"textarea" | b"noembed" | b"noframe" | b"xmp" => Self::Hidden,
            b"svg" => Self::Svg,
            b"title" => Self::Title,
            b"div" => Self::Container(0),
            b"section" => Self::Container(1),
            b"aside" => Self::Container(2),
            b"form" => Self::Container(3),
            b"table" => Self::Container(4),
            b"ul" => Self::Container(5),
            b"ol" => Self::Container(6),
            b"article" => Self::Container(7),
            b"td" => Self::Container(8),
            b"p" | b"li" | b"dl" | b"dt" | b"dd" | b"tr" | b"th" | b"blockquote" | b"address" | b"figure"
            | b"figcaption" | b"fieldset" | b"legend" | b"details" | b"summary" | b"pre" | b"caption"
            | b"thead" | b"tbody" | b"option" | b"button" | b"label" | b"center" | b"frameset"
            | b"dialog" => Self::Block,
            _ => Self::Inline,
        }
    }

    /// True for elements kept on the stack of open places.
    pub(super) fn holds_place(self) -> bool {
        matches!(self, Self::Footer | Self::Header | Self::Nav | Self::Main | Self::Container(_))
    }

    /// True for elements that part blocks of text.
    pub(super) fn parts_blocks(self) -> bool {
        self.holds_place()
            || matches!(self, Self::Block | Self::Break | Self::Heading(_) | Self::Body | Self::Title)
    }

    /// True for elements that say something about the page even without attributes.
    pub(super) fn is_page_level(self) -> bool {
        self.hides_text()
            || matches!(self, Self::Noscript | Self::Meta | Self::Link | Self::Html | Self::Body)
    }

    /// True for elements whose text is never shown.
    pub(super) fn hides_text(self) -> bool {
        matches!(self, Self::Script | Self::Hidden | Self::Iframe)
    }
}

/// Attributes that are kept.
const KEPT: usize = 15;

/// Where an attribute is kept; `None` for all others.
fn index_of(name: &[u8]) -> Option<usize> {
    Some(match name {
        b"id" => 0,
        b"class" => 1,
        b"role" => 2,
        b"href" => 3,
        b"title" => 4,
        b"aria-label" => 5,
        b"alt" => 6,
        b"lang" => 7,
        b"name" => 8,
        b"content" => 9,
        b"http-equiv" => 10,
        b"onclick" => 11,
        b"rel" => 12,
        b"datetime" => 13,
        b"src" => 14,
        _ => return None,
    })
}

/// A longer value is not an address or label of interest (`data:` images).
const MAX_VALUE: usize = 4_096;
/// A longer name is none of the kept ones.
const MAX_NAME: usize = 16;

/// The attributes of the tag being read; buffers are used again for every tag.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    values: [Vec<u8>; KEPT],
    texts: [String; KEPT],
    present: u32,
    name: Vec<u8>,
    current: Option<usize>,
}

impl Attributes {
    pub(super) fn clear(&mut self) {
        self.present = 0;
        self.current = None;
        self.name.clear();
    }

    pub(super) fn push_name(&mut self, name: &[u8]) {
        if self.name.len() + name.len() <= MAX_NAME {
            self.name.extend_from_slice(name);
        }
    }

    /// The name is complete; the first of two equal names counts, as in browsers.
    pub(super) fn end_name(&mut self) {
        if !self.name.is_empty() {
            self.current = index_of(&self.name).filter(|index| self.present & (1 << index) == 0);
            if let Some(index) = self.current {
                self.present |= 1 << index;
                self.values[index].clear();
            }
            self.name.clear();
        }
    }

    pub(super) fn push_value(&mut self, value: &[u8]) {
        self.end_name();
        if let Some(index) = self.current
            && self.values[index].len() + value.len() <= MAX_VALUE
        {
            self.values[index].extend_from_slice(value);
        }
    }

    /// True when the tag has none of the kept attributes.
    pub(super) fn is_empty(&self) -> bool {
        self.present == 0
    }

    /// Makes texts of the values: called once, when the tag is complete.
    pub(super) fn finish(&mut self) {
        for index in (0..KEPT).filter(|index| self.present & (1 << index) != 0) {
            self.texts[index].clear();
            self.texts[index].push_str(&String::from_utf8_lossy(&self.values[index]));
        }
    }

    /// The value, when the tag has the attribute; the name must be one of the known ones.
    #[inline]
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let index = index_of(name.as_bytes())?;
        (self.present & (1 << index) != 0).then(|| self.texts[index].as_str())
    }
}
