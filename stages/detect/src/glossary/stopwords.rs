//! Function words say which languages a text may be in.

use crate::text::word::{head, words};
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// Bytes of a word that fit into a number.
const SHORT: usize = 8;

/// Function words, each with the indices of the languages that use it.
#[derive(Debug, Default)]
pub(crate) struct Stopwords {
    /// Nearly all of them: the word as a number, its first byte the lowest.
    short: HashMap<u64, Vec<u8>, FxBuildHasher>,
    long: HashMap<Vec<u8>, Vec<u8>, FxBuildHasher>,
}

impl Stopwords {
    pub(super) fn add(&mut self, word: &[u8], language: u8) {
        let users = if word.len() <= SHORT {
            self.short.entry(key(head(word), word.len())).or_default()
        } else {
            self.long.entry(word.to_owned()).or_default()
        };
        users.push(language);
    }

    /// For each function word among the first words of a folded text, the languages that use it.
    pub(crate) fn users<'t>(&'t self, folded: &'t [u8], count: usize) -> impl Iterator<Item = &'t [u8]> {
        words(folded).take(count).filter_map(|word| {
            let length = word.end - word.start;
            let users = if length <= SHORT {
                self.short.get(&key(word.head, length))
            } else {
                self.long.get(&folded[word.start..word.end])
            };
            users.map(Vec::as_slice)
        })
    }
}

/// The first bytes of a word, without what follows it.
fn key(head: u64, length: usize) -> u64 {
    if length == 0 { 0 } else { head & (u64::MAX >> (8 * (SHORT - length))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        let mut stopwords = Stopwords::default();
        stopwords.add(b"de", 1);
        stopwords.add(b"de", 2);
        stopwords.add(b"respectivement", 3);
        stopwords.add("και".as_bytes(), 4);
        for (text, count, languages) in [
            (" la loi de des respectivement και d ", 100, vec![&[1, 2][..], &[3], &[4]]),
            (" la loi de des respectivement ", 3, vec![&[1, 2]]),
            ("", 3, vec![]),
        ] {
            assert_eq!(stopwords.users(text.as_bytes(), count).collect::<Vec<_>>(), languages, "{text}");
        }
    }
}
