//! Character references, decoded by the html5gum tokenizer: its table and rules, asked only where a `&` stands.

use html5gum::{Token, Tokenizer};
use std::borrow::Cow;

/// A text with its references decoded; markup signs in it stand for themselves.
pub(super) fn of_text(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    // A `<` in raw text would begin a tag there.
    while let Some(open) = rest.find('<') {
        decode(&rest[..open], &mut decoded);
        decoded.push('<');
        rest = &rest[open + 1..];
    }
    decode(rest, &mut decoded);
    Cow::Owned(decoded)
}

/// The references that nearly all pages are content with; any other, or one without a semicolon, is left to html5gum.
fn common(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        return by_number(number);
    }
    Some(match name {
        "amp" => '&',
        "nbsp" => '\u{A0}',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "shy" => '\u{AD}',
        "ndash" => '–',
        "mdash" => '—',
        "raquo" => '»',
        "laquo" => '«',
        "copy" => '©',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "agrave" => 'à',
        "egrave" => 'è',
        "igrave" => 'ì',
        "ograve" => 'ò',
        "ugrave" => 'ù',
        "aacute" => 'á',
        "eacute" => 'é',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "rsquo" => '’',
        "hellip" => '…',
        "bull" => '•',
        _ => return None,
    })
}

/// A decimal or hexadecimal number that the HTML Standard (section 13.2.5.80) neither replaces nor complains about.
fn by_number(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            u32::from_str_radix(digits, 16)
        }
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse(),
        _ => return None,
    };
    code.ok().and_then(char::from_u32).filter(|letter| !letter.is_control())
}

/// Decodes where all references are common ones.
fn quick(text: &str, decoded: &mut String) -> bool {
    let before = decoded.len();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let name = &rest[at + 1..];
        let end = name.bytes().take(10).position(|byte| byte == b';');
        let is_plain = name.bytes().next().is_none_or(|next| !next.is_ascii_alphanumeric() && next != b'#');
        decoded.push_str(&rest[..at]);
        if is_plain {
            decoded.push('&');
            rest = name;
        } else if let Some((end, letter)) = end.and_then(|end| Some((end, common(&name[..end])?))) {
            decoded.push(letter);
            rest = &name[end + 1..];
        } else {
            decoded.truncate(before);
            return false;
        }
    }
    decoded.push_str(rest);
    true
}

fn decode(text: &str, decoded: &mut String) {
    if quick(text, decoded) {
        return;
    }
    for token in Tokenizer::new(text).flatten() {
        if let Token::String(part) = token {
            decoded.push_str(&String::from_utf8_lossy(&part));
        }
    }
}

/// An attribute's value, where a reference without semicolon before a letter or `=` stands for itself.
pub(super) fn of_attribute(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut decoded = String::with_capacity(value.len());
    if quick(value, &mut decoded) {
        return Cow::Owned(decoded);
    }
    let quote = if value.contains('"') { '\'' } else { '"' };
    let tag = format!("<a b={quote}{value}{quote}>");
    // The faults of the references come out before the tag.
    let start = |token| if let Token::StartTag(tag) = token { Some(tag) } else { None };
    let Some(tag) = Tokenizer::new(&tag).flatten().find_map(start) else { return Cow::Borrowed(value) };
    let decoded = tag.attributes.values().next().map(|value| String::from_utf8_lossy(value).into_owned());
    Cow::Owned(decoded.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_follow_the_place_they_stand_in() {
        assert_eq!(of_text("a &lt; b &copy c &auml;&#8217;<x"), "a < b © c ä’<x");
        assert_eq!(of_attribute("?a=1&copy=2&amp;b"), "?a=1&copy=2&b");
        assert_eq!(of_attribute("it's &quot;x&quot;"), "it's \"x\"");
        assert_eq!(
            of_attribute("&#39;&#X20AC;&#0;&#128;&#xD800;&#1114112;&#x;"),
            "'€\u{FFFD}€\u{FFFD}\u{FFFD}&#x;"
        );
    }
}
