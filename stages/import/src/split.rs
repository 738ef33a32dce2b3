//! Several addresses in one cell.

use crate::clean;
use crate::words::Words;

/// Addresses taken from one cell.
const MAX_ADDRESSES: usize = 50;

/// The addresses of a cell, or the whole text where it is one address or none.
///
/// A text is only parted when every part is an address by itself: commas and spaces also stand in paths.
pub(crate) fn addresses<'t>(text: &'t str, words: &Words) -> Vec<&'t str> {
    if is_one(text) {
        return vec![text];
    }
    let is_list = |parts: &Vec<&str>| {
        let has_scheme = parts.first().is_some_and(|first| first.contains("://"));
        parts.len() > 1 && parts.iter().all(|part| is_address(part, has_scheme, words))
    };
    parts(text).filter(is_list).unwrap_or_else(|| vec![text])
}

/// True when nothing in the text could part two addresses: the case of nearly every cell, told by one look at its bytes.
pub(crate) fn is_one(text: &str) -> bool {
    // No early end: the compiler makes vector code of these two.
    let is_separator = |byte: u8| byte <= b' ' || byte >= 0x80 || matches!(byte, b',' | b';' | b'|');
    let has_separator = text.bytes().fold(false, |found, byte| found | is_separator(byte));
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    !has_separator && (colons < 2 || text.matches("://").count() < 2)
}

/// What the text is parted into, without what only parts; nothing for more parts than addresses are taken.
fn parts<'t>(text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = Vec::new();
    let mut add = |part: &'t str| {
        if !is_filler(part) {
            parts.push(part);
        }
        parts.len() <= MAX_ADDRESSES
    };
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|')) {
        let mut rest = part;
        while let Some(at) = glued(rest) {
            let (first, others) = rest.split_at(at);
            rest = others;
            if !add(first) {
                return None;
            }
        }
        if !add(rest) {
            return None;
        }
    }
    Some(parts)
}

/// The offset of a second address right after the host of a first: `http://a.ithttp://b.it`. One further on
/// is part of a path.
///
/// No text is looked at far behind that offset, so that all of a long text costs one walk.
fn glued(text: &str) -> Option<usize> {
    let scheme = text.find("://")?;
    after_host(text, 0, scheme).or_else(|| {
        // Only at the first slash behind the scheme: what stands before another is no host.
        let from = scheme + "://".len();
        let slash = from + text[from..].find(['/', '?', '#'])?;
        let colon = slash - 1;
        text.get(colon..)?.starts_with("://").then(|| after_host(text, from, colon))?
    })
}

/// Where `http` or `https` begins that ends at `colon`, if all from `from` on is a host before it.
fn after_host(text: &str, from: usize, colon: usize) -> Option<usize> {
    let before = text.get(from..colon)?;
    let host = before.strip_suffix("https").or_else(|| before.strip_suffix("http"))?;
    let is_host =
        host.contains('.') && !host.contains(['/', '?', '#']) && host.ends_with(char::is_alphanumeric);
    is_host.then_some(from + host.len())
}

/// Dashes and words that stand between addresses.
fn is_filler(part: &str) -> bool {
    let is_word = ["and", "und", "et", "e", "y", "en", "og", "och", "i", "ja", "or"].contains(&part);
    is_word || !part.contains(char::is_alphanumeric)
}

/// After an address with a scheme only another with one, or a `www.` name, is an address: `a.at/x,y.html` is one.
fn is_address(part: &str, has_scheme: bool, words: &Words) -> bool {
    let is_marked =
        part.contains("://") || part.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    if has_scheme && !is_marked || !part.contains('.') {
        return false;
    }
    clean::host(part, words).is_ok_and(|(host, _)| is_marked || host.has_known_suffix())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_in_a_cell_are_parted_and_addresses_are_not() {
        let words = Words::builtin();
        let cases: [(&str, &[&str]); 17] = [
            ("https://a.at, https://b.at", &["https://a.at", "https://b.at"]),
            ("https://a.at\nhttps://b.at/x", &["https://a.at", "https://b.at/x"]),
            ("a.at b.at", &["a.at", "b.at"]),
            ("a.at - b.at", &["a.at", "b.at"]),
            ("www.a.at;www.b.at; www.c.at", &["www.a.at", "www.b.at", "www.c.at"]),
            ("http://a.ithttp://b.it", &["http://a.it", "http://b.it"]),
            ("a.at und b.at", &["a.at", "b.at"]),
            ("https://a.at/x,y.html", &["https://a.at/x,y.html"]),
            ("https://a.at/x, y", &["https://a.at/x, y"]),
            ("https://a.at/?to=https://b.at/", &["https://a.at/?to=https://b.at/"]),
            ("https://a.at/https://b.at/", &["https://a.at/https://b.at/"]),
            ("https://a.at;jsessionid=3F.node2", &["https://a.at;jsessionid=3F.node2"]),
            ("https://a.at/%EF%BB%BFhttps://b.at/", &["https://a.at/%EF%BB%BFhttps://b.at/"]),
            ("siehe a.at", &["siehe a.at"]),
            ("St. Pölten, a.at", &["St. Pölten, a.at"]),
            (" a.at ", &[" a.at "]),
            ("http://https://a.at", &["http://https://a.at"]),
        ];
        for (text, expected) in cases {
            assert_eq!(addresses(text, &words), expected, "{text}");
        }
    }

    /// What a text was parted into before that took one walk: as obvious as it is slow.
    mod reference {
        pub(super) fn parts(text: &str) -> Vec<&str> {
            let mut parts = Vec::new();
            for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|')) {
                let mut rest = part;
                while let Some(at) = glued(rest) {
                    parts.push(&rest[..at]);
                    rest = &rest[at..];
                }
                parts.push(rest);
            }
            parts
        }

        fn glued(text: &str) -> Option<usize> {
            let ends_a_host = |before: &str| {
                let host = before.split_once("://").map_or(before, |(_, host)| host);
                host.contains('.') && !host.contains(['/', '?', '#']) && host.ends_with(char::is_alphanumeric)
            };
            let starts = ["http://", "https://"].iter().flat_map(|scheme| text.match_indices(scheme));
            starts.map(|(at, _)| at).filter(|at| ends_a_host(&text[..*at])).min()
        }
    }

    #[test]
    fn more_glued_addresses_than_are_taken_are_one_text() {
        let words = Words::builtin();
        let glued = |count: usize| "http://a.it".repeat(count);
        assert_eq!(addresses(&glued(MAX_ADDRESSES), &words).len(), MAX_ADDRESSES);
        let one_more = glued(MAX_ADDRESSES + 1);
        assert_eq!(addresses(&one_more, &words), [one_more.as_str()]);
    }

    /// Texts of all that parts addresses, and of what looks like it.
    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "https?://",
            "https?:/",
            "://",
            "a\\.it",
            "b\\.at",
            "[ ,;|/?#.\\-]",
            "[aé1]",
            "und",
            "http",
            "www\\.",
        ];
        prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn texts_are_parted_as_before(text in nasty()) {
            let before: Vec<&str> = reference::parts(&text).into_iter().filter(|part| !is_filler(part)).collect();
            let expected = (before.len() <= MAX_ADDRESSES).then_some(before);
            prop_assert_eq!(parts(&text), expected);
        }
    }
}
