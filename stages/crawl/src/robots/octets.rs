//! Paths and patterns, octet by octet (RFC 9309 section 2.2.2).

use std::fmt::Write;

/// One spelling of a URL's path and query (RFC 9309 section 2.2.3). Unreserved octets stand plain. Octets
/// that are percent-encoded, not ASCII or special in patterns become `%XX`: special ones match by their
/// encoded form.
pub(super) fn normalise_path(octets: &[u8]) -> String {
    normalise(octets).replace('*', "%2A").replace('$', "%24")
}

/// The same for a pattern, where `*` written plain stands for any octets and a last `$` for the end.
pub(super) fn normalise_pattern(octets: &[u8]) -> String {
    let text = normalise(octets);
    match text.strip_suffix('$') {
        Some(rest) => format!("{}$", rest.replace('$', "%24")),
        None => text.replace('$', "%24"),
    }
}

/// Unreserved octets plain (section 2.2.2); in a query `/` and `:` too, which need no encoding there and are given both ways.
fn normalise(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut rest = octets;
    let mut is_query = false;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        is_query |= octet == b'?';
        match (octet, encoded(after)) {
            (b'%', Some(value)) => {
                rest = &after[2..];
                if is_unreserved(value) || (is_query && matches!(value, b'/' | b':')) {
                    text.push(char::from(value));
                } else {
                    push_encoded(&mut text, value);
                }
            }
            // A bare `%` would join what is decoded behind it.
            (b'!'..=b'~', _) if octet != b'%' => text.push(char::from(octet)),
            _ => push_encoded(&mut text, octet),
        }
    }
    text
}

fn push_encoded(text: &mut String, octet: u8) {
    write!(text, "%{octet:02X}").expect("a string takes all that is written");
}

fn encoded(after: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(after.get(..2)?).ok()?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// RFC 3986 section 2.3.
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// True when the pattern matches from the start of the path: `*` is any octets, a last `$` the end (section 2.2.3).
///
/// Greedy with one fallback point, so the work is at most path times pattern, whatever the file's author wished. Each octet
/// that is looked at takes one of `steps`; none where they do not last.
pub(super) fn matches(path: &[u8], pattern: &[u8], steps: &mut u64) -> Option<bool> {
    let (pattern, is_anchored) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        *steps = steps.checked_sub(1)?;
        match pattern.get(next) {
            Some(b'*') => {
                next += 1;
                star = Some((next, at));
            }
            Some(octet) if path.get(at) == Some(octet) => {
                at += 1;
                next += 1;
            }
            None if !is_anchored || at == path.len() => return Some(true),
            _ => match star {
                Some((resume, from)) if from < path.len() => {
                    star = Some((resume, from + 1));
                    (at, next) = (from + 1, resume);
                }
                _ => return Some(false),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// More than any case here takes.
    const STEPS: u64 = 10_000;

    #[test]
    fn one_spelling() {
        let cases = [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
            ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
            ("/foo/bar?baz=a%26b", "/foo/bar?baz=a%26b"),
            ("/foo/ツ", "/foo/%E3%83%84"),
            ("/foo/%e3%83%84", "/foo/%E3%83%84"),
            ("/foo/%62%61%7A", "/foo/baz"),
            ("/a%2fb%2A%24", "/a%2Fb%2A%24"),
            ("/100%", "/100%25"),
            ("/a b", "/a%20b"),
            ("/%zz%4", "/%25zz%254"),
            ("/%%30a", "/%250a"),
        ];
        for (text, spelling) in cases {
            assert_eq!(normalise(text.as_bytes()), spelling);
        }
    }

    #[test]
    fn wildcards() {
        let cases = [
            ("/fish", "/fish.html", true),
            ("/fish", "/Fish", false),
            ("/fish*", "/fishheads/yummy.html", true),
            ("/*.php", "/folder/x.php?y", true),
            ("/*.php$", "/folder/x.php?y", false),
            ("/*.php$", "/x.php.php", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c$", "/a-b-c-d", false),
            ("*", "/", true),
            ("", "/", true),
            ("$", "/", false),
            ("/a$b", "/a$b", true),
            ("/a%2Ab%24", "/a*b$", true),
            ("/a%2Ab", "/axb", false),
            ("/a*b%24", "/a-b$", true),
            ("/**a", "/xa", true),
        ];
        for (pattern, path, is_match) in cases {
            let (path, pattern) = (normalise_path(path.as_bytes()), normalise_pattern(pattern.as_bytes()));
            assert_eq!(
                matches(path.as_bytes(), pattern.as_bytes(), &mut STEPS.clone()),
                Some(is_match),
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn no_more_steps_are_taken_than_there_are() {
        let (path, pattern) = (vec![b'a'; 2_000], [b"*".to_vec(), b"a".repeat(500), b"b".to_vec()].concat());
        let mut steps = 100_000_000;
        assert_eq!(matches(&path, &pattern, &mut steps), Some(false));
        let taken = 100_000_000 - steps;
        assert_eq!(matches(&path, &pattern, &mut (taken - 1)), None);
        assert!(taken <= 2 * (path.len() * pattern.len()) as u64, "{taken}");
    }

    proptest! {
        #[test]
        fn a_spelling_is_spelled_the_same_again(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            for spell in [normalise_path, normalise_pattern] {
                let once = spell(&octets);
                prop_assert!(once.bytes().all(|octet| (b'!'..=b'~').contains(&octet)));
                prop_assert_eq!(spell(once.as_bytes()), once);
            }
        }

        #[test]
        fn a_star_may_stand_for_any_part(head in "/[a-c]{0,5}", cut in "[a-c]{0,5}", tail in "[a-c]{0,5}") {
            let (path, pattern) = (format!("{head}{cut}{tail}"), format!("{head}*{tail}"));
            prop_assert_eq!(matches(path.as_bytes(), pattern.as_bytes(), &mut STEPS.clone()), Some(true));
            let anchored = format!("{pattern}$");
            prop_assert_eq!(matches(path.as_bytes(), anchored.as_bytes(), &mut STEPS.clone()), Some(true));
        }
    }
}
