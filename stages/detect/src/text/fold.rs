//! Folding gives text and addresses one plain spelling, in which terms are looked for.

use super::{mojibake, word};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Non-ASCII characters below this are folded by table; Latin, Greek and Cyrillic all lie there.
const TABLE_END: u32 = 0x0530;

/// What a character becomes. `Gap` separates words, `Drop` leaves no trace (marks, soft hyphens).
#[derive(Clone, Copy)]
enum Folded {
    Gap,
    Drop,
    One(char),
    Two(char, char),
}

static TABLE: LazyLock<Vec<Folded>> = LazyLock::new(|| (0..TABLE_END).map(table_entry).collect());

/// The folded form: NFKC-equivalent, case folded, marks stripped, letters and digits only, words parted by
/// one space.
///
/// A space stands at both ends, so that a term can be looked for with its left word boundary. Soft hyphens
/// and zero-width characters vanish; apostrophes, dashes and punctuation part words. Final sigma, ß and the
/// dotless i are unified. UTF-8 that was read as Windows-1252 is repaired first.
pub fn fold(text: &str) -> String {
    let mut folded = Vec::with_capacity(text.len() + word::STEP + 2);
    folded.push(b' ');
    fold_bytes_onto(text, &mut folded);
    push_gap(&mut folded);
    into_text(folded)
}

/// Appends the folded form to what is folded already and ends with a space or inside a word; [`into_text`] ends it.
pub(crate) fn fold_bytes_onto(text: &str, folded: &mut Vec<u8>) {
    let before = folded.len();
    let plain = append_ascii(text.as_bytes(), folded);
    // ASCII cannot have been read wrongly.
    if plain == text.len() {
        return;
    }
    match mojibake::repaired(text) {
        Some(repaired) => {
            folded.truncate(before);
            append(&repaired, folded);
        }
        None => append(&text[plain..], folded),
    }
}

