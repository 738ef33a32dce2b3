//! One line that somebody typed or configured, and that is recorded as it is: a name, a reason.

use crate::output::is_harmless;

/// Longest name, in characters.
pub const NAME: usize = 100;
/// Longest reason, in characters.
pub const REASON: usize = 500;

/// True for 1 to `most` characters that can be seen, or are spaces between them.
pub fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && text.chars().all(is_harmless)
}

/// What a line of up to `most` characters must be like, for who typed another one.
pub fn expected(most: usize) -> String {
    format!("expected one line of 1 to {most} printable characters")
}

/// A name on the command line.
pub fn name(text: &str) -> Result<String, String> {
    typed(text, NAME)
}

/// A reason on the command line.
pub fn reason(text: &str) -> Result<String, String> {
    typed(text, REASON)
}

fn typed(text: &str, most: usize) -> Result<String, String> {
    if is_line(text, most) { Ok(text.to_owned()) } else { Err(expected(most)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_something_has_an_end_and_is_seen_as_it_is() {
        assert!(is_line("Åsa Ö.", NAME) && is_line(&"ä".repeat(100), NAME));
        for text in ["", " ", &"ä".repeat(101), "two\nlines", "a\u{1b}[8m", "a\u{202e}b", "a\u{2028}b"] {
            assert!(!is_line(text, NAME), "{text:?}");
        }
        assert!(reason(&"x".repeat(500)).is_ok());
        assert_eq!(name("\t").unwrap_err(), "expected one line of 1 to 100 printable characters");
    }
}
