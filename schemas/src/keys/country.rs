//! A country code is two capital letters of ISO 3166-1.

use super::{KeyError, text_key};
use crate::codes::ReasonCode;

/// A country as ISO 3166-1 alpha-2 in capitals; the United Kingdom is `GB`, Greece `GR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Reads a two-letter code in any case; `UK` and `EL` are taken as `GB` and `GR` (the EU's own spellings).
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let trimmed = text.trim();
        let &[a, b] = trimmed.as_bytes() else { return Err(Self::error(text)) };
        if !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic()) {
            return Err(Self::error(text));
        }
        Ok(match [a.to_ascii_uppercase(), b.to_ascii_uppercase()] {
            [b'U', b'K'] => Self(*b"GB"),
            [b'E', b'L'] => Self(*b"GR"),
            code => Self(code),
        })
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters, checked in parse")
    }

    fn error(text: &str) -> KeyError {
        KeyError::new(text, "a two-letter country code", ReasonCode::CountryUnknown)
    }
}

text_key!(CountryCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_union_become_iso_codes() {
        for (text, code) in [("at", "AT"), (" UK ", "GB"), ("EL", "GR"), ("GB", "GB")] {
            assert_eq!(CountryCode::parse(text).unwrap().as_str(), code);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "A", "AUT", "A1", "ÖS"] {
            assert_eq!(CountryCode::parse(text).unwrap_err().reason, ReasonCode::CountryUnknown, "{text}");
        }
    }
}
