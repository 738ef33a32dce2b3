//! A store id is a random UUID; what is signed for one store says nothing in another.

use super::{KeyError, text_key};
use crate::codes::ReasonCode;

/// The id of a store: a UUID in lower case, 36 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(String);

impl StoreId {
    /// Reads 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_right = |(at, byte): (usize, u8)| {
            if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { is_digit(byte) }
        };
        if text.len() == 36 && text.bytes().enumerate().all(is_right) {
            return Ok(Self(text.to_owned()));
        }
        Err(KeyError::new(text, "a UUID in lower case", ReasonCode::KeyMalformed))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_key!(StoreId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_in_lower_case() {
        let good = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9";
        assert_eq!(StoreId::parse(good).unwrap().as_str(), good);
        for text in [
            "",
            &good.to_uppercase(),
            &good[1..],
            &good.replace('-', "0"),
            "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8\nf",
        ] {
            assert!(StoreId::parse(text).is_err(), "{text}");
        }
    }
}