/// Folded bytes as text.
pub(crate) fn into_text(folded: Vec<u8>) -> String {
    // Whole characters were appended: nothing is ever replaced.
    String::from_utf8(folded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn append(text: &str, folded: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        at += append_ascii(&text.as_bytes()[at..], folded);
        for character in text[at..].chars().take_while(|character| !character.is_ascii()) {
            beyond_ascii(character, folded);
            at += character.len_utf8();
        }
    }
}

/// Appends the ASCII characters that a text begins with; gives how many there are.
fn append_ascii(text: &[u8], folded: &mut Vec<u8>) -> usize {
    let mut at = 0;
    while at < text.len() {
        let (letters, count) = word::lower(word::head(&text[at..]));
        let end = folded.len() + count;
        folded.extend_from_slice(&letters.to_le_bytes());
        folded.truncate(end);
        at += count;
        match text.get(at) {
            Some(next) if count < word::STEP && next.is_ascii() => {
                push_gap(folded);
                at += 1;
            }
            Some(next) if !next.is_ascii() => break,
            _ => {}
        }
    }
    at
}

/// Words are parted by one space, whatever stands between them.
fn push_gap(folded: &mut Vec<u8>) {
    if folded.last() != Some(&b' ') {
        folded.push(b' ');
    }
}

/// Appends one character.
fn beyond_ascii(character: char, folded: &mut Vec<u8>) {
    let code = character as u32;
    let entry = if code < TABLE_END { TABLE[code as usize] } else { beyond_table(character) };
    let mut push = |letter: char| folded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    match entry {
        Folded::One(one) => push(one),
        Folded::Two(one, two) => {
            push(one);
            push(two);
        }
        Folded::Drop => {}
        Folded::Gap => push_gap(folded),
    }
}

/// Folds path and query of an address: percent escapes decoded as UTF-8 or Windows-1252, then as [`fold`].
pub fn fold_url(path: &str) -> String {
    let mut folded = Vec::with_capacity(path.len() + word::STEP + 2);
    folded.push(b' ');
    fold_url_bytes_onto(path, &mut folded);
    push_gap(&mut folded);
    into_text(folded)
}

/// Appends the folded form of an address, as [`fold_bytes_onto`] does for text.
pub(crate) fn fold_url_bytes_onto(path: &str, folded: &mut Vec<u8>) {
    if memchr::memchr(b'%', path.as_bytes()).is_none() {
        return fold_bytes_onto(path, folded);
    }
    let bytes = unescaped(path);
    match std::str::from_utf8(&bytes) {
        Ok(text) => fold_bytes_onto(text, folded),
        Err(_) => fold_bytes_onto(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0, folded),
    }
}

fn unescaped(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%').then(|| tail.get(..2)).flatten().and_then(hex_byte);
        bytes.push(escape.unwrap_or(first));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    bytes
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    Some((value(digits[0])? * 16 + value(digits[1])?) as u8)
}

fn table_entry(code: u32) -> Folded {
    let Some(character) = char::from_u32(code) else { return Folded::Gap };
    match character {
        'a'..='z' | '0'..='9' => Folded::One(character),
        'A'..='Z' => Folded::One(character.to_ascii_lowercase()),
        _ if character.is_ascii() => Folded::Gap,
        _ => decomposed(character),
    }
}

fn beyond_table(character: char) -> Folded {
    match character {
        // Zero-width space, joiners, marks of direction, word joiner, byte order mark, variation selectors.
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => {
            Folded::Drop
        }
        '\u{2000}'..='\u{206F}' | '\u{3000}' => Folded::Gap,
        _ => decomposed(character),
    }
}

/// At most two characters are kept: the ligatures with more (ﬃ, ㏂) spell no term.
fn decomposed(character: char) -> Folded {
    if character == '\u{AD}' || is_combining_mark(character) {
        return Folded::Drop;
    }
    let mut kept = [None; 2];
    let mut count = 0;
    let lower = std::iter::once(character).nfkd().flat_map(char::to_lowercase).nfkd();
    for part in lower.flat_map(plain_letters).filter(|part| part.is_alphanumeric()) {
        if !is_combining_mark(part) && count < 2 {
            kept[count] = Some(part);
            count += 1;
        }
    }
    match kept {
        [Some(one), Some(two)] => Folded::Two(one, two),
        [Some(one), None] => Folded::One(one),
        _ => Folded::Gap,
    }
}

/// Letters without a decomposition, by the spelling that addresses use for them.
fn plain_letters(letter: char) -> impl Iterator<Item = char> {
    let (one, two) = match letter {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        other => (other, None),
    };
    std::iter::once(one).chain(two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_label_meet() {
        for (one, other) in [
            ("Barriere\u{AD}freiheit", "barrierefreiheit"),
            ("BARRIEREFREIHEIT\u{200B}", "Barrierefreiheit"),
            ("Déclaration d’accessibilité", "declaration d'accessibilite"),
            ("Δήλωση προσβασιμότητας", "ΔΗΛΩΣΗ ΠΡΟΣΒΑΣΙΜΟΤΗΤΑΣ"),
            ("unverhältnismäßig", "unverhaltnismassig"),
            ("Tilgængelighedserklæring", "tilgaengelighedserklaering"),
            ("Dostępność", "dostepnosc"),
            ("İSTATİSTİK", "istatistik"),
            ("Accessibilité\u{A0}: non conforme", "accessibilite non conforme"),
            ("ErklÃ¤rung", "Erklärung"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn addresses_are_decoded() {
        assert_eq!(fold_url("/Tillg%C3%A4nglighet"), " tillganglighet ");
        assert_eq!(
            fold_url("/erkl%E4rung_zur-barrierefreiheit.html"),
            " erklarung zur barrierefreiheit html "
        );
        assert_eq!(fold_url("/100%/%zz%"), " 100 zz ");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folded_text_is_words_and_single_spaces(text in "\\PC{0,60}") {
            let folded = fold(&text);
            prop_assert!(folded.starts_with(' ') && folded.ends_with(' '));
            prop_assert!(!folded.contains("  "));
        }
    }
}
