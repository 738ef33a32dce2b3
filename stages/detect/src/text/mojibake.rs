//! UTF-8 that somebody read as Windows-1252 and wrote as UTF-8 again.

/// The text that was meant, when it holds such sequences and all of it can be turned back.
pub(crate) fn repaired(text: &str) -> Option<String> {
    if !is_suspect(text) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        bytes.push(windows_1252_byte(character)?);
    }
    String::from_utf8(bytes).ok()
}

/// Every lead letter, from `Â` to `ï`, begins with this byte.
const LEAD: u8 = 0xC3;

/// True when a letter that a UTF-8 lead byte turns into stands before what a continuation byte turns into.
fn is_suspect(text: &str) -> bool {
    memchr::memchr_iter(LEAD, text.as_bytes()).any(|at| {
        let mut letters = text[at..].chars();
        let is_lead = matches!(letters.next(), Some('Â'..='ß' | 'à'..='ï'));
        let next = letters.next().filter(|next| !next.is_ascii());
        is_lead && matches!(next.and_then(windows_1252_byte), Some(0x80..=0xBF))
    })
}

/// The characters of the bytes 80 to 9F, and those bytes.
const HIGH: [char; 27] = [
    '€', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 'Ž', '‘', '’', '“', '”', '•', '–', '—', '˜',
    '™', 'š', '›', 'œ', 'ž', 'Ÿ',
];
const BYTES: [u8; 27] = [
    0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8E, 0x91, 0x92, 0x93, 0x94,
    0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9E, 0x9F,
];

/// The byte this character has in Windows-1252, the five unassigned ones as C1 controls (WHATWG Encoding).
fn windows_1252_byte(character: char) -> Option<u8> {
    let code = character as u32;
    if code < 0x80 || (0xA0..=0xFF).contains(&code) || matches!(code, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D) {
        return Some(code as u8);
    }
    HIGH.iter().position(|high| *high == character).map(|index| BYTES[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_turns_back_is_touched() {
        assert_eq!(repaired("dostÄ™pnoÅ›ci").as_deref(), Some("dostępności"));
        assert_eq!(repaired("AccessibilitÃ©").as_deref(), Some("Accessibilité"));
        for fine in ["Ängelholm", "Å bygda", "Ð", "naïve café", "«à»"] {
            assert_eq!(repaired(fine), None, "{fine}");
        }
    }
}
