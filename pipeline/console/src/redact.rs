//! What must never reach a log: credentials, and the addresses of people that stand on pages and in URLs.

use std::borrow::Cow;

/// What stands in the place of what was taken out.
const GONE: &str = "[removed]";
/// Names whose value after `=` or `:` is a secret, wherever they stand: query parameters, headers, settings.
const SECRET_NAMES: [&str; 16] = [
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "api_key",
    "apikey",
    "key",
    "secret",
    "client_secret",
    "password",
    "passwd",
    "pwd",
    "sig",
    "signature",
    "session",
    "auth",
];

/// The text without bearer tokens, user names and passwords in URLs, secrets in queries and settings, and e-mail addresses.
pub fn redact(text: &str) -> Cow<'_, str> {
    // Every rule needs one of these characters; most lines have none of them.
    if !text.bytes().any(|byte| matches!(byte, b'@' | b'=' | b':')) && !holds_scheme(text) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for (index, word) in text.split_inclusive(is_break).enumerate() {
        let end = word.char_indices().next_back().filter(|(_, last)| is_break(*last));
        let (body, gap) = word.split_at(end.map_or(word.len(), |(at, _)| at));
        let is_named = index > 0 && !body.is_empty() && (follows_scheme(&clean) || follows_name(&clean));
        if is_named && body != GONE {
            clean.push_str(GONE);
        } else {
            clean.push_str(&word_without(body));
        }
        clean.push_str(gap);
    }
    Cow::Owned(clean)
}

/// True for a letter that can end a value: white space, a query's separators, and the signs of JSON and Debug
/// texts.
fn is_break(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '&' | '?' | ';' | ',' | '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '{' | '}' | '#'
        )
}

fn holds_scheme(text: &str) -> bool {
    ["earer", "EARER", "asic "].iter().any(|scheme| text.contains(scheme))
}

/// True when the next word is what an `Authorization` header holds (RFC 6750 section 2.1, RFC 7617 section 2).
fn follows_scheme(clean: &str) -> bool {
    let last = clean.trim_end().rsplit(is_break).next().unwrap_or_default();
    let last = last.rsplit(['=', ':']).next().unwrap_or_default();
    last.eq_ignore_ascii_case("bearer") || last.eq_ignore_ascii_case("basic")
}

/// True behind `"password": "` and its like, as JSON and Debug texts write it.
fn follows_name(clean: &str) -> bool {
    let is_quote = |letter: char| letter == '"' || letter == '\'' || letter == ' ';
    let Some(name) = clean.trim_end_matches(is_quote).strip_suffix([':', '=']) else { return false };
    let name = name.trim_end_matches(is_quote);
    SECRET_NAMES.iter().any(|secret| ends_with_name(name, secret))
}

fn word_without(word: &str) -> Cow<'_, str> {
    if let Some((name, value)) = word.split_once(['=', ':'])
        && !value.is_empty()
        && !value.starts_with("//")
        && SECRET_NAMES.iter().any(|secret| ends_with_name(name, secret))
    {
        return Cow::Owned(format!("{}{GONE}", &word[..=name.len()]));
    }
    if let Some((scheme, rest)) = word.split_once("://") {
        let authority = rest.split(['/', '\\']).next().unwrap_or_default();
        if let Some(at) = authority.rfind('@') {
            // The userinfo of a URL (RFC 3986 section 3.2.1).
            return Cow::Owned(format!("{scheme}://{GONE}{}", &rest[at..]));
        }
    }
    let Some(at) = word.find('@') else { return Cow::Borrowed(word) };
    if is_address(word, at) { Cow::Owned(GONE.to_owned()) } else { Cow::Borrowed(word) }
}

/// `token`, `--token`, `x-api-key`, `AWS_SECRET_ACCESS_KEY`: the name itself or its last part.
fn ends_with_name(name: &str, secret: &str) -> bool {
    let Some(start) = name.len().checked_sub(secret.len()) else { return false };
    name.is_char_boundary(start)
        && name[start..].replace('-', "_").eq_ignore_ascii_case(secret)
        && name[..start].chars().next_back().is_none_or(|before| !before.is_ascii_alphanumeric())
}

/// Something before the sign and a dot behind it; a word too much taken out is better than an address left in.
fn is_address(word: &str, at: usize) -> bool {
    at > 0 && word[at + 1..].trim_end_matches(['.', ':']).contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credentials_and_addresses_are_taken_out() {
        for (text, clean) in [
            ("crawl 1 of 20 hosts", "crawl 1 of 20 hosts"),
            ("Authorization: Bearer abcdef123456", "Authorization: Bearer [removed]"),
            ("authorization=bearer abcdef123456 sent", "authorization=bearer [removed] sent"),
            ("https://user:pass@example.eu/a?b=1", "https://[removed]@example.eu/a?b=1"),
            (
                "https://example.eu/a?token=abc&page=2#sig=x",
                "https://example.eu/a?token=[removed]&page=2#sig=[removed]",
            ),
            ("write to Jane.Doe@example.gv.at.", "write to [removed]"),
            ("mailto:jane@example.eu?subject=x", "[removed]?subject=x"),
            ("AWS_SECRET_ACCESS_KEY=abc", "AWS_SECRET_ACCESS_KEY=[removed]"),
            ("{\"password\":\"x\"}", "{\"password\":\"[removed]\"}"),
            ("Settings { client_secret: \"x y\" }", "Settings { client_secret: \"[removed] y\" }"),
            ("x-api-key=1234", "x-api-key=[removed]"),
            ("monkey=1 hotkey:2", "monkey=1 hotkey:2"),
            ("https://example.eu/@team/page", "https://example.eu/@team/page"),
        ] {
            assert_eq!(redact(text), clean);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_and_no_address_stays(text in ".{0,200}", user in "[a-z]{1,9}", host in "[a-z]{1,9}\\.eu") {
            let line = format!("{text} {user}@{host} end");
            let clean = redact(&line);
            let address = format!(" {user}@{host} ");
            prop_assert!(!clean.contains(&address), "{clean}");
        }
    }
}
