//! A page's `meta` tags can redirect visitors and instruct robots. `<meta http-equiv="refresh">` (HTML,
//! section 4.2.5.3) sends visitors on, as the `Refresh` header does. `<meta name="robots">` asks something of
//! those who read the page.

/// Longest delay followed; a page that waits longer is meant to be read.
const MAX_DELAY_SECONDS: f64 = 5.0;

/// How far into a page the tag is looked for.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Longest value kept of a robots tag.
const MAX_ROBOTS_CHARS: usize = 1_000;

/// Elements whose content is no markup for us: text of other kinds, or meant for others.
const OPAQUE: [&[u8]; 6] = [b"script", b"style", b"noscript", b"template", b"textarea", b"title"];

/// Where a refresh value leads, as written: `0; url=/start`. `None` for a page that only reloads itself, or later.
pub(crate) fn target(value: &str) -> Option<String> {
    let value = value.trim_start();
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let delay: f64 = value[..digits].parse().ok()?;
    let rest = value[digits..].trim_start();
    let rest = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start();
    let address = unquoted(without_key(rest));
    (delay <= MAX_DELAY_SECONDS && !address.is_empty()).then(|| address.to_owned())
}

fn without_key(rest: &str) -> &str {
    let is_key = rest.get(..3).is_some_and(|key| key.eq_ignore_ascii_case("url"));
    let behind = rest.get(3..).unwrap_or("").trim_start();
    match behind.strip_prefix('=') {
        Some(address) if is_key => address.trim_start(),
        _ => rest,
    }
}

fn unquoted(text: &str) -> &str {
    let inner = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.split(quote).next());
    inner.unwrap_or(text).trim()
}

/// The target of the first refresh tag in a page's head that leads somewhere.
pub(crate) fn in_markup(page: &[u8]) -> Option<String> {
    first_meta(page, b"refresh", 2, refresh)
}

/// What the page's first robots tag asks for: `noindex, nofollow`.
pub(crate) fn robots_of(page: &[u8]) -> Option<String> {
    first_meta(page, b"robots", 2, robots)
}

/// The result of `read` for the first `meta` tag that gives one; none in a page without `word`. The search
/// looks for the word's rarest letter, at index `rarest`, many octets at a time. Nearly every page stops
/// there.
fn first_meta(
    page: &[u8],
    word: &[u8],
    rarest: usize,
    read: impl Fn(&[Attribute<'_>]) -> Option<String>,
) -> Option<String> {
    let mut rest = &page[..page.len().min(MAX_HEAD_BYTES)];
    if !holds(rest, word, rarest) {
        return None;
    }
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            rest = behind(comment, b"-->");
        } else if let Some(name) = OPAQUE.iter().find(|name| starts_with_name(rest, name)) {
            rest = behind(rest, &[b"</", *name].concat());
        } else if starts_with_name(rest, b"meta") {
            let (tag, after) = tag(&rest[4..]);
            rest = after;
            if let Some(found) = read(&tag) {
                return Some(found);
            }
        }
    }
    None
}

fn holds(page: &[u8], word: &[u8], rarest: usize) -> bool {
    let letter = word[rarest];
    let is_word = |at: usize| {
        let begin = at.checked_sub(rarest);
        let part = begin.and_then(|begin| page.get(begin..begin + word.len()));
        part.is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    memchr::memchr2_iter(letter, letter.to_ascii_uppercase(), page).any(is_word)
}

/// The text of the first title, as it stands.
pub(crate) fn title(page: &[u8]) -> Option<String> {
    let inner = behind(behind(page, b"<title"), b">");
    let end = inner.windows(2).position(|part| part == b"</")?;
    Some(String::from_utf8_lossy(&inner[..end]).into_owned())
}

fn starts_with_name(text: &[u8], name: &[u8]) -> bool {
    let is_name = text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    is_name
        && text.get(name.len()).is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'))
}

/// What follows the first `end`; nothing where there is none.
fn behind<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = text.windows(end.len()).position(|part| part.eq_ignore_ascii_case(end));
    at.map_or(&[], |at| &text[at + end.len()..])
}

/// An attribute's name and value.
type Attribute<'a> = (&'a [u8], &'a [u8]);

