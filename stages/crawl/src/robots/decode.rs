//! Which bytes of a robots.txt are text: encodings and byte order marks.

use encoding_rs::Encoding;
use std::borrow::Cow;

/// The file as UTF-8, or as whatever octets it is: RFC 9309 asks for UTF-8, real files come in UTF-16 and Latin-1 too.
///
/// Octets that are no UTF-8 stay: paths are compared octet by octet (section 2.2.2).
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == encoding_rs::UTF_8 => Cow::Borrowed(&bytes[length..]),
        Some((encoding, length)) => utf16(encoding, &bytes[length..]),
        None => match unmarked_utf16(bytes) {
            Some(encoding) => utf16(encoding, bytes),
            None => without_mangled_mark(bytes),
        },
    }
}

fn utf16(encoding: &'static Encoding, bytes: &[u8]) -> Cow<'static, [u8]> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Cow::Owned(text.into_owned().into_bytes())
}

/// UTF-16 without a mark: the file begins with an ASCII character, whose other octet is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(encoding_rs::UTF_16BE),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// Drops the rest of a byte order mark that was cut or garbled: no line of a robots.txt begins with an octet
/// beyond ASCII. UTF-16 that was garbled with its mark has a zero behind or before each letter; the zeros go
/// too.
fn without_mangled_mark(bytes: &[u8]) -> Cow<'_, [u8]> {
    let length = bytes.iter().take_while(|octet| !octet.is_ascii()).count();
    let rest = &bytes[length..];
    match unmarked_utf16(rest) {
        Some(_) if length > 0 => Cow::Owned(rest.iter().copied().filter(|octet| *octet != 0).collect()),
        _ => Cow::Borrowed(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_encodings() {
        let utf16 =
            |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let cases = [
            b"\xEF\xBB\xBFallow: /".to_vec(),
            b"\xEF\xBBallow: /".to_vec(),
            b"\xEFallow: /".to_vec(),
            utf16("\u{feff}allow: /", u16::to_le_bytes),
            utf16("\u{feff}allow: /", u16::to_be_bytes),
            utf16("allow: /", u16::to_le_bytes),
            utf16("allow: /", u16::to_be_bytes),
            "\u{ef}\u{bb}\u{bf}allow: /".into(),
            [b"\xC3\xBF\xC3\xBE".to_vec(), utf16("allow: /", u16::to_le_bytes)].concat(),
            ["\u{fffd}\u{fffd}".as_bytes(), &utf16("allow: /", u16::to_be_bytes)].concat(),
        ];
        for bytes in cases {
            assert_eq!(decode(&bytes).as_ref(), b"allow: /", "{bytes:?}");
        }
        assert_eq!(decode(b"allow: /\xE9").as_ref(), b"allow: /\xE9");
    }
}
