//! Rules inside a web page: editors and content management systems that wrap robots.txt into HTML.

use std::borrow::Cow;

/// Tags that show a file to be a web page, without what may follow the name.
const PAGE_TAGS: [&[u8]; 3] = [b"<html", b"<head", b"<body"];

/// Octets in which such a tag stands, where there is one.
const PAGE_HEAD_BYTES: usize = 4_096;

/// The file without its tags where it is a web page, else as it is. A `<` in a rule of a plain file stays.
pub(super) fn without_markup(file: &[u8]) -> Cow<'_, [u8]> {
    if is_page(file) { Cow::Owned(strip_tags(file)) } else { Cow::Borrowed(file) }
}

fn is_page(file: &[u8]) -> bool {
    let head = &file[..file.len().min(PAGE_HEAD_BYTES)];
    let has = |tag: &&[u8]| head.windows(tag.len()).any(|part| part.eq_ignore_ascii_case(tag));
    PAGE_TAGS.iter().any(has)
}

/// A tag ends with its line, so that one left open does not hide the rules behind it.
fn strip_tags(file: &[u8]) -> Vec<u8> {
    let mut is_tag = false;
    let mut text = Vec::with_capacity(file.len());
    for &octet in file {
        match octet {
            b'<' => is_tag = true,
            b'>' if is_tag => is_tag = false,
            b'\n' | b'\r' => {
                is_tag = false;
                text.push(octet);
            }
            _ if !is_tag => text.push(octet),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_lines_stay() {
        let page = b"<HTML><pre\nuser-agent: *<br>\r\n<b>disallow: /a</b>";
        assert_eq!(without_markup(page).as_ref(), b"\nuser-agent: *\r\ndisallow: /a");
    }

    #[test]
    fn a_plain_file_is_left_alone() {
        let plain = b"user-agent: *\ndisallow: /<x>";
        assert_eq!(without_markup(plain).as_ref(), plain);
    }
}
