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
    let parts: Vec<&str> = parts(text).into_iter().filter(|part| !is_filler(part)).collect();
    let is_list = (2..=MAX_ADDRESSES).contains(&parts.len()) && {
        let has_scheme = parts[0].contains("://");
        parts.iter().all(|part| is_address(part, has_scheme, words))
    };
    if is_list { parts } else { vec![text] }
}

/// True when nothing in the text could part two addresses: the case of nearly every cell, told by one look at its bytes.
pub(crate) fn is_one(text: &str) -> bool {
    // No early end: the compiler makes vector code of these two.
    let is_separator = |byte: u8| byte <= b' ' || byte >= 0x80 || matches!(byte, b',' | b';' | b'|');
    let has_separator = text.bytes().fold(false, |found, byte| found | is_separator(byte));
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    !has_separator && (colons < 2 || text.matches("://").count() < 2)
}

fn parts(text: &str) -> Vec<&str> {
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

/// The offset of a second address right after the host of a first: `http://a.ithttp://b.it`. One further on
/// is part of a path.
fn glued(text: &str) -> Option<usize> {
    let ends_a_host = |before: &str| {
        let host = before.split_once("://").map_or(before, |(_, host)| host);
        host.contains('.') && !host.contains(['/', '?', '#']) && host.ends_with(char::is_alphanumeric)
    };
    let starts = ["http://", "https://"].iter().flat_map(|scheme| text.match_indices(scheme));
    starts.map(|(at, _)| at).filter(|at| ends_a_host(&text[..*at])).min()
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
}
