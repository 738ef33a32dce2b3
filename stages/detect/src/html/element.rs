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
    /// An element whose text is neither shown nor markup: style, textarea, noembed, xmp; the index into [`RAW`].
    Raw(u8),
    /// Inert content.
    Template,
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
            b"style" => Self::Raw(0),
            b"textarea" => Self::Raw(1),
            b"noembed" => Self::Raw(2),
            b"xmp" => Self::Raw(3),
            b"template" => Self::Template,
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
            | b"dialog" | b"noframes" => Self::Block,
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
        matches!(self, Self::Script | Self::Raw(_) | Self::Template | Self::Iframe)
    }

    /// The name whose end tag ends the text of an element in which nothing is markup.
    pub(super) fn raw_end(self) -> Option<&'static [u8]> {
        match self {
            Self::Script => Some(b"script"),
            Self::Raw(index) => RAW.get(usize::from(index)).map(|name| name.as_bytes()),
            Self::Iframe => Some(b"iframe"),
            Self::Title => Some(b"title"),
            Self::Noscript => Some(b"noscript"),
            _ => None,
        }
    }
}

/// Elements of raw text that hold nothing of interest.
const RAW: [&str; 4] = ["style", "textarea", "noembed", "xmp"];
