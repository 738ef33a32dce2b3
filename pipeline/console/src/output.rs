//! Data on stdout. A reader that closes the pipe early (`| head`) ends the output quietly.

use serde::Serialize;
use std::borrow::Cow;
use std::io::{ErrorKind, Write};

/// Characters that are not seen but change how what is around them looks: Unicode's format characters (Cf), line and
/// paragraph separator (Zl, Zp). Those of control (Cc) the standard library knows.
const UNSEEN: [(char, char); 21] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0001}', '\u{e0001}'),
    ('\u{e0020}', '\u{e007f}'),
];

/// One JSON document.
pub fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    bytes(text.as_bytes())
}

/// Text for people, in lines; whatever else would steer their terminal is escaped. Data for programs are [`bytes`].
pub fn text(text: &str) -> anyhow::Result<()> {
    bytes(lines(text).as_bytes())
}

/// Bytes, as given.
pub fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// What somebody typed or sent, to stand within a line: its line breaks are escaped too.
pub fn field(text: &str) -> Cow<'_, str> {
    escaped(text, is_harmless)
}

/// Text of several lines, of which each is as harmless as a [`field`].
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| letter == '\n' || letter == '\t' || is_harmless(letter))
}

/// True for a character that can be seen, or is a space.
pub fn is_harmless(letter: char) -> bool {
    let is_unseen = || UNSEEN.iter().any(|(first, last)| (*first..=*last).contains(&letter));
    letter.is_ascii_graphic() || letter == ' ' || !(letter.is_control() || is_unseen())
}

fn escaped(text: &str, is_let_through: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(&is_let_through) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_let_through(letter) {
            safe.push(letter);
        } else {
            safe.extend(letter.escape_unicode());
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_steers_a_terminal_is_seen() {
        assert_eq!(field("x\n 9  gate passed\u{1b}[8m"), "x\\u{a} 9  gate passed\\u{1b}[8m");
        assert_eq!(field("a\u{202e}b\u{2028}c\u{9b}d\te"), "a\\u{202e}b\\u{2028}c\\u{9b}d\\u{9}e");
        assert_eq!(lines("a\n\tb\r\u{2029}"), "a\n\tb\\u{d}\\u{2029}");
        for text in ["", "Åsa Ö. – „ja“, 東京, ٣, e\u{301}", "a \\u{1b} that was typed"] {
            assert!(matches!(field(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        // The classes of the expression are Unicode's own, the table above is ours.
        #[test]
        fn no_control_and_no_format_character_comes_through(text in "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,40}") {
            prop_assert!(field(&text).bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
            prop_assert!(lines(&text).bytes().all(|byte| byte.is_ascii_graphic() || matches!(byte, b'\n' | b'\t')));
        }

        #[test]
        fn other_characters_stay_and_twice_is_once(text in "[a-zä東\\\\ \\PC]{0,40}") {
            let once = field(&text).into_owned();
            prop_assert_eq!(field(&once).into_owned(), once);
        }
    }
}
