//! A tag's name says which kind of element it opens.

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
    /// The element of a name of at most [`MAX_NAME`] bytes in lower case, the first the lowest.
    #[inline]
    pub(super) fn of(name: u128) -> Self {
        let mut slot = slot(name);
        // No name is empty, so an empty slot is told by its key.
        while TABLE[slot].0 != 0 {
            if TABLE[slot].0 == name {
                return TABLE[slot].1;
            }
            slot = (slot + 1) % SLOTS;
        }
        Self::Inline
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

/// Longer names mean nothing here.
pub(super) const MAX_NAME: usize = 16;

/// The names, in lower case.
const NAMES: [(&str, Tag); 67] = [
    ("a", Tag::Anchor),
    ("area", Tag::Area),
    ("base", Tag::Base),
    ("body", Tag::Body),
    ("br", Tag::Break),
    ("hr", Tag::Break),
    ("footer", Tag::Footer),
    ("frame", Tag::Frame),
    ("header", Tag::Header),
    ("h1", Tag::Heading(1)),
    ("h2", Tag::Heading(2)),
    ("h3", Tag::Heading(3)),
    ("h4", Tag::Heading(4)),
    ("h5", Tag::Heading(5)),
    ("h6", Tag::Heading(6)),
    ("html", Tag::Html),
    ("iframe", Tag::Iframe),
    ("img", Tag::Image),
    ("input", Tag::Image),
    ("link", Tag::Link),
    ("main", Tag::Main),
    ("meta", Tag::Meta),
    ("nav", Tag::Nav),
    ("noscript", Tag::Noscript),
    ("script", Tag::Script),
    ("style", Tag::Raw(0)),
    ("textarea", Tag::Raw(1)),
    ("noembed", Tag::Raw(2)),
    ("xmp", Tag::Raw(3)),
    ("template", Tag::Template),
    ("svg", Tag::Svg),
    ("title", Tag::Title),
    ("div", Tag::Container(0)),
    ("section", Tag::Container(1)),
    ("aside", Tag::Container(2)),
    ("form", Tag::Container(3)),
    ("table", Tag::Container(4)),
    ("ul", Tag::Container(5)),
    ("ol", Tag::Container(6)),
    ("article", Tag::Container(7)),
    ("td", Tag::Container(8)),
    ("p", Tag::Block),
    ("li", Tag::Block),
    ("dl", Tag::Block),
    ("dt", Tag::Block),
    ("dd", Tag::Block),
    ("tr", Tag::Block),
    ("th", Tag::Block),
    ("blockquote", Tag::Block),
    ("address", Tag::Block),
    ("figure", Tag::Block),
    ("figcaption", Tag::Block),
    ("fieldset", Tag::Block),
    ("legend", Tag::Block),
    ("details", Tag::Block),
    ("summary", Tag::Block),
    ("pre", Tag::Block),
    ("caption", Tag::Block),
    ("thead", Tag::Block),
    ("tbody", Tag::Block),
    ("option", Tag::Block),
    ("button", Tag::Block),
    ("label", Tag::Block),
    ("center", Tag::Block),
    ("frameset", Tag::Block),
    ("dialog", Tag::Block),
    ("noframes", Tag::Block),
];

/// Places of the table, several for each name, so that a look finds at once what is there and what is not.
const SLOTS: usize = 512;

/// The names as numbers, each at its slot or soon behind it; made by the compiler.
static TABLE: [(u128, Tag); SLOTS] = {
    let mut table = [(0, Tag::Inline); SLOTS];
    let mut index = 0;
    while index < NAMES.len() {
        let (name, tag) = NAMES[index];
        let key = key(name.as_bytes());
        let mut slot = slot(key);
        while table[slot].0 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = (key, tag);
        index += 1;
    }
    table
};

/// A name as a number, its first byte the lowest.
const fn key(name: &[u8]) -> u128 {
    let mut key = 0;
    let mut at = name.len();
    while at > 0 {
        at -= 1;
        key = key << 8 | name[at] as u128;
    }
    key
}

/// The slot at which the search for a name begins: the upper bits of a product depend on all letters.
const fn slot(key: u128) -> usize {
    let folded = (key as u64) ^ (key >> 64) as u64;
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let of = |name: &str| {
            let mut bytes = [0; MAX_NAME];
            bytes[..name.len()].copy_from_slice(name.as_bytes());
            Tag::of(u128::from_le_bytes(bytes))
        };
        for (name, tag) in NAMES {
            assert_eq!(of(name), tag, "{name}");
        }
        for other in ["span", "b", "x", "custom-element-1", "h7", "divs"] {
            assert_eq!(of(other), Tag::Inline, "{other}");
        }
    }
}
