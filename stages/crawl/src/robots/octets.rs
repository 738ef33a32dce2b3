//! Paths and patterns, octet by octet (RFC 9309 section 2.2.2).

use std::fmt::Write;

/// One spelling of a path or pattern: unreserved octets plain, all others that are percent-encoded or not ASCII as `%XX`.
///
/// `*` and `$` stay special where written plain, and stay plain characters where written `%2A` and `%24`.
pub(super) fn normalise(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        match (octet, encoded(after)) {
            (b'%', Some(value)) => {
                rest = &after[2..];
                if is_unreserved(value) {
                    text.push(char::from(value));
                } else {
                    push_encoded(&mut text, value);
                }
            }
            (b'!'..=b'~', _) => text.push(char::from(octet)),
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
/// Greedy with one fallback point, so the work is at most path times pattern, whatever the file's author wished.
pub(super) fn matches(path: &[u8], pattern: &[u8]) -> bool {
    let (pattern, is_anchored) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match pattern.get(next) {
            Some(b'*') => {
                next += 1;
                star = Some((next, at));
            }
            Some(octet) if path.get(at) == Some(octet) => {
                at += 1;
                next += 1;
            }
            None if !is_anchored || at == path.len() => return true,
            _ => match star {
                Some((resume, from)) if from < path.len() => {
                    star = Some((resume, from + 1));
                    (at, next) = (from + 1, resume);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling() {
        let cases = [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
            ("/foo/ツ", "/foo/%E3%83%84"),
            ("/foo/%e3%83%84", "/foo/%E3%83%84"),
            ("/foo/%62%61%7A", "/foo/baz"),
            ("/a%2fb%2A%24", "/a%2Fb%2A%24"),
            ("/100%", "/100%"),
            ("/a b", "/a%20b"),
            ("/%zz%4", "/%zz%4"),
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
            ("/**a", "/xa", true),
        ];
        for (pattern, path, is_match) in cases {
            assert_eq!(matches(path.as_bytes(), pattern.as_bytes()), is_match, "{pattern} {path}");
        }
    }

    proptest! {
        #[test]
        fn a_spelling_is_spelled_the_same_again(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            let once = normalise(&octets);
            prop_assert!(once.bytes().all(|octet| (b'!'..=b'~').contains(&octet)));
            prop_assert_eq!(normalise(once.as_bytes()), once);
        }

        #[test]
        fn a_star_may_stand_for_any_part(head in "/[a-c]{0,5}", cut in "[a-c]{0,5}", tail in "[a-c]{0,5}") {
            let (path, pattern) = (format!("{head}{cut}{tail}"), format!("{head}*{tail}"));
            prop_assert!(matches(path.as_bytes(), pattern.as_bytes()));
            let anchored = format!("{pattern}$");
            prop_assert!(matches(path.as_bytes(), anchored.as_bytes()));
        }
    }
}
