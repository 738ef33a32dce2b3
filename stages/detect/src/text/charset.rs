//! A page's bytes are decoded with the charset that fits them.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Bytes of a page that are looked at; what follows is left unread.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Bytes searched for a `<meta charset>` (HTML Standard section 13.2.3.2 asks for 1024; real heads are longer).
const PRESCAN_BYTES: usize = 4_096;

/// The text of a page and the encoding it was read with.
pub(crate) struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// The encoding's name in the WHATWG Encoding Standard, in lower case.
    pub(crate) charset: String,
}

/// Decodes by byte order mark, header, meta element, then by looking at the bytes; a label that cannot be true is passed over.
pub(crate) fn decode<'a>(bytes: &'a [u8], header: Option<&str>, tld: &str) -> Decoded<'a> {
    let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
    // Nearly every page: looked at once.
    if Encoding::for_bom(bytes).is_none()
        && !has_zero(bytes)
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), charset: "utf-8".to_owned() };
    }
    let encoding = encoding_of(bytes, header, tld);
    // The byte order mark itself wins here too (WHATWG Encoding, "decode").
    let (text, used, _) = encoding.decode(bytes);
    Decoded { text, charset: used.name().to_ascii_lowercase() }
}

fn encoding_of(bytes: &[u8], header: Option<&str>, tld: &str) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if is_utf8(bytes) && !has_zero(bytes) {
        return UTF_8;
    }
    let labels = [header.and_then(|label| Encoding::for_label(label.trim().as_bytes())), meta_charset(bytes)];
    labels.into_iter().flatten().find(|&encoding| fits(encoding, bytes)).unwrap_or_else(|| guess(bytes, tld))
}

/// Zero bytes are valid UTF-8 too, but only UTF-16 pages have them at the start.
fn has_zero(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(64)]).is_some()
}

/// Bytes that are valid UTF-8 with at least one multi-byte sequence, or plain ASCII, are nothing else in practice.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A body cut inside a character.
        Err(error) => error.error_len().is_none() && error.valid_up_to() + 4 > bytes.len(),
    }
}

/// UTF-8 was ruled out above; UTF-16 needs a zero byte somewhere; others are tried.
fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(256 * 1024)];
    if encoding == UTF_8 {
        return false;
    }
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return sample.contains(&0);
    }
    // One broken character in a long page is an accident; many are a wrong label.
    let (text, _, had_errors) = encoding.decode(sample);
    !had_errors || text.matches('\u{FFFD}').count() * 200 < text.len()
}

fn guess(bytes: &[u8], tld: &str) -> &'static Encoding {
    let mostly_utf8 = String::from_utf8_lossy(bytes);
    let broken = mostly_utf8.matches('\u{FFFD}').count();
    let sound = mostly_utf8.chars().filter(|character| !character.is_ascii()).count() - broken;
    if broken * 20 < sound {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(256 * 1024)], true);
    let tld = tld.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(tld.as_bytes());
    detector.guess(tld.filter(|tld| !tld.is_empty()), Utf8Detection::Deny)
}

/// The charset a meta element names within the first bytes; the attribute is read, not the markup around it.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(PRESCAN_BYTES)].to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&head[from..], b"<meta") {
        let start = from + found + 5;
        let end = memchr::memchr(b'>', &head[start..]).map_or(head.len(), |length| start + length);
        let element = &head[start..end];
        if let Some(at) = memchr::memmem::find(element, b"charset") {
            let label: Vec<u8> = element[at + 7..]
                .iter()
                .copied()
                .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''))
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'))
                .collect();
            if let Some(encoding) = Encoding::for_label(&label) {
                return Some(encoding);
            }
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_believed_only_when_they_can_be_true() {
        let latin = b"<meta charset='iso-8859-1'><p>Erkl\xE4rung zur Barrierefreiheit f\xFCr alle";
        for header in [None, Some("utf-8"), Some("nonsense"), Some("windows-1252")] {
            let decoded = decode(latin, header, "de");
            assert!(decoded.text.contains("Erklärung"), "{header:?}: {}", decoded.text);
        }
        let utf8 = "Prohlášení o přístupnosti".as_bytes();
        assert!(decode(utf8, Some("windows-1250"), "cz").text.contains("přístupnosti"));
    }

    #[test]
    fn without_a_label_the_bytes_decide() {
        let (bytes, _, _) =
            encoding_rs::WINDOWS_1250.encode("Prohlášení o přístupnosti a řízení města Žďár nad Sázavou");
        assert!(decode(&bytes, None, "cz").text.contains("přístupnosti"));
    }

    #[test]
    fn byte_order_marks_win_and_nothing_panics() {
        assert_eq!(decode(b"\xEF\xBB\xBFabc", Some("utf-16"), "").text, "abc");
        assert_eq!(decode(b"\xFF\xFEa\0b\0", None, "").text, "ab");
        assert_eq!(decode(b"", None, "xn--p1ai").text, "");
    }
}
