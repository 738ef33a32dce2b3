//! The letters of a word, eight at a time: what tells a border costs the same for eight bytes as for one.

/// Bytes that are looked at together.
pub(crate) const STEP: usize = 8;

/// The same byte in all eight places.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; STEP])
}

const HIGH: u64 = all(0x80);

/// The first eight bytes as a number, the first the lowest; a text that ends before goes on with spaces.
pub(crate) fn head(text: &[u8]) -> u64 {
    let bytes = text.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [b' '; STEP];
        padded[..text.len()].copy_from_slice(text);
        padded
    });
    u64::from_le_bytes(bytes)
}

/// A word of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What stands from its first byte on, as [`head`] gives it.
    pub(crate) head: u64,
}

/// The words of a folded text, in order.
pub(crate) fn words(folded: &[u8]) -> impl Iterator<Item = Word> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < folded.len() {
            let (start, first) = (at, head(&folded[at..]));
            let end = border(folded, at, first);
            at = end + 1;
            if start < end {
                return Some(Word { start, end, head: first });
            }
        }
        None
    })
}

/// The first space from here on, else the end of the text.
fn border(text: &[u8], mut at: usize, mut bytes: u64) -> usize {
    loop {
        // A space becomes zero; of a number's zero bytes this marks the lowest rightly.
        let rest = bytes ^ all(b' ');
        let zeros = rest.wrapping_sub(all(1)) & !rest & HIGH;
        if zeros != 0 {
            return (at + zeros.trailing_zeros() as usize / STEP).min(text.len());
        }
        at += STEP;
        bytes = head(text.get(at..).unwrap_or_default());
    }
}

/// The first byte beyond ASCII from here on.
pub(crate) fn beyond_ascii(text: &[u8], mut at: usize) -> Option<usize> {
    while at < text.len() {
        let high = head(&text[at..]) & HIGH;
        if high != 0 {
            return Some(at + high.trailing_zeros() as usize / STEP);
        }
        at += STEP;
    }
    None
}

/// Eight bytes with their ASCII letters in lower case, and how many ASCII letters and digits they begin with.
pub(crate) fn lower(bytes: u64) -> (u64, usize) {
    let plain = bytes & !HIGH;
    let letter = between(plain | all(0x20), b'a', b'z') & !bytes;
    let word = letter | between(plain, b'0', b'9') & !bytes;
    let count = (!word & HIGH).trailing_zeros() as usize / STEP;
    // A letter's sign, two places down, is the bit that makes it a small one.
    (bytes | letter >> 2, count)
}

/// The highest bit of each byte that lies in a range; all bytes are ASCII, so that no sum runs over into the next.
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    (bytes + all(0x80 - first)) & !(bytes + all(0x7F - last)) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_byte_by_byte(text in proptest::collection::vec(any::<u8>(), 0..12)) {
            let (letters, count) = lower(head(&text));
            let expected: Vec<u8> = text.iter().take(STEP).copied().take_while(u8::is_ascii_alphanumeric).collect();
            prop_assert_eq!(count, expected.len());
            prop_assert_eq!(&letters.to_le_bytes()[..count], expected.to_ascii_lowercase());
        }

        #[test]
        fn rare_letters_are_found(text in "[a-z ]{0,20}[ä-ü]?[a-zß]{0,3}", from in 0_usize..9) {
            let bytes = text.as_bytes();
            let found = (from..bytes.len()).find(|at| !bytes[*at].is_ascii());
            prop_assert_eq!(beyond_ascii(bytes, from), found);
        }

        #[test]
        fn words_as_split(text in " {0,2}[a-zä!]{0,20} {0,2}[a-z]{8} [!ß]{0,9} ?") {
            let found: Vec<&str> = words(text.as_bytes()).map(|word| &text[word.start..word.end]).collect();
            prop_assert_eq!(found, text.split_ascii_whitespace().collect::<Vec<_>>());
        }
    }
}
