//! A filter of word beginnings says which words of a page can begin a glossary term.

use crate::text::word::{head, words};

/// Bits of a table, a power of two.
const BITS: u32 = 1 << 16;
/// Bytes of a word that are looked at, and those of a spelling too short for that.
const LONG: usize = 6;
const SHORT: usize = 4;

/// The beginnings of words, as a set that may hold a few more than were put in.
///
/// Nine of ten words of a page begin no term. Two looks into tables, which stay in the processor's nearest
/// cache, say so.
#[derive(Debug)]
pub(super) struct Openings {
    long: Vec<u64>,
    short: Vec<u64>,
}

impl Openings {
    pub(super) fn new() -> Self {
        let empty = || vec![0; BITS as usize / 64];
        Self { long: empty(), short: empty() }
    }

    /// Adds how this spelling begins.
    pub(super) fn add(&mut self, spelling: &[u8]) {
        if spelling.len() >= LONG {
            set(&mut self.long, first::<LONG>(head(spelling)));
        } else {
            self.add_short(spelling);
        }
    }

    /// One shorter than is looked at goes on in any way.
    fn add_short(&mut self, spelling: &[u8]) {
        if spelling.len() >= SHORT {
            return set(&mut self.short, first::<SHORT>(head(spelling)));
        }
        for next in 0..=u8::MAX {
            self.add_short(&[spelling, &[next]].concat());
        }
    }

    /// The offsets of the words in a folded text that begin like one of the spellings.
    pub(super) fn words<'t>(&'t self, folded: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        let opens = |head| has(&self.long, first::<LONG>(head)) || has(&self.short, first::<SHORT>(head));
        words(folded).filter(move |word| opens(word.head)).map(|word| word.start)
    }
}

/// Of the first eight bytes so many.
fn first<const COUNT: usize>(head: u64) -> u64 {
    head & (u64::MAX >> (64 - 8 * COUNT))
}

/// Which bit stands for these bytes: the upper bits of a product with an odd number depend on all of them.
fn bit(opening: u64) -> usize {
    (opening.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS.trailing_zeros())) as usize
}

fn set(table: &mut [u64], opening: u64) {
    let bit = bit(opening);
    table[bit / 64] |= 1 << (bit % 64);
}

fn has(table: &[u64], opening: u64) -> bool {
    let bit = bit(opening);
    table[bit / 64] & (1 << (bit % 64)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_beginnings_of_words_count() {
        let mut openings = Openings::new();
        openings.add(b"barrierefrei");
        openings.add(b"alle");
        let words = |text: &str| openings.words(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(words(" die barriere unbar al aller "), [5, 23]);
        assert_eq!(words(" "), [0; 0]);
        assert_eq!(words(" ba"), [0; 0]);
    }

    proptest! {
        #[test]
        fn no_spelling_is_missed(spelling in "[a-zà-ž0-9]{2,8}", rest in "[a-z ]{0,8}") {
            let mut openings = Openings::new();
            openings.add(spelling.as_bytes());
            let text = format!(" {spelling}{rest}");
            prop_assert_eq!(openings.words(text.as_bytes()).next(), Some(1));
        }
    }
}
