//! Tags and texts of a page, in one pass over its bytes (HTML Standard section 13.2.5, without a tree).
//!
//! Nothing is copied: texts and attribute values are slices of the page until somebody asks for them. Only errors that
//! browsers repair are left unreported; what comes out is what their tokenizers see.

use super::attributes::Attributes;
use super::element::{MAX_NAME, Tag};
use super::scanner::Scanner;
use crate::steps::Steps;
use crate::text::word;
use memchr::{memchr, memmem};

/// Reads the whole page into the scanner.
pub(super) fn run<'h>(html: &'h str, scanner: &mut Scanner<'h>, steps: &Steps<'_>) {
    let mut tokenizer = Tokenizer { html, bytes: html.as_bytes(), at: 0 };
    while let Some(step) = tokenizer.step(scanner) {
        steps.take(step - tokenizer.at + scanner.take_looked_at());
        tokenizer.at = step;
    }
    steps.take(html.len() - tokenizer.at + scanner.take_looked_at());
}

struct Tokenizer<'h> {
    html: &'h str,
    bytes: &'h [u8],
    at: usize,
}

impl<'h> Tokenizer<'h> {
    /// One text and the markup behind it; gives where to go on, `None` at the end.
    fn step(&self, scanner: &mut Scanner<'h>) -> Option<usize> {
        let Some(open) = self.markup(self.at) else {
            self.text(self.at, self.bytes.len(), scanner);
            return None;
        };
        self.text(self.at, open, scanner);
        match self.bytes[open + 1] {
            b'/' if self.bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) => {
                let (tag, name_end) = self.name(open + 2);
                let end = match self.bytes.get(name_end) {
                    Some(b'>') => name_end + 1,
                    _ => self.attributes(name_end, &mut Attributes::none(self.html))?,
                };
                scanner.end(tag);
                Some(end)
            }
            b'!' if self.bytes[open..].starts_with(b"<!--") => self.comment(open + 4),
            b'!' | b'?' | b'/' => Some(memchr(b'>', &self.bytes[open..])? + open + 1),
            _ => self.start_tag(open + 1, scanner),
        }
    }

    /// The next `<` that begins markup; any other stands for itself.
    fn markup(&self, from: usize) -> Option<usize> {
        memchr::memchr_iter(b'<', &self.bytes[from..]).map(|offset| from + offset).find(|open| {
            self.bytes
                .get(open + 1)
                .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'))
        })
    }

    fn text(&self, from: usize, to: usize, scanner: &mut Scanner<'h>) {
        if from < to && scanner.wants_text() {
            scanner.string(&self.html[from..to]);
        }
    }

    fn start_tag(&self, name: usize, scanner: &mut Scanner<'h>) -> Option<usize> {
        let (tag, name_end) = self.name(name);
        let mut attributes = Attributes::none(self.html);
        let end = self.attributes(name_end, &mut attributes)?;
        let is_self_closing = self.bytes[end - 2] == b'/';
        scanner.start(tag, is_self_closing, &attributes);
        match tag.raw_end() {
            Some(closing) => Some(self.raw(closing, end, scanner)),
            None => Some(end),
        }
    }

    /// The text of an element that holds no markup, up to its end tag.
    fn raw(&self, closing: &[u8], from: usize, scanner: &mut Scanner<'h>) -> usize {
        let end = self.closing(closing, from);
        self.text(from, end, scanner);
        end
    }

    /// The offset of the next end tag of this name, or the end of the page.
    fn closing(&self, name: &[u8], from: usize) -> usize {
        let is_end = |open: &usize| {
            let rest = &self.bytes[open + 2..];
            rest.len() >= name.len()
                && rest[..name.len()].eq_ignore_ascii_case(name)
                && rest.get(name.len()).is_none_or(|next| matches!(next, b'>' | b'/') || is_space(*next))
        };
        let candidates = memmem::find_iter(&self.bytes[from..], b"</").map(|offset| from + offset);
        candidates.into_iter().find(is_end).unwrap_or(self.bytes.len())
    }

    /// Behind a comment; `<!-->` is one too, and one that never ends takes the rest of the page.
    fn comment(&self, from: usize) -> Option<usize> {
        let rest = &self.bytes[from..];
        if rest.starts_with(b">") {
            return Some(from + 1);
        }
        if rest.starts_with(b"->") {
            return Some(from + 2);
        }
        memmem::find_iter(rest, b"--").find_map(|dashes| match &rest[dashes + 2..] {
            [b'>', ..] => Some(from + dashes + 3),
            // Of several dashes the last two count.
            [b'!' | b'-', b'>', ..] => Some(from + dashes + 4),
            _ => None,
        })
    }

    /// The element and where its name ends.
    fn name(&self, from: usize) -> (Tag, usize) {
        let (letters, count) = word::lower(word::head(&self.bytes[from..]));
        match self.bytes.get(from + count) {
            Some(next) if count < word::STEP && (matches!(next, b'>' | b'/') || is_space(*next)) => {
                let name = if count == 0 { 0 } else { letters & (u64::MAX >> (64 - 8 * count)) };
                (Tag::of(u128::from(name)), from + count)
            }
            _ => self.long_name(from),
        }
    }

    /// The same for a name of more than letters and digits, or of many.
    #[cold]
    fn long_name(&self, from: usize) -> (Tag, usize) {
        let is_border = |byte: &u8| matches!(byte, b'>' | b'/') || is_space(*byte);
        let length = self.bytes[from..].iter().position(is_border).unwrap_or(self.bytes.len() - from);
        let mut name = [0; MAX_NAME];
        if length > MAX_NAME {
            return (Tag::Inline, from + length);
        }
        for (lower, byte) in name.iter_mut().zip(&self.bytes[from..from + length]) {
            *lower = byte.to_ascii_lowercase();
        }
        (Tag::of(u128::from_le_bytes(name)), from + length)
    }

    /// Reads attributes up to the end of the tag; gives the place behind `>`, `None` where the tag never ends.
    fn attributes(&self, from: usize, attributes: &mut Attributes<'h>) -> Option<usize> {
        let bytes = self.bytes;
        let mut at = from;
        loop {
            while is_space(*bytes.get(at)?) || bytes[at] == b'/' {
                at += 1;
            }
            if bytes[at] == b'>' {
                return Some(at + 1);
            }
            let name = at;
            // The first character of a name may be `=`.
            at += 1;
            while !ENDS_NAME[*bytes.get(at)? as usize] {
                at += 1;
            }
            let name_end = at;
            while is_space(*bytes.get(at)?) {
                at += 1;
            }
            if bytes[at] != b'=' {
                attributes.add(&bytes[name..name_end], 0..0);
                continue;
            }
            at += 1;
            while is_space(*bytes.get(at)?) {
                at += 1;
            }
            let value = match bytes[at] {
                b'>' => at..at,
                quote @ (b'"' | b'\'') => {
                    let length = memchr(quote, &bytes[at + 1..])?;
                    at + 1..at + 1 + length
                }
                _ => {
                    let is_end = |byte: &u8| *byte == b'>' || is_space(*byte);
                    at..at + bytes[at..].iter().position(is_end)?
                }
            };
            let is_quoted = matches!(bytes[at], b'"' | b'\'');
            at = value.end + usize::from(is_quoted);
            attributes.add(&bytes[name..name_end], value);
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0C)
}

