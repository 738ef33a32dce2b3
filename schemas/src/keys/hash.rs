//! A SHA-256 is spelled as 64 lower-case hexadecimal digits.

use super::{KeyError, text_key};
use crate::codes::ReasonCode;
use sha2::Digest;

/// A SHA-256 as 64 lower-case hexadecimal digits, as DuckDB's `sha256()` prints it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(String);

impl Sha256 {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(sha2::Sha256::digest(bytes)))
    }

    /// The hash of all that was fed to a hasher.
    pub fn of_hasher(hasher: sha2::Sha256) -> Self {
        Self(hex::encode(hasher.finalize()))
    }

    /// The hash of several fields, kept apart by a zero byte so that `ab`+`c` differs from `a`+`bc`.
    pub fn of_fields<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        Self(hex::encode(hasher(fields).finalize()))
    }

    /// Reads 64 hexadecimal digits of any case.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(KeyError::new(text, "a SHA-256 of 64 hexadecimal digits", ReasonCode::KeyMalformed))
        }
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first 32 digits of [`Sha256::of_fields`]: the length of our row ids.
pub(super) fn short<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    short_of(hasher(fields))
}

/// The first 32 digits of a hash.
pub(super) fn short_of(hasher: sha2::Sha256) -> String {
    let mut digits = [0; 32];
    hex::encode_to_slice(&hasher.finalize()[..16], &mut digits).expect("two digits a byte");
    str::from_utf8(&digits).expect("hexadecimal digits").to_owned()
}

/// The hash of these fields, open for more.
pub(super) fn hasher<'a>(fields: impl IntoIterator<Item = &'a str>) -> sha2::Sha256 {
    let mut hasher = sha2::Sha256::new();
    for field in fields {
        hasher.update(field.as_bytes());
        hasher.update([0]);
    }
    hasher
}

text_key!(Sha256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer() {
        assert_eq!(
            Sha256::of(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_short_hash_is_the_start_of_the_whole() {
        assert_eq!(short(["seed", "ab"]), Sha256::of_fields(["seed", "ab"]).as_str()[..32]);
    }

    #[test]
    fn field_borders_count() {
        assert_ne!(Sha256::of_fields(["ab", "c"]), Sha256::of_fields(["a", "bc"]));
    }
}
