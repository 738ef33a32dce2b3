//! A language tag is a BCP 47 language with or without a region.

use super::{KeyError, text_key};
use crate::codes::ReasonCode;

/// A language tag of BCP 47, primary subtag in lower case, region in capitals: `de`, `nb`, `fr-CA`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads `xx`, `xxx` or either with a region; `no` is taken as `nb`, its usual written form.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let error =
            || KeyError::new(text, "a language tag such as `de` or `fr-CA`", ReasonCode::LanguageUnknown);
        let mut parts = text.trim().split(['-', '_']);
        let primary = parts.next().unwrap_or("").to_ascii_lowercase();
        if !(2..=3).contains(&primary.len()) || !primary.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(error());
        }
        let primary = if primary == "no" { "nb".to_owned() } else { primary };
        let region = parts.find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()));
        Ok(Self(match region {
            Some(region) => format!("{primary}-{}", region.to_ascii_uppercase()),
            None => primary,
        }))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without its region.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

text_key!(LanguageTag);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_folded_to_one_spelling() {
        for (text, tag) in
            [("DE", "de"), ("fr_ca", "fr-CA"), ("no", "nb"), ("sr-Latn-RS", "sr-RS"), ("rm", "rm")]
        {
            assert_eq!(LanguageTag::parse(text).unwrap().as_str(), tag);
        }
        assert!(LanguageTag::parse("german").is_err());
        assert!(LanguageTag::parse("").is_err());
    }
}