/// Bytes that end an attribute's name.
const ENDS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut index = 0;
    let ends = b" \n\t\r\x0C/>=";
    while index < ends.len() {
        table[ends[index] as usize] = true;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::Document;
    use crate::steps::Steps;

    fn shown(html: &str) -> (String, Vec<String>) {
        let document = Document::parse(html, &Steps::free());
        let hrefs =
            document.links.into_iter().map(|link| link.href.unwrap_or_default().into_owned()).collect();
        (document.text.replace('\n', "|"), hrefs)
    }

    #[test]
    fn markup_is_read_as_browsers_read_it() {
        for (html, text, hrefs) in [
            ("a < b <3 c", "a < b <3 c", vec![]),
            ("a<!-- <a href=1> -->b<!-->c<!--->d<!--x--!>e", "abcde", vec![]),
            ("a<!doctype html>b<?php x ?>c</>d</ x>e", "abcde", vec![]),
            (
                "<A HREF=1>x</A><a href='2'id=3>y</a><a\nhref = \"4\" >z</a><a href>w",
                "x y z w",
                vec!["1", "2", "4", ""],
            ),
            ("<a href=1 href=2>x</a>", "x", vec!["1"]),
            (
                "<a href=\"?a=1&amp;b=2&copy=3\">x &amp; &copy; &#228;&#xe4; &shy;y",
                "x & © ää \u{AD}y",
                vec!["?a=1&b=2&copy=3"],
            ),
            (
                "<script>'<a href=1>'</SCRIPT ><style></div></style>x<textarea><a href=2></textarea>y",
                "xy",
                vec![],
            ),
            ("<title>a<b>&amp;</title>x", "a<b>&|x", vec![]),
            ("x<a href=1", "x", vec![]),
            ("x<!-- <a href=1>y</a>", "x", vec![]),
            ("x<script>y", "x", vec![]),
            ("<a href=/x/>y</a>", "y", vec!["/x/"]),
            ("<br/><a href=1/>z", "z", vec!["1/"]),
        ] {
            let (found, links) = shown(html);
            assert_eq!(
                (found.trim_end_matches('|'), links),
                (text, hrefs.into_iter().map(str::to_owned).collect()),
                "{html}"
            );
        }
    }
}