/// The attributes, and what follows the tag.
fn tag(mut text: &[u8]) -> (Vec<Attribute<'_>>, &[u8]) {
    let mut attributes = Vec::new();
    loop {
        text = skip(text, |octet| octet.is_ascii_whitespace() || octet == b'/');
        match text.first() {
            None => return (attributes, text),
            Some(b'>') => return (attributes, &text[1..]),
            Some(_) => {}
        }
        // One octet at least, so that a stray `=` does not hold us up.
        let length = 1 + text[1..]
            .iter()
            .take_while(|octet| !octet.is_ascii_whitespace() && !b"/>=".contains(octet))
            .count();
        let (name, rest) = text.split_at(length);
        let (value, rest) = value(skip(rest, |octet| octet.is_ascii_whitespace()));
        attributes.push((name, value));
        text = rest;
    }
}

fn value(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(text) = text.strip_prefix(b"=") else { return (b"", text) };
    let text = skip(text, |octet| octet.is_ascii_whitespace());
    if let Some(quote @ (b'"' | b'\'')) = text.first() {
        let inner = &text[1..];
        let end = inner.iter().position(|octet| octet == quote).unwrap_or(inner.len());
        return (&inner[..end], inner.get(end + 1..).unwrap_or(b""));
    }
    let end = text.iter().position(|octet| octet.is_ascii_whitespace() || *octet == b'>');
    text.split_at(end.unwrap_or(text.len()))
}

fn skip(text: &[u8], is_skipped: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|octet| !is_skipped(*octet)).unwrap_or(text.len());
    &text[end..]
}

/// The value of the first attribute of this name.
fn get<'a>(attributes: &[Attribute<'a>], name: &[u8]) -> Option<&'a [u8]> {
    attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

fn refresh(attributes: &[Attribute<'_>]) -> Option<String> {
    get(attributes, b"http-equiv").filter(|value| value.trim_ascii().eq_ignore_ascii_case(b"refresh"))?;
    let content = String::from_utf8_lossy(get(attributes, b"content")?).replace("&amp;", "&");
    target(&content)
}

fn robots(attributes: &[Attribute<'_>]) -> Option<String> {
    get(attributes, b"name").filter(|value| value.trim_ascii().eq_ignore_ascii_case(b"robots"))?;
    let content = String::from_utf8_lossy(get(attributes, b"content")?);
    Some(content.trim().chars().take(MAX_ROBOTS_CHARS).collect()).filter(|asked: &String| !asked.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values() {
        let cases = [
            ("0; url=/start", Some("/start")),
            ("0;URL='https://a.example.at/x'", Some("https://a.example.at/x")),
            ("  3 , url = \"a b\" rest", Some("a b")),
            ("0 /start", Some("/start")),
            ("0.5;url=/x", Some("/x")),
            ("0; urls/x", Some("urls/x")),
            ("5", None),
            ("0;url=", None),
            ("30; url=/later", None),
            ("soon; url=/x", None),
            ("", None),
        ];
        for (value, expected) in cases {
            assert_eq!(target(value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn robots_tags() {
        let cases = [
            ("<META NAME=Robots CONTENT=' noindex, nofollow '>", Some("noindex, nofollow")),
            ("<meta content=none name='robots'/>", Some("none")),
            ("<!-- <meta name=robots content=none> -->", None),
            ("<meta name=robots content=''>", None),
            ("<meta name=googlebot content=none>robots", None),
            ("robots", None),
        ];
        for (page, expected) in cases {
            assert_eq!(robots_of(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }

    #[test]
    fn tags() {
        let cases = [
            ("<head><META http-equiv=Refresh content='0;url=/a?b&amp;c'>", Some("/a?b&c")),
            ("<meta content=\"0; url=/x\" http-equiv=\"refresh\"/>", Some("/x")),
            ("<meta http-equiv=refresh content=0;url=/x>", Some("/x")),
            ("<meta charset=utf-8><meta http-equiv='refresh' content='1;/y'>", Some("/y")),
            ("<!-- <meta http-equiv=refresh content='0;url=/a'> -->", None),
            ("<noscript><meta http-equiv=refresh content='0;url=/a'></noscript>", None),
            ("<script>'<meta http-equiv=refresh content=0;url=/a>'</script>", None),
            ("<metadata http-equiv=refresh content='0;url=/a'>", None),
            ("<meta http-equiv=refresh content='300'>", None),
            ("<meta name=refresh content='0;url=/a'>", None),
            ("<meta http-equiv=refresh", None),
        ];
        for (page, expected) in cases {
            assert_eq!(in_markup(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }

    proptest! {
        #[test]
        fn any_page_and_any_value_is_read(page in "(<meta |http-equiv|=|refresh|content|'|\"|>|/|0;url=|<!--|<title>|\\PC){0,40}") {
            in_markup(page.as_bytes());
            target(&page);
        }
    }
}
