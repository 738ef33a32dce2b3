//! What the word before the colon means, also where it is misspelt.

/// The words that matter (RFC 9309 section 2.2; Crawl-delay is not in it, but widely asked for).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
}

/// Each word without its separators, and the slips of the pen it survives. `allow` is short: of two slips little is left.
const WORDS: [(&[u8], usize, Key); 4] = [
    (b"useragent", 2, Key::UserAgent),
    (b"disallow", 2, Key::Disallow),
    (b"allow", 1, Key::Allow),
    (b"crawldelay", 2, Key::CrawlDelay),
];

/// Longer words are none of these.
const MAX_KEY_BYTES: usize = 16;

/// The word meant: of a misspelt `disallow` the site's owner says what it should not cost them that we can spell.
pub(super) fn key_of(word: &[u8]) -> Option<Key> {
    let letters: Vec<u8> = word
        .iter()
        .filter(|octet| !matches!(octet, b'-' | b'_' | b' ' | b'\t'))
        .map(u8::to_ascii_lowercase)
        .take(MAX_KEY_BYTES)
        .collect();
    let is_meant = |(word, slips, _): &&(&[u8], usize, Key)| distance(&letters, word) <= *slips;
    WORDS.iter().find(is_meant).map(|(_, _, key)| *key)
}

/// Letters added, lost or changed from one word to the other (Levenshtein), row by row.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_their_misspellings() {
        let cases = [
            ("User-agent", Some(Key::UserAgent)),
            ("useragent", Some(Key::UserAgent)),
            ("User agents", Some(Key::UserAgent)),
            ("ser-agent", Some(Key::UserAgent)),
            ("DISALLOW", Some(Key::Disallow)),
            ("dissalow", Some(Key::Disallow)),
            ("diasllow", Some(Key::Disallow)),
            ("disallowed", Some(Key::Disallow)),
            ("allow", Some(Key::Allow)),
            ("Allows", Some(Key::Allow)),
            ("crawl_delay", Some(Key::CrawlDelay)),
            ("sitemap", None),
            ("host", None),
            ("noindex", None),
            ("request-rate", None),
            ("clean-param", None),
            ("", None),
        ];
        for (word, key) in cases {
            assert_eq!(key_of(word.as_bytes()), key, "{word}");
        }
    }

    proptest! {
        #[test]
        fn the_distance_is_the_same_both_ways_and_zero_for_equals(a in "[a-c]{0,9}", b in "[a-c]{0,9}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance(a, b), distance(b, a));
            prop_assert_eq!(distance(a, b) == 0, a == b);
            prop_assert!(distance(a, b) >= a.len().abs_diff(b.len()));
        }

        #[test]
        fn any_word_is_answered(word in proptest::collection::vec(any::<u8>(), 0..200)) {
            key_of(&word);
        }
    }
}
